"""POST /callback: verify the raw bytes, store each event once, answer.

The signature covers the bytes as they came, so it is checked before anything
is parsed. The SDK's parser is not used: it loses the whole batch to one event
it cannot build, and raises on a missing header. What a call holds is read here
for both ways in: Flask's, below, and the one past Flask, `bot/front.py`.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson
import structlog
from flask import Blueprint, Response, current_app, request

from bot import events
from bot.intake import Intake
from models.talk.inbox import Arrival

log = structlog.get_logger()

PATH = "/callback"
MAX_BODY = 1024 * 1024
# LINE gives up after 2 s; an answer later than that is only for the log
STORE_WITHIN = 5.0

blueprint = Blueprint("webhook", __name__)


class Answer(NamedTuple):
    """What LINE is told."""

    status: int
    sentence: str


STORED = Answer(200, "ok")
TOO_LARGE = Answer(413, "body too large")
UNSIGNED = Answer(400, "bad signature")


class BadBody(ValueError):
    """Signed, but not a webhook body."""


def signed(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Whether LINE signed these bytes with one of our secrets.

    The words are compared, not what they stand for: in base64 several can mean the same bytes.
    """
    given = (signature or "").encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(base64.b64encode(hmac.digest(secret.encode(), body, "sha256")), given)
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


def read(body: bytes, signature: str | None, intake: Intake) -> list[Arrival] | Answer:
    """The events to be stored, or the answer to a call that has none."""
    if len(body) > MAX_BODY:
        return TOO_LARGE
    if not signed(body, signature, intake.secrets):
        return UNSIGNED
    try:
        found = parse(body)
    except BadBody as refused:
        return Answer(400, str(refused))
    return list(_arrivals(found, received_at=intake.clock())) or STORED


def not_stored(error: Exception) -> Answer:
    """Whatever stops storing, LINE must send it again."""
    # the outage behind it is told once, by who met it
    log.warning("webhook_not_stored", error=type(error).__name__)
    return Answer(503, "try again")


@blueprint.post(PATH)
def callback() -> Response:
    """Take a webhook call from LINE."""
    status, sentence = _taken()
    return Response(sentence + "\n", status, mimetype="text/plain")


def _taken() -> Answer:
    intake: Intake = current_app.extensions["intake"]()
    if (request.content_length or 0) > MAX_BODY:
        return TOO_LARGE
    body = request.stream.read(MAX_BODY + 1)
    found = read(body, request.headers.get("x-line-signature"), intake)
    if isinstance(found, Answer):
        return found
    try:
        intake.store(found).result(timeout=STORE_WITHIN)
    except Exception as error:
        return not_stored(error)
    return STORED


def _arrivals(found: list[dict[str, object]], *, received_at: datetime) -> Iterator[Arrival]:
    for event in found:
        try:
            yield events.arrival(event, received_at=received_at)
        except orjson.JSONEncodeError:
            # what is nested deeper than it can be written is no event of LINE's
            log.warning("event_left_out", reason="nested too deep")
