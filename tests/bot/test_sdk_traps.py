"""The SDK's traps on the way in, each sprung once, and our way past it.

Each test first shows the trap in the SDK itself: should a later release have
taken it away, the test says so.
"""

import json

import orjson
import pytest
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.models import UnknownEvent
from linebot.v3.webhook import WebhookHandler
from linebot.v3.webhooks import FollowEvent, MessageEditedEvent, MessageEvent
from linebot.v3.webhooks.models.source import Source
from pydantic.v1 import ValidationError
from sqlalchemy import select

from bot import events, router
from bot.webhook import BadBody, parse, signed
from models.people.members import Member
from models.talk.inbox import InboxEvent
from models.talk.outbox_records import OutboxMessage
from tests.bot.calls import SOMEBODY, bring, call, made, said, sign, stored
from tests.shop import CHANNEL_SECRET, Shop

VERIFY = b'{"destination":"xxxxxxxxxx","events":[]}'


def sdk(*given):
    """What the SDK makes of these events."""
    body = json.dumps({"destination": "U", "events": given})
    return WebhookParser(CHANNEL_SECRET).parse(body, sign(body.encode()))


def test_a_missing_header_is_an_error_to_the_sdk_and_a_refusal_to_us(shop: Shop):
    with pytest.raises(AttributeError):
        WebhookParser(CHANNEL_SECRET).parse(VERIFY.decode(), None)

    assert not signed(VERIFY, None, [CHANNEL_SECRET])
    assert shop.client.post("/callback", data=VERIFY).status_code == 400


def test_the_sdk_takes_no_bytes_and_we_take_nothing_else(shop: Shop):
    with pytest.raises(AttributeError):
        WebhookParser(CHANNEL_SECRET).parse(VERIFY, sign(VERIFY))

    assert call(shop, VERIFY).status_code == 200


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<html>", json.JSONDecodeError),
        (b'{"destination":"U"}', KeyError),
        (b'{"events":null}', TypeError),
        (b"[]", TypeError),
    ],
)
def test_a_body_that_is_none_raises_whatever_in_the_sdk_and_one_thing_here(shop, body, error):
    with pytest.raises(error):
        WebhookParser(CHANNEL_SECRET).parse(body.decode(), sign(body))

    with pytest.raises(BadBody):
        parse(body)
    assert call(shop, body).status_code == 400


def test_the_sdk_repeats_a_bad_signature_and_we_do_not(shop: Shop):
    forged = sign(VERIFY, "guessed")
    with pytest.raises(InvalidSignatureError, match=forged.replace("+", r"\+")):
        WebhookParser(CHANNEL_SECRET).parse(VERIFY.decode(), forged)

    assert forged not in call(shop, VERIFY, forged).text


def test_an_unknown_event_loses_who_it_came_from_in_the_sdk_and_nothing_here(now):
    raw = made(now, "hologram", hologram={"shape": "cube"})
    [unknown] = sdk(raw)
    assert isinstance(unknown, UnknownEvent)
    assert not hasattr(unknown.source, "user_id")
    assert not hasattr(unknown, "hologram")
    assert not hasattr(unknown, "reply_token")

    read = events.read(raw, received_at=now)

    assert (read.user_id, read.reply_token) == (SOMEBODY, raw["replyToken"])
    assert read.raw["hologram"] == {"shape": "cube"}
    assert orjson.loads(events.arrival(raw, received_at=now).body) == raw


def text_without(*names):
    message = {"type": "text", "id": "1", "text": "點數", "quoteToken": "q"}
    return {name: value for name, value in message.items() if name not in names}


STICKER = {"type": "sticker", "id": "1", "packageId": "1", "stickerId": "2", "quoteToken": "q"}
UNKNOWN_TO_THE_SDK = {
    "an unknown message": ("message", {"message": {"type": "hologram", "id": "1"}}),
    "an unknown kind of sticker": (
        "message",
        {"message": STICKER | {"stickerResourceType": "SMELL"}},
    ),
    "an unknown source": (
        "message",
        {"message": text_without(), "source": {"type": "square", "userId": SOMEBODY}},
    ),
    "an unknown membership": ("membership", {"membership": {"type": "paused"}}),
    "a text without quoteToken": ("message", {"message": text_without("quoteToken")}),
    "a follow without follow": ("follow", {}),
    "a follow in standby": (
        "follow",
        {"mode": "standby", "follow": {"isUnblocked": False}, "replyToken": None},
    ),
    "a join in standby": ("join", {"mode": "standby", "replyToken": None}),
}


