"""GET /r/<token>: on to the address that a broadcast wrote, and the click is counted.

Where it leads stands in our table, never in the link; whatever is wrong with a
link, the answer is the same 404. What only looks ahead, as LINE does to show a
preview, is led on and not counted.
"""

from __future__ import annotations

import re

import structlog
from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from bot.runtime import Runtime
from models.talk import clicks, tracked_links
from models.talk.tracked_links import Ticket

log = structlog.get_logger()

# LINE's own preview calls itself facebookexternalhit/1.1;line-poker/1.0
MACHINES = re.compile(
    r"bot\b|crawl|spider|slurp|preview|facebookexternalhit|line-poker|curl/|wget/|python|okhttp"
    r"|go-http|headless",
    re.IGNORECASE,
)

blueprint = Blueprint("links", __name__)


@blueprint.get(f"{tracked_links.PATH}<token>")
def follow(token: str) -> Response:
    """Lead on whoever was sent this link."""
    runtime: Runtime = current_app.extensions["runtime"]()
    now = runtime.clock()
    with runtime.sessions() as session:
        session.connection(execution_options={"readonly": True})
        found = clicks.target(session, token, now=now)
    if found is None:
        said = "這個連結已經失效，請回到聊天室看最新的訊息。\n"
        return _private(Response(said, 404, mimetype="text/plain"))
    ticket, address = found
    if _is_somebody():
        _count(runtime, ticket)
    return _private(Response(status=302, headers={"Location": address}))


def _is_somebody() -> bool:
    """Whether a person opened it, as far as that can be told."""
    asked = request.headers
    ahead = f"{asked.get('Purpose', '')} {asked.get('Sec-Purpose', '')} {asked.get('X-Moz', '')}"
    agent = asked.get("User-Agent", "")
    return (
        request.method == "GET"
        and bool(agent)
        and not MACHINES.search(agent)
        and "prefetch" not in ahead
        and "preview" not in ahead
    )


def _count(runtime: Runtime, ticket: Ticket) -> None:
    try:
        with runtime.sessions.begin() as session:
            clicks.count(session, ticket, now=runtime.clock())
    except SQLAlchemyError:  # who wants to read on does not wait for our figures
        log.warning("click_not_counted", broadcast=ticket.broadcast, exc_info=True)


def _private(shown: Response) -> Response:
    shown.headers["Cache-Control"] = "no-store"
    shown.headers["Referrer-Policy"] = "no-referrer"
    shown.headers["X-Content-Type-Options"] = "nosniff"
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown
