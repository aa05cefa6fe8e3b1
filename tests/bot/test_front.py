"""The way past Flask: a webhook is answered as Flask would, and everything else is Flask's."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from sqlalchemy import delete, event, select
from structlog.contextvars import get_contextvars

from bot import front, intake, metrics, webhook
from bot.webhook import MAX_BODY
from models.talk.inbox import InboxEvent
from tests.bot.calls import bring, call_front, said, sign, stored
from tests.bot.test_intake import AWAY, Fault
from tests.bot.test_traces import lines  # noqa: F401
from tests.bot.test_webhook_bodies import MALFORMED, ODD, beside
from tests.shop import Shop

WHOLE = b'{"events":[]}'
Headers = list[tuple[str, str]]


def kept(shop: Shop) -> list[tuple[object, ...]]:
    """What the inbox holds, as far as it is the caller's; and empty it."""
    columns = (InboxEvent.event_id, InboxEvent.person, InboxEvent.kind, InboxEvent.body)
    with shop.sessions.begin() as session:
        rows = [tuple(row) for row in session.execute(select(*columns).order_by(InboxEvent.id))]
        session.execute(delete(InboxEvent))
    return rows


def both(shop: Shop, body: bytes, headers: Headers) -> list[tuple[object, ...]]:
    """What each way in answers and stores."""
    flask = shop.client.post("/callback", data=body, headers=headers)
    by_flask = (flask.status_code, flask.text, flask.content_type, len(flask.data), kept(shop))
    length = ("Content-Length", str(len(body)))
    # in two parts, as it may come
    status, told, text = call_front(shop, body[:7], body[7:], headers=[*headers, length])
    by_front = (status, text, told["content-type"], int(told["content-length"]), kept(shop))
    assert len(told["x-request-id"]) == len(flask.headers["X-Request-Id"])
    return [by_flask, by_front]


def test_both_ways_in_answer_alike_and_store_the_same(shop: Shop, now):
    odd = [beside(f"U{number:032x}", each, now) for number, each in enumerate(ODD.values())]
    for body in [*MALFORMED.values(), *odd, WHOLE, b"x" * (MAX_BODY + 1)]:
        by_flask, by_front = both(shop, body, [("X-Line-Signature", sign(body))])
        assert by_front == by_flask, body[:60]


SIGNED = ("X-Line-Signature", sign(WHOLE))


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Line-Signature", "")],
        [("X-Line-Signature", "é" * 8)],
        [("X-Line-Signature", sign(WHOLE, "another"))],
        [SIGNED, SIGNED],
        [SIGNED, ("X-Request-Id", "a-sane-one")],
        [SIGNED, ("X-Request-Id", "no")],
    ],
)
def test_both_ways_in_read_headers_alike(shop: Shop, headers: Headers):
    by_flask, by_front = both(shop, WHOLE, headers)

    assert by_front == by_flask


def test_what_is_announced_as_too_large_is_not_waited_for(shop: Shop):
    status, _, text = call_front(shop, None, headers=[("Content-Length", str(MAX_BODY + 1))])

    assert (status, text) == (413, "body too large\n")


def test_a_body_without_a_length_is_read_no_further_than_the_limit(shop: Shop):
    half = b" " * (MAX_BODY // 2)

    assert call_front(shop, half, half, b" ", None, headers=[SIGNED])[0] == 413


def test_a_call_that_is_cut_off_leaves_nothing(shop: Shop, now):
    body = orjson.dumps({"events": [said("點數", now)]})

    status, _, _ = call_front(shop, body, None, headers=[("X-Line-Signature", sign(body))])

    assert status == 400
    assert stored(shop) == 0


def test_more_than_there_is_room_for_is_not_read(shop: Shop, monkeypatch):
    monkeypatch.setattr(front, "ROOM", 10)

    assert call_front(shop, WHOLE, headers=[SIGNED])[0] == 200
    assert call_front(shop, WHOLE[:12], WHOLE[12:], headers=[SIGNED])[0] == 503
    assert call_front(shop, WHOLE, headers=[SIGNED])[0] == 200


def post(shop: Shop, *events: dict, **headers: str) -> int:
    body = orjson.dumps({"events": events})
    given = [("X-Line-Signature", sign(body)), *headers.items()]
    return call_front(shop, body, headers=given)[0]


def test_without_a_database_line_is_asked_to_try_again(shop: Shop, now):
    fault = Fault(AWAY)
    event.listen(shop.sessions, "before_commit", fault)

    assert post(shop, said("點數", now)) == 503
    fault.on = False

    assert stored(shop) == 0
    assert post(shop, said("點數", now)) == 200
    assert stored(shop) == 1


def test_a_database_that_hangs_is_answered_for(shop: Shop, now, monkeypatch):
    monkeypatch.setattr(front, "STORE_WITHIN", 0.05)
    mine = shop.client.application.extensions["intake"]()
    mine._start = lambda: None

    assert post(shop, said("點數", now)) == 503

    monkeypatch.setattr(intake, "MOST", 1)
    monkeypatch.setattr(front, "STORE_WITHIN", 60)
    # no room for more that wait
    assert post(shop, said("點數", now)) == 503
    assert bring(shop, said("點數", now)) == 503
    # what came in time is stored after all, though nobody waits any more
    mine._commit([mine._queue.get()])
    assert stored(shop) == 1


def test_a_call_is_counted_and_its_lines_carry_its_id(shop: Shop, lines, now):  # noqa: F811
    def counted() -> float:
        text = metrics.exposition().decode()
        name = 'tuanyou_http_requests_total{route="/callback",status="503"} '
        return sum(float(line.removeprefix(name)) for line in text.split("\n") if name in line)

    before = counted()
    shop.client.application.extensions["intake"]()._put = Fault(AWAY)

    post(shop, said("點數", now), **{"X-Request-Id": "request-1"})

    assert counted() == before + 1
    [line] = [line for line in lines if line["event"] == "webhook_not_stored"]
    assert line["request_id"] == "request-1"
    assert "request_id" not in get_contextvars()


def ask(shop: Shop, path: str, method: str = "GET") -> tuple[int, str]:
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    scope |= {"http_version": "1.1", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2)}
    asyncio.run(front.Front(shop.client.application)(scope, receive, send))
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode()


def test_everything_else_is_flasks(shop: Shop):
    assert ask(shop, "/healthz")[0] == 200
    assert ask(shop, "/nowhere")[0] == 404
    assert ask(shop, webhook.PATH)[0] == 405
    assert "tuanyou_http_requests_total" in ask(shop, "/metrics")[1]
