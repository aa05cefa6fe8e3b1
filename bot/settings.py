"""The environment, read once into one frozen record; nothing else reads `os.environ`.

A missing or malformed value stops the start with one line that names it and
says what to do.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from sqlalchemy.exc import ArgumentError

from models import database

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
USER_ID = re.compile(r"U[0-9a-f]{32}", re.ASCII)


class BadSetting(Exception):
    """One line that names the setting and says what to do."""


@dataclass(frozen=True)
class Settings:
    """What the operator decided. Secrets never show in its representation.

    `quiet_hours` is (from, until) in Taipei, None for none; `owner` is a LINE user id;
    `disk_reserve` is in MiB.
    """

    channel_secrets: tuple[str, ...] = field(repr=False)
    access_token: str = field(repr=False)
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    public_url: str = ""
    api_base: str = "https://api.line.me"
    data_api_base: str = "https://api-data.line.me"
    redis_url: str | None = field(default=None, repr=False)
    owner: str | None = None
    programme: Path | None = None
    quiet_hours: tuple[time, time] | None = (time(21, 30), time(9, 0))
    port: int = 8000
    log_format: str = "text"
    sentry_dsn: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    metrics_port: int | None = None
    disk_reserve: int = 200


def read(
    environ: Mapping[str, str] | None = None, *, for_real: bool = True, keyed: bool = True
) -> Settings:
    """Settings from the environment (and `.env` beside the code, which it overrides).

    With `for_real` false the values that only LINE needs may be missing, with
    `keyed` false also the key that seals personal data.

    Raises:
        BadSetting: a value is missing or malformed.
    """
    values = dict(environ) if environ is not None else {**dotenv(ROOT / ".env"), **os.environ}
    need = _required if for_real else _optional
    return Settings(
        channel_secrets=_secrets(need(values, "LINE_CHANNEL_SECRET")),
        access_token=_opaque(
            "LINE_CHANNEL_ACCESS_TOKEN", need(values, "LINE_CHANNEL_ACCESS_TOKEN")
        ),
        secret_key=_secret_key((_required if keyed else _optional)(values, "SECRET_KEY")),
        public_url=_url(
            "PUBLIC_URL", need(values, "PUBLIC_URL"), example="https://shop.example.com"
        ),
        api_base=_url("LINE_API_BASE", values.get("LINE_API_BASE") or Settings.api_base),
        data_api_base=_url(
            "LINE_DATA_API_BASE",
            values.get("LINE_DATA_API_BASE")
            or values.get("LINE_API_BASE")
            or Settings.data_api_base,
        ),
        database_url=_database(values.get("DATABASE_URL")),
        redis_url=_redis(values.get("REDIS_URL")),
        owner=_owner(values.get("OWNER_LINE_ID")),
        programme=_programme(values.get("PROGRAMME")),
        quiet_hours=_quiet_hours(values.get("QUIET_HOURS", "21:30-09:00")),
        port=_port(values.get("PORT")),
        log_format=_log_format(values.get("LOG_FORMAT")),
        sentry_dsn=_sentry(values.get("SENTRY_DSN")),
        metrics_token=_opaque("METRICS_TOKEN", values.get("METRICS_TOKEN", "").strip()) or None,
        metrics_port=_metrics_port(values.get("METRICS_PORT")),
        disk_reserve=_disk_reserve(values.get("DISK_RESERVE_MB")),
    )


def metrics_folder() -> str | None:
    """Where processes that count together keep their counts; None for one that counts alone."""
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR") or None


def share_metrics() -> str | None:
    """Let the processes forked from this one count together; a folder made for it, if one was."""
    if metrics_folder() is not None:
        Path(str(metrics_folder())).mkdir(parents=True, exist_ok=True)
        return None
    made = tempfile.mkdtemp(prefix="tuanyou-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = made
    return made


def dotenv(path: Path) -> dict[str, str]:
    """NAME=value lines of a file; none if it is not there.

    Flask reads the same file by the same library before a command runs.
    """
    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def _required(values: Mapping[str, str], name: str) -> str:
    if not values.get(name, "").strip():
        raise BadSetting(f"{name} is not set: copy .env.example to .env and fill it in")
    return values[name].strip()


def _optional(values: Mapping[str, str], name: str) -> str:
    fallbacks = {"PUBLIC_URL": "http://localhost:8000"}
    return values.get(name, "").strip() or fallbacks.get(name, "unset")


def _secrets(text: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in text.split(",") if part.strip())
    if not secrets:
        raise BadSetting("LINE_CHANNEL_SECRET holds no secret: give one, or two with a comma")
    return tuple(_opaque("LINE_CHANNEL_SECRET", secret) for secret in secrets)


def _opaque(name: str, value: str) -> str:
    # it travels in an HTTP header, where a line break or non-ASCII would be refused
    if not value.isascii() or not value.isprintable() or " " in value:
        raise BadSetting(f"{name} holds a space or a character that is not ASCII: copy it again")
    return value


def _secret_key(value: str) -> str:
    if value.lower() in {"changeme", "change-me", "secret", "dev", "secret_key"}:
        raise BadSetting("SECRET_KEY is a default: make one with `openssl rand -hex 32`")
    return value


def _url(name: str, value: str, *, example: str = "https://api.line.me") -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    spaced = any(character.isspace() for character in value)
    if parts.scheme not in {"http", "https"} or not host or spaced:
        raise BadSetting(f"{name} is not a web address: give one like {example}")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise BadSetting(f"{name} must start with https:// (http:// works on this machine only)")
    return value.rstrip("/")


def _database(value: str | None) -> str:
    url = (value or "").strip() or f"sqlite:///{ROOT / 'var' / 'shop.db'}"
    try:
        address = database.address(url)
    except (ArgumentError, ValueError):
        address = None
    in_memory = address is not None and address.database in {None, "", ":memory:"}
    if address is None or (in_memory and url.startswith("sqlite")):
        raise BadSetting(
            "DATABASE_URL is not understood: give sqlite:///path or postgresql://user:password@host/name"
        )
    return url


def _redis(value: str | None) -> str | None:
    if not value or not value.strip():
        return None
    try:
        known = urlsplit(value.strip()).scheme in {"redis", "rediss", "unix"}
        known = known and urlsplit(value.strip()).port != 0
    except ValueError:
        known = False
    if not known:
        raise BadSetting("REDIS_URL is not understood: give redis://host:6379/0, or leave it out")
    return value.strip()


def _owner(value: str | None) -> str | None:
    owner = (value or "").strip()
    if owner and not USER_ID.fullmatch(owner):
        raise BadSetting("OWNER_LINE_ID is not a LINE user id: it is U and 32 digits 0-9 a-f")
    return owner or None


def _programme(value: str | None) -> Path | None:
    if not value or not value.strip():
        return None
    path = Path(value.strip())
    if not _is_file(path):
        shown = " ".join(str(path).split())[:80]
        raise BadSetting(f"PROGRAMME names no file: {shown} is not there")
    return path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for one, say
        return False


def _quiet_hours(value: str) -> tuple[time, time] | None:
    if not value.strip():
        return None
    found = re.fullmatch(r"\s*(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*", value, re.ASCII)
    try:
        if not found:
            raise ValueError
        start, end, after, until = (int(part) for part in found.groups())
        hours = time(start, end), time(after, until)
    except ValueError:
        raise BadSetting("QUIET_HOURS is not a span: give one like 21:30-09:00") from None
    return None if hours[0] == hours[1] else hours


def _port(value: str | None, name: str = "PORT") -> int:
    text = (value or "8000").strip()
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 0 < int(text) < 65536:
        raise BadSetting(f"{name} is not a port: give a number from 1 to 65535")
    return int(text)


def _metrics_port(value: str | None) -> int | None:
    return _port(value, "METRICS_PORT") if value and value.strip() else None


def _disk_reserve(value: str | None) -> int:
    text = (value or "200").strip()
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise BadSetting("DISK_RESERVE_MB is not a number of megabytes: give one like 200")
    return int(text)


def _sentry(value: str | None) -> str | None:
    if not value or not value.strip():
        return None
    try:
        parts = urlsplit(value.strip())
        known = parts.scheme in {"http", "https"} and parts.username and parts.path.strip("/")
    except ValueError:
        known = None
    if not known:
        raise BadSetting("SENTRY_DSN is not understood: copy it from Sentry, or leave it out")
    return value.strip()


def _log_format(value: str | None) -> str:
    text = (value or "text").strip().lower()
    if text not in {"text", "json"}:
        raise BadSetting("LOG_FORMAT is not known: give text or json")
    return text
