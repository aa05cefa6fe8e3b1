"""Bodies nobody thought of: never a 5xx, and what was taken is handled without a fault."""

import random

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from models.talk.inbox import InboxEvent
from models.talk.outbox_records import OutboxMessage
from tests.bot.calls import SOMEBODY, call, made, said, stored
from tests.shop import Shop

SHAPES, BYTES = 300, 450  # of each kind, on each database
PARTS = ("type", "mode", "timestamp", "source", "webhookEventId", "deliveryContext")
WORDS = ("user", "group", "text", "follow", "message", "active", "postback", "sticker", "點數")

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from([*WORDS, SOMEBODY])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "data", "id", "userId"]), inner)
    ),
    max_leaves=6,
)
events = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys((*PARTS, "message", "postback", "replyToken", "link"), anything),
)
bodies = st.fixed_dictionaries({}, optional={"events": st.lists(events | anything, max_size=4)})


def fuzz(shop: Shop, examples: int) -> None:
    @settings(
        max_examples=examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(bodies | anything)
    def shapes(body: object) -> None:
        assert call(shop, orjson.dumps(body)).status_code in (200, 400)

    shapes()


def spoil(chance: random.Random, body: bytes) -> bytes:
    """The body with a few bytes changed, doubled or gone."""
    spoilt = bytearray(body)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(spoilt))
        act = chance.randrange(4)
        if act == 0:
            spoilt[place] = chance.randrange(256)
        elif act == 1:
            del spoilt[place : place + chance.randint(1, 20)]
        elif act == 2:
            spoilt[place:place] = chance.choice([b"\\u0000", b"[", b"}", b'"', b"null", b"-1e9"])
        else:
            spoilt[place:place] = spoilt[place : place + 30]
    return bytes(spoilt)


def nothing_is_stuck(shop: Shop) -> None:
    while shop.worker.drain():
        pass
    with shop.sessions() as session:
        states = dict(
            session.execute(
                select(InboxEvent.state, func.count()).group_by(InboxEvent.state)
            ).all()
        )
        apologies = session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.messages.contains("系統剛剛忙不過來"))
        ).all()
    assert set(states) <= {"done"}, states
    assert apologies == []


def fuzz_bytes(shop: Shop, now, examples: int) -> None:
    chance = random.Random(7)
    seeds = [
        orjson.dumps(
            {"destination": SOMEBODY, "events": [said("點數 明細", now), made(now, "follow")]}
        ),
        orjson.dumps({"events": [made(now, "postback", postback={"data": "會員卡"})]}),
        orjson.dumps({"events": [said("優惠券", now, source={"type": "group", "groupId": "C1"})]}),
    ]
    for _ in range(examples):
        answer = call(shop, spoil(chance, chance.choice(seeds)))
        assert answer.status_code in (200, 400)


def test_no_fuzzed_body_breaks_anything(shop: Shop, now):
    fuzz(shop, SHAPES)
    fuzz_bytes(shop, now, BYTES)

    assert stored(shop) > 50
    nothing_is_stuck(shop)


@pytest.mark.slow
def test_no_ten_thousand_fuzzed_bodies_break_anything(shop: Shop, now):
    fuzz(shop, 2000)
    fuzz_bytes(shop, now, 8000)

    nothing_is_stuck(shop)
