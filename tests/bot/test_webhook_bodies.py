"""Whatever is posted to the webhook: 200 or 4xx, and nothing stored of what was refused."""

import gzip
import io
import socket
import threading
from contextlib import closing
from datetime import datetime

import orjson
import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from bot.webhook import MAX_BODY
from models.talk import inbox
from models.talk.inbox import InboxEvent
from models.talk.outbox_records import OutboxMessage
from tests.bot.calls import call, said, sign, stored
from tests.shop import Shop

EVENT = b'{"type":"message","webhookEventId":"01JD","message":{"type":"text","text":"hi"}}'


def wrapped(event: bytes) -> bytes:
    return b'{"destination":"U0","events":[' + event + b"]}"


MALFORMED = {
    "empty": b"",
    "an array": b"[]",
    "null": b"null",
    "a string": b'"events"',
    "a number": b"17",
    "no events": b'{"destination":"U0"}',
    "events null": b'{"events":null}',
    "events an object": b'{"events":{"0":{}}}',
    "events a string": b'{"events":"[]"}',
    "gzip": gzip.compress(wrapped(EVENT)),
    "NaN": wrapped(b'{"type":"message","timestamp":NaN}'),
    "infinity": wrapped(b'{"type":"message","timestamp":-Infinity}'),
    "5,000 digits": wrapped(b'{"timestamp":' + b"9" * 5000 + b"}"),
    "a huge exponent": wrapped(b'{"timestamp":1e999}'),
    "200,000 nested arrays": b"[" * 200_000,
    "200,000 nested objects": b'{"events":' * 100_000,
    "nested arrays, closed": wrapped(b'{"type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "a lone surrogate": wrapped(EVENT.replace(b"hi", b"\\ud800")),
    "a surrogate in bytes": wrapped(EVENT.replace(b"hi", b"\xed\xa0\x80")),
    "a raw NUL": wrapped(EVENT.replace(b"hi", b"\x00")),
    "NUL after the end": wrapped(EVENT) + b"\x00",
    "a byte order mark": b"\xef\xbb\xbf" + wrapped(EVENT),
    "UTF-16": wrapped(EVENT).decode().encode("utf-16"),
    "Big5": '{"events":[{"type":"中文"}]}'.encode("big5"),
    "a stray byte": wrapped(EVENT.replace(b"hi", b"\xff")),
    "cut off": wrapped(EVENT)[:-1],
    "single quotes": b"{'events':[]}",
    "a trailing comma": b'{"events":[],}',
    "a comment": b'{"events":[]}//',
    "a form": b"events=%5B%5D",
}


def test_what_is_no_webhook_body_is_refused_and_leaves_nothing(shop: Shop):
    answers = {name: call(shop, body).status_code for name, body in MALFORMED.items()}

    assert answers == dict.fromkeys(MALFORMED, 400)
    assert stored(shop) == 0


ODD = {
    "duplicate keys": b'{"type":"message","type":"follow","source":{"type":"user"},"source":[]}',
    "5,000 digits and a fraction": b'{"timestamp":1.' + b"9" * 5000 + b"}",
    "a tiny exponent": b'{"timestamp":-1e-999}',
    "more than 64 bits": b'{"timestamp":184467440737095516160}',
    "an escaped NUL": EVENT.replace(b"hi", b"\\u0000").replace(b"01JD", b"\\u0000"),
    "nested 500 deep": b'{"type":"message","x":' + b"[" * 500 + b"]" * 500 + b"}",
    "nested 200 deep": b'{"type":"message","x":' + b"[" * 200 + b"]" * 200 + b"}",
    "no type": b'{"webhookEventId":"01JE"}',
    "an unknown type": b'{"type":"hologram","replyToken":"r"}',
    "a type of our own": b'{"type":"notice","replyToken":"r"}',
    "a type with a colon": b'{"type":"message:text","replyToken":"r"}',
    "an unknown message": b'{"type":"message","message":{"type":"hologram","id":"1"}}',
    "a message of null": b'{"type":"message","message":null}',
    "a text that is none": b'{"type":"message","message":{"type":"text","text":{"a":1}}}',
    "an unknown source": b'{"type":"message","source":{"type":"square","userId":"U1"}}',
    "a source of 5": b'{"type":"message","source":5}',
    "an unknown mode": b'{"type":"message","mode":"paused"}',
    "a mode of null": b'{"type":"message","mode":null}',
    "a numeric id": b'{"type":"follow","webhookEventId":12}',
    "a long id": b'{"type":"follow","webhookEventId":"' + b"x" * 100_000 + b'"}',
    "a Chinese id": '{"type":"follow","webhookEventId":"識別"}'.encode(),
    "a long type": b'{"type":"' + b"x" * 100_000 + b'"}',
    "a long user id": b'{"type":"follow","source":{"type":"user","userId":"'
    + b"U" * 100_000
    + b'"}}',
    "postback of an array": b'{"type":"postback","postback":[1]}',
    "params of a string": b'{"type":"postback","postback":{"data":"x","params":"date"}}',
    "not an object": b"17",
    "an empty object": b"{}",
}


def test_an_odd_event_is_no_fault_and_its_neighbours_are_handled(shop: Shop, now):
    people = {name: shop.phone(name).id for name in ODD}

    answers = {name: call(shop, beside(people[name], ODD[name], now)) for name in ODD}
    shop.settle()

    assert {name: a.status_code for name, a in answers.items()} == dict.fromkeys(ODD, 200)
    with shop.sessions() as session:
        assert inbox.oldest_waiting(session) is None
        answered = set(session.scalars(select(OutboxMessage.to_id)))
        odd = session.scalars(select(InboxEvent.state).where(InboxEvent.state != "done")).all()
    assert {name for name, user_id in people.items() if user_id not in answered} == set()
    assert odd == []


def beside(user_id: str, odd: bytes, now: datetime) -> bytes:
    """The odd event, and another of somebody who wants to see their card."""
    card = said("會員卡", now, source={"type": "user", "userId": user_id})
    return wrapped(odd + b"," + orjson.dumps(card))


def test_one_byte_more_than_a_mebibyte_is_too_much(shop: Shop):
    fits = wrapped(b'{"x":"' + b"y" * (MAX_BODY - len(wrapped(b'{"x":""}'))) + b'"}')

    assert call(shop, fits).status_code == 200
    assert call(shop, fits + b" ").status_code == 413
    assert stored(shop) == 1


def test_a_body_of_unknown_length_is_read_no_further_than_the_limit(shop: Shop):
    class Endless(io.RawIOBase):
        read_bytes = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            self.read_bytes += len(buffer)
            assert self.read_bytes < 4 * MAX_BODY
            buffer[:] = b" " * len(buffer)
            return len(buffer)

    endless = Endless()
    answer = shop.client.post(
        "/callback",
        headers={"x-line-signature": "x", "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input": endless, "wsgi.input_terminated": True},
    )

    assert answer.status_code == 413
    assert endless.read_bytes < 2 * MAX_BODY
    assert stored(shop) == 0


@pytest.mark.parametrize(("size", "status"), [(1000, b"200"), (MAX_BODY + 1, b"413")])
def test_a_body_in_chunks_is_taken_over_http(shop: Shop, now, size, status):
    body = orjson.dumps({"events": [said("x" * size, now)]})
    server = make_server("127.0.0.1", 0, shop.client.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        answer = chunked(server.server_port, body)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert answer.split(b" ")[1] == status
    assert stored(shop) == (status == b"200")


def chunked(port: int, body: bytes) -> bytes:
    head = (
        "POST /callback HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        f"x-line-signature: {sign(body)}\r\nConnection: close\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as line:
        line.sendall(head.encode())
        for start in range(0, len(body), 65536):
            part = body[start : start + 65536]
            line.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        line.sendall(b"0\r\n\r\n")
        return line.recv(100)


def test_a_declared_length_that_is_too_much_is_refused_without_reading(shop: Shop):
    class Untouched(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            raise AssertionError("read")

    answer = shop.client.post(
        "/callback",
        headers={"x-line-signature": "x"},
        environ_overrides={"wsgi.input": Untouched(), "CONTENT_LENGTH": str(MAX_BODY + 1)},
    )

    assert answer.status_code == 413