@pytest.mark.parametrize("name", UNKNOWN_TO_THE_SDK)
def test_known_events_become_unknown_in_the_sdk_and_stay_known_here(now, name):
    kind, more = UNKNOWN_TO_THE_SDK[name]
    raw = made(now, kind, **more)
    [unknown] = sdk(raw)
    assert isinstance(unknown, UnknownEvent)
    assert type(unknown.source) is Source

    read = events.read(raw, received_at=now)

    assert (read.kind, read.user_id) == (kind, SOMEBODY)
    assert read.message_type == raw.get("message", {}).get("type")
    assert read.active is (raw["mode"] == "active")


def test_a_text_without_quote_token_is_answered_all_the_same(shop: Shop, now):
    assert bring(shop, made(now, message=text_without("quoteToken"))) == 200
    shop.settle()

    with shop.sessions() as session:
        assert "可用點數" in session.scalars(select(OutboxMessage.messages)).one()


def test_a_follow_without_follow_makes_a_member(shop: Shop, now):
    bring(shop, made(now, "follow"))
    shop.settle()

    with shop.sessions() as session:
        assert session.scalars(select(Member.is_friend)).one() is True


@pytest.mark.parametrize(
    "spoilt",
    [
        {"mode": "paused"},
        {"webhookEventId": None},
        {"webhookEventId": 5},
        {"timestamp": "noon"},
        {"timestamp": None},
    ],
)
def test_one_odd_event_loses_the_whole_batch_in_the_sdk_and_none_here(shop: Shop, now, spoilt):
    odd = made(now, "hologram", **spoilt)
    with pytest.raises(ValidationError):
        sdk(said("點數", now), odd, said("等級", now))

    assert bring(shop, said("點數", now), odd, said("等級", now)) == 200
    shop.settle()

    assert stored(shop) == 3
    with shop.sessions() as session:
        replies = session.scalars(select(OutboxMessage.messages).order_by(OutboxMessage.id)).all()
    assert ["可用點數" in replies[0], "目前等級" in replies[1], len(replies)] == [True, True, 2]


class OutOfOrder(RuntimeError):
    """A handler has a bug."""


def test_one_failing_handler_ends_the_batch_in_the_sdk_and_not_here(shop: Shop, now, monkeypatch):
    handled = []
    handler = WebhookHandler(CHANNEL_SECRET)

    @handler.add(MessageEvent)
    def fails(event):
        handled.append(event)
        raise OutOfOrder

    body = json.dumps({"destination": "U", "events": [said("1", now), said("2", now)]})
    with pytest.raises(OutOfOrder):
        handler.handle(body, sign(body.encode()))
    assert len(handled) == 1

    def breaks(ctx):
        raise OutOfOrder

    monkeypatch.setitem(router.EVENTS, "message:sticker", breaks)
    other = {"type": "user", "userId": "U" + "6" * 32}
    bring(shop, made(now, message=STICKER), said("點數", now, source=other))
    shop.settle()

    with shop.sessions() as session:
        assert session.scalars(select(InboxEvent.state).order_by(InboxEvent.id)).all() == [
            "new",
            "done",
        ]


@pytest.mark.filterwarnings("ignore:coroutine")
def test_the_sdk_never_awaits_a_coroutine_and_we_register_none(now):
    ran = []
    handler = WebhookHandler(CHANNEL_SECRET)

    @handler.add(FollowEvent)
    async def welcome(event):
        ran.append(event)

    body = json.dumps(
        {"destination": "U", "events": [made(now, "follow", follow={"isUnblocked": False})]}
    )
    handler.handle(body, sign(body.encode()))
    assert ran == []

    async def card(ctx):
        """看卡"""

    for register in (router.command("卡卡卡"), router.event("hologram"), router.dialogue("card")):
        with pytest.raises(TypeError, match="coroutine"):
            register(card)
    assert router.find("卡卡卡", router.Role.OWNER) is None


def test_an_edited_message_is_no_message_to_the_sdk_and_read_in_full_here(now):
    group = {"type": "group", "groupId": "C" + "1" * 32, "userId": SOMEBODY}
    raw = made(now, "messageEdited", message=text_without(), source=group)
    [edited] = sdk(raw)
    assert isinstance(edited, MessageEditedEvent)
    assert not isinstance(edited, MessageEvent)

    read = events.read(raw, received_at=now)

    assert (read.kind, read.text, read.message_id) == ("messageEdited", "點數", "1")
