"""GET /dashboard/files/<signed>: a file that somebody asked for in chat, for a quarter of an hour.

The address says which offer it is and nothing else; whatever is wrong with it,
the answer is the same 404. What the file holds is made when it is fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from bot.runtime import Runtime
from models.people import audit, downloads, roles
from models.people.downloads import Download
from models.people.roles import Role

PATH = "/dashboard/files/"
SALT = "tuanyou/downloads"
LONGEST = 200

blueprint = Blueprint("downloads", __name__)


class File(NamedTuple):
    """What is handed out."""

    name: str
    kind: str
    content: bytes


Maker = Callable[..., File]
MAKERS: dict[str, tuple[Maker, Role]] = {}


def makes(kind: str, *, role: Role = Role.ORGANISER) -> Callable[[Maker], Maker]:
    """Register what makes files of a kind, and who may still fetch one when it is fetched.

    It takes the session, the moment, and by name what was offered.

    Raises:
        ValueError: the kind is taken.
    """

    def register(maker: Maker) -> Maker:
        if kind in MAKERS:
            raise ValueError(f"{kind!r} is registered twice")
        MAKERS[kind] = maker, role
        return maker

    return register


@dataclass(frozen=True)
class Addresses:
    """Writes the addresses of files, and reads them; `site` is where the shop is found."""

    site: str = ""
    secret: str = field(default="", repr=False)

    def of(self, offered: Download) -> str:
        signed = self._signer.dumps([offered.id, offered.nonce])
        return f"{self.site}{PATH}{signed if isinstance(signed, str) else signed.decode()}"

    def read(self, signed: str) -> tuple[int, str] | None:
        """Number and nonce; None if we did not write it."""
        try:
            number, nonce = self._signer.loads(signed[:LONGEST])
        except (BadData, ValueError, TypeError):
            return None
        # Several words of base64 mean the same bytes; only the one that was handed out is ours.
        return (number, nonce) if self._signer.dumps([number, nonce]) == signed else None

    @property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=SALT)


@blueprint.get(f"{PATH}<signed>")
def fetch(signed: str) -> Response:
    """The file, if the link is ours, still young, and was not used up."""
    runtime: Runtime = current_app.extensions["runtime"]()
    settings = runtime.settings
    found = Addresses(settings.public_url, settings.secret_key).read(signed)
    if found is None or request.method != "GET":
        return _nothing()
    with runtime.sessions.begin() as session:
        file = _taken(session, *found, owner=settings.owner, now=runtime.clock())
    return _nothing() if file is None else _handed(file)


def _taken(
    session: Session, number: int, nonce: str, *, owner: str | None, now: datetime
) -> File | None:
    offered = downloads.take(session, number, nonce, now=now)
    maker, role = MAKERS.get(offered.kind, (None, Role.OWNER)) if offered else (None, Role.OWNER)
    if offered is None or maker is None:
        return None
    if not roles.role_of(session, offered.person, owner=owner).covers(role):
        return None
    facts: dict[str, Any] = offered.facts
    file = maker(session, now=now, **facts)
    audit.record(
        session,
        actor=offered.person,
        action="download",
        subject=f"download:{offered.id}",
        detail=file.name[:100],
        now=now,
    )
    return file


def _handed(file: File) -> Response:
    shown = Response(file.content, mimetype=file.kind)
    shown.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return _private(shown)


def _nothing() -> Response:
    said = "這個連結已經失效，請在聊天室重新要一次。\n"
    return _private(Response(said, 404, mimetype="text/plain"))


def _private(shown: Response) -> Response:
    shown.headers["Cache-Control"] = "no-store"
    shown.headers["Referrer-Policy"] = "no-referrer"
    shown.headers["X-Content-Type-Options"] = "nosniff"
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown
