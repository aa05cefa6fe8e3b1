"""GET /p/<token>.jpg: a picture that goes out with a broadcast or on a group-buy's card.

Whoever was sent its address may look at it, as may LINE; the address says nothing,
and whatever is wrong with it, the answer is the same 404.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app

from bot.runtime import Runtime
from models.talk import pictures

PATH = "/p/"
FOREVER = "public, max-age=31536000, immutable"
_name = re.compile(r"(?P<token>[0-9a-f]{32})(?P<small>-s)?\.jpg", re.ASCII)

blueprint = Blueprint("pictures", __name__)


def addresses(site: str, token: str) -> tuple[str, str]:
    """Where a picture and its preview are found."""
    # LINE asks for https; a site without it is on this machine, where LINE is played
    secure = f"https://{site.partition('://')[2]}"
    return f"{secure}{PATH}{token}.jpg", f"{secure}{PATH}{token}-s.jpg"


@blueprint.get(f"{PATH}<name>")
def show(name: str) -> Response:
    """The picture, or its preview."""
    runtime: Runtime = current_app.extensions["runtime"]()
    found = _name.fullmatch(name)
    content = _content(runtime, found["token"], small=bool(found["small"])) if found else None
    if content is None:
        said = "沒有這張圖片。\n"
        return _plain(Response(said, 404, mimetype="text/plain"), kept="no-store")
    return _plain(Response(content, mimetype="image/jpeg"), kept=FOREVER)


def _content(runtime: Runtime, token: str, *, small: bool) -> bytes | None:
    with runtime.sessions() as session:
        session.connection(execution_options={"readonly": True})
        return pictures.fetch(session, token, small=small)


def _plain(shown: Response, *, kept: str) -> Response:
    shown.headers["Cache-Control"] = kept
    shown.headers["Content-Security-Policy"] = "default-src 'none'"
    shown.headers["Referrer-Policy"] = "no-referrer"
    shown.headers["X-Content-Type-Options"] = "nosniff"
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown
