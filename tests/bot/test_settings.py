"""Each wrong or missing setting stops the start with one line that names it."""

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import settings
from bot.settings import BadSetting

GOOD = {
    "LINE_CHANNEL_SECRET": "channel-secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "access+token/=",
    "SECRET_KEY": "a-long-secret-key",
    "PUBLIC_URL": "https://shop.example.com",
}
NAMES = (
    *GOOD,
    "LINE_API_BASE",
    "LINE_DATA_API_BASE",
    "DATABASE_URL",
    "REDIS_URL",
    "OWNER_LINE_ID",
    "PROGRAMME",
    "QUIET_HOURS",
    "PORT",
    "LOG_FORMAT",
)


def reading(**changes: str) -> settings.Settings:
    return settings.read(GOOD | changes)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", [None, "", "   "])
def test_what_is_needed_must_be_there(name, value):
    without = {key: text for key, text in GOOD.items() if key != name}
    with pytest.raises(BadSetting) as told:
        settings.read(without if value is None else without | {name: value})

    assert str(told.value).startswith(f"{name} is not set")
    assert "\n" not in str(told.value)


WRONG = [
    ("LINE_CHANNEL_SECRET", ","),
    ("LINE_CHANNEL_SECRET", "one, tw o"),
    ("LINE_CHANNEL_SECRET", "密碼"),
    ("LINE_CHANNEL_ACCESS_TOKEN", "two words"),
    ("LINE_CHANNEL_ACCESS_TOKEN", "line\nbreak"),
    ("LINE_CHANNEL_ACCESS_TOKEN", "權杖"),
    ("SECRET_KEY", "changeme"),
    ("SECRET_KEY", "Secret"),
    ("PUBLIC_URL", "shop.example.com"),
    ("PUBLIC_URL", "ftp://shop.example.com"),
    ("PUBLIC_URL", "https://"),
    ("PUBLIC_URL", "https://[::1"),
    ("PUBLIC_URL", "https://shop.example.com:99999"),
    ("PUBLIC_URL", "http://shop.example.com"),
    ("PUBLIC_URL", "http://127.0.0.1.example.com"),
    ("PUBLIC_URL", "http://localhost@example.com"),
    ("PUBLIC_URL", "https://shop example.com"),
    ("LINE_API_BASE", "http://api.line.me"),
    ("LINE_API_BASE", "api.line.me"),
    ("LINE_DATA_API_BASE", "http://10.0.0.1"),
    ("DATABASE_URL", "mysql://localhost/shop"),
    ("DATABASE_URL", "shop.db"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "postgresql://localhost:port/shop"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "http://localhost"),
    ("REDIS_URL", "redis://localhost:port"),
    ("OWNER_LINE_ID", "U123"),
    ("OWNER_LINE_ID", "u" + "a" * 32),
    ("OWNER_LINE_ID", "U" + "A" * 32),
    ("OWNER_LINE_ID", "U" + "a" * 33),
    ("PROGRAMME", "/nowhere/rules.toml"),
    ("PROGRAMME", "/"),
    ("PROGRAMME", "x" * 5000),
    ("QUIET_HOURS", "21:30"),
    ("QUIET_HOURS", "21:30-25:00"),
    ("QUIET_HOURS", "9pm-9am"),
    ("QUIET_HOURS", "21:60-09:00"),
    ("QUIET_HOURS", "none"),
    ("PORT", "http"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "８０００"),
    ("PORT", "9" * 5000),
    ("PORT", " "),
    ("LOG_FORMAT", "xml"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=[f"{n} {v[:24]!r}" for n, v in WRONG])
def test_a_wrong_value_is_named_in_one_line(name, value):
    with pytest.raises(BadSetting) as told:
        reading(**{name: value})

    assert str(told.value).startswith(name)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 200


@given(st.sampled_from(NAMES), st.text(st.characters(exclude_characters="\0"), max_size=40))
def test_whatever_a_setting_holds_it_is_read_or_named(name, value):
    said = refusal(name, value)

    assert said is None or said.startswith(name)
    assert len((said or "").splitlines()) < 2


def refusal(name: str, value: str) -> str | None:
    try:
        reading(**{name: value})
    except BadSetting as told:
        return str(told)
    return None


def test_the_rest_has_defaults():
    found = reading()

    assert found.api_base == "https://api.line.me"
    assert found.data_api_base == "https://api-data.line.me"
    assert found.database_url.startswith("sqlite:///")
    assert found.quiet_hours == (time(21, 30), time(9))
    assert (found.port, found.redis_url, found.owner, found.programme) == (8000, None, None, None)


def test_two_secrets_are_taken_during_rotation():
    assert reading(LINE_CHANNEL_SECRET="old, new,").channel_secrets == ("old", "new")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:9"])
def test_this_machine_may_be_spoken_to_without_encryption(host):
    assert reading(LINE_API_BASE=f"http://{host}/").api_base == f"http://{host}"


def test_one_address_of_a_simulator_serves_both_of_lines_hosts():
    found = reading(LINE_API_BASE="http://localhost:9000")

    assert found.data_api_base == "http://localhost:9000"


@pytest.mark.parametrize(
    ("value", "hours"),
    [
        ("", None),
        ("  ", None),
        ("09:00-09:00", None),
        ("22:00-8:30", (time(22), time(8, 30))),
        (" 0:00 - 06:00 ", (time(0), time(6))),
    ],
)
def test_quiet_hours_may_be_others_or_none(value, hours):
    assert reading(QUIET_HOURS=value).quiet_hours == hours


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://h/d", "sqlite:///x.db"])
def test_databases_have_several_names(url):
    assert reading(DATABASE_URL=url).database_url == url


def test_a_file_of_settings_is_read_as_people_write_it(tmp_path: Path):
    file = tmp_path / ".env"
    file.write_text(
        "# comment\n\nLINE_CHANNEL_SECRET='quoted'\nPORT = 9000\nQUIET_HOURS=\n"
        'PUBLIC_URL="https://a.example"\n',
        encoding="utf-8",
    )

    found = settings.dotenv(file)

    assert found["LINE_CHANNEL_SECRET"] == "quoted"
    assert (found["PORT"], found["QUIET_HOURS"]) == ("9000", "")
    assert found["PUBLIC_URL"] == "https://a.example"
    assert settings.dotenv(tmp_path / "none") == {}


def test_no_secret_is_in_what_is_printed_of_the_settings():
    found = reading(DATABASE_URL="postgresql://u:hush@h/d", REDIS_URL="redis://:hush2@h")

    shown = repr(found) + str(found)

    secrets = ["channel-secret", "access+token", "a-long-secret-key", "hush"]
    assert [secret for secret in secrets if secret in shown] == []


def test_a_refusal_repeats_no_secret():
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"):
        with pytest.raises(BadSetting) as told:
            reading(**{name: "hush hush"})
        assert "hush" not in str(told.value)
    for name in ("DATABASE_URL", "REDIS_URL"):
        with pytest.raises(BadSetting) as told:
            reading(**{name: "mysql://user:hush@host/shop"})
        assert "hush" not in str(told.value)
