"""POST /callback: verify the raw bytes, store each event once, answer.

The signature covers the bytes as they came, so it is checked before anything
is parsed. The SDK's parser is not used: it loses the whole batch to one event
it cannot build, and raises on a missing header.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime

import orjson
import structlog
from flask import Blueprint, Response, current_app, request

from bot import events
from bot.intake import Intake
from models.talk.inbox import Arrival

log = structlog.get_logger()

MAX_BODY = 1024 * 1024
# LINE gives up after 2 s; an answer later than that is only for the log
STORE_WITHIN = 5.0

blueprint = Blueprint("webhook", __name__)


class BadBody(ValueError):
    """Signed, but not a webhook body."""


def signed(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Whether LINE signed these bytes with one of our secrets."""
    try:
        given = base64.b64decode((signature or "").encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return False
    matches = [
        hmac.compare_digest(hmac.new(secret.encode(), body, hashlib.sha256).digest(), given)
        for secret in secrets
    ]
    return any(matches)


def parse(body: bytes) -> list[dict[str, object]]:
    """The events of a webhook body; what is no object among them is left out.

    Raises:
        BadBody: not JSON, or not an object with a list of events.
    """
    try:
        whole = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadBody("not JSON") from error
    listed = whole.get("events") if isinstance(whole, dict) else None
    if not isinstance(listed, list):
        raise BadBody("no list of events")
    return [event for event in listed if isinstance(event, dict)]


@blueprint.post("/callback")
def callback() -> Response:
    """Take a webhook call from LINE."""
    intake: Intake = current_app.extensions["intake"]()
    if (request.content_length or 0) > MAX_BODY:
        return _answer(413, "body too large")
    body = request.stream.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return _answer(413, "body too large")
    signature = request.headers.get("x-line-signature")
    if not signed(body, signature, intake.secrets):
        return _answer(400, "bad signature")
    try:
        found = parse(body)
    except BadBody as refused:
        return _answer(400, str(refused))
    return _store(intake, list(_arrivals(found, received_at=intake.clock())))


def _arrivals(found: list[dict[str, object]], *, received_at: datetime) -> Iterator[Arrival]:
    for event in found:
        try:
            yield events.arrival(event, received_at=received_at)
        except orjson.JSONEncodeError:
            # what is nested deeper than it can be written is no event of LINE's
            log.warning("event_left_out", reason="nested too deep")


def _store(intake: Intake, arrivals: list[Arrival]) -> Response:
    if not arrivals:
        return _answer(200, "ok")
    try:
        intake.store(arrivals).result(timeout=STORE_WITHIN)
    except Exception as error:  # whatever stops storing, LINE must send it again
        # the outage behind it is told once, by who met it
        log.warning("webhook_not_stored", error=type(error).__name__)
        return _answer(503, "try again")
    return _answer(200, "ok")


def _answer(status: int, sentence: str) -> Response:
    return Response(sentence + "\n", status, mimetype="text/plain")
