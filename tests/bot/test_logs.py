"""Nothing personal and nothing secret is written down, whatever happens."""

import io
import json
import logging
import sys
from contextlib import redirect_stderr

import orjson
import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from bot import logs, router
from tests.bot.calls import bring, call, made, said, sign
from tests.shop import CHANNEL_SECRET, TOKEN, Phone, Shop

WORDS, PHONE = "金絲雀說的話", "0987654321"
USER = "U" + "c" * 32


@pytest.fixture
def written(request, capsys):
    """Everything that reached the terminal, when logging at every level."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    logs.configure(getattr(request, "param", "json"), level=logging.NOTSET)
    root.setLevel(logging.DEBUG)
    seen: list[str] = []

    def read() -> str:
        seen.extend(capsys.readouterr())
        return "".join(seen)

    yield read
    root.setLevel(level)
    root.handlers = handlers
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


@pytest.mark.parametrize("written", ["json", "text"], indirect=True)
def test_no_canary_is_seen_after_a_bad_day(shop: Shop, mei: Phone, written, monkeypatch):
    now = shop.clock()
    secrets = live_through(shop, mei, now, monkeypatch)

    seen = written()

    for happened in ("event_failed", "webhook_not_stored", "sent", "Exception on"):
        assert happened in seen
    assert [secret for secret in secrets if secret in seen] == []


def live_through(shop: Shop, mei: Phone, now, monkeypatch) -> list[str]:
    """A day on which everything fails once; what must not be seen of it."""
    mei.follows()
    mei.says(f"手機 {PHONE}")
    mei.says(f"客服 {WORDS}")
    mei.says("生日 1987-06-05")

    def broken(ctx):
        raise ValueError(f"{WORDS} {PHONE} {ctx.event.reply_token}")

    def refused_by_the_database(ctx):
        raise IntegrityError("INSERT", {"question": WORDS, "token": TOKEN}, Exception(WORDS))

    monkeypatch.setitem(router.EVENTS, "message:sticker", broken)
    monkeypatch.setitem(router.EVENTS, "message:location", refused_by_the_database)
    sticker = made(now, message={"type": "sticker", "text": WORDS})
    place = made(now, message={"type": "location", "title": WORDS, "address": WORDS})
    bring(shop, sticker, place)
    for fault in ({"fail_before": 1.0}, {"unauthorized": True}, {"drop": 1.0}):
        shop.platform.faults.set(fault)
        mei.says(f"客服 {WORDS}")
        shop.platform.faults.set(dict.fromkeys(fault, 0))

    spoken = said(WORDS, now)
    forged = sign(b"forged")
    call(shop, b"{}", forged)
    return [
        *(WORDS, PHONE, "1987", TOKEN, CHANNEL_SECRET, forged, mei.id),
        *(spoken["replyToken"], sticker["replyToken"], place["replyToken"]),
        store_nothing(shop, spoken),
    ]


class Broken:
    """An intake with a bug of its own, and then one without its database."""

    secrets = (CHANNEL_SECRET,)

    def clock(self):
        raise RuntimeError(WORDS)

    def store(self, arrivals):
        raise RuntimeError(WORDS)


def store_nothing(shop: Shop, spoken) -> str:
    """A webhook that meets both; its signature."""
    body = orjson.dumps({"events": [spoken]})
    application, intake = shop.client.application, Broken()
    application.testing = False
    application.extensions["intake"] = lambda: intake
    assert call(shop, body).status_code == 500
    intake.clock = shop.clock
    assert call(shop, body).status_code == 503
    return sign(body)


SECRET_NAMES = """
token reply_token secret x-line-signature Authorization password phone email birthday body text
name question message messages data
"""


@pytest.mark.parametrize("name", SECRET_NAMES.split())
def test_what_such_a_name_holds_is_masked(written, name):
    structlog.get_logger().info("happened", **{name: "canary", "inner": {name: ["canary"]}})

    [line] = written().splitlines()
    assert "canary" not in line
    assert json.loads(line)["event"] == "happened"


@pytest.mark.parametrize(
    "value",
    [
        USER,
        f"for {USER}.",
        "0912345678",
        "0912-345-678",
        "0912 345 678",
        "+886912345678",
        "+886 912-345-678",
        "mei@example.com",
        "Authorization: Bearer abc/def=",
        ["0912345678"],
        {"to": USER},
        ValueError("mei@example.com"),
    ],
)
def test_what_is_personal_is_masked_wherever_it_stands(written, value):
    structlog.get_logger().info(f"happened {value}", reason=value, inner=[{"x": value}])

    seen = written()
    for part in (USER, "345678", "345-678", "345 678", "mei@", "abc/def"):
        assert part not in seen


def test_the_same_person_has_the_same_mark(written):
    log = structlog.get_logger()
    log.info("one", who=USER)
    log.info("two", who=USER)
    log.info("three", who="U" + "d" * 32)

    marks = [json.loads(line)["who"] for line in written().splitlines()]
    assert marks[0] == marks[1] != marks[2]
    assert marks[0].startswith("user-")


def test_an_exception_keeps_its_place_and_kind_and_loses_its_text(written):
    def inner(words):
        raise ValueError(words)

    try:
        try:
            inner(WORDS)
        except ValueError as error:
            raise KeyError(WORDS) from error
    except KeyError:
        structlog.get_logger().exception("failed")
        logging.getLogger("some.library").exception("failed with %s", WORDS)

    for line in written().splitlines():
        told = json.loads(line)
        assert WORDS not in line
        assert "test_logs.py" in told["exception"]
        assert "in inner" in told["exception"]
        assert "ValueError" in told["exception"]
        assert told["exception"].endswith("KeyError")


def test_a_library_is_heard_without_its_arguments(written):
    logging.getLogger("some.library").warning("could not read %r\nof %s", WORDS, USER)

    told = json.loads(written())
    assert told["event"] == "could not read %r"
    assert WORDS not in written()
    assert (told["logger"], told["level"]) == ("some.library", "warning")


def test_statements_are_not_logged_even_when_all_else_is(written, shop: Shop, mei: Phone):
    mei.says(WORDS)

    assert not logging.getLogger("sqlalchemy.engine").isEnabledFor(logging.INFO)
    assert WORDS not in written()


def test_quiet_leaves_only_what_went_wrong(written):
    logs.configure("json", quiet=True)
    structlog.get_logger().info("fine")
    structlog.get_logger().warning("wrong")

    assert [json.loads(line)["event"] for line in written().splitlines()] == ["wrong"]


def test_numbers_stay_numbers(written):
    structlog.get_logger().info("counted", messages=3, took=0.5, ok=True, none=None)

    told = json.loads(written())
    assert [told[n] for n in ("messages", "took", "ok", "none")] == [3, 0.5, True, None]


def test_what_is_logged_goes_to_whatever_is_stderr_by_then(written, capsys):
    logs.configure("json")
    with redirect_stderr(io.StringIO()) as later:
        structlog.get_logger().info("later")
        logging.getLogger("x").warning("later too")

    assert later.getvalue().count("\n") == 2
    assert sys.stderr is not later
