"""Events read from JSON that LINE may change any day."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import events
from tests.bot.calls import SOMEBODY, made, said

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = ("type", "mode", "timestamp", "source", "webhookEventId", "message", "postback")


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys((*NAMES, "replyToken"), json_values)),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("type", "userId", "text"), json_values)),
)
def test_whatever_an_event_holds_it_is_read(raw, part):
    for event in (raw, raw | {"source": part, "message": part}):
        read = events.read(event, received_at=NOW)
        kept = events.arrival(event, received_at=NOW)

        assert read.occurred_at.tzinfo is not None
        assert "\x00" not in read.text + read.data + kept.kind + kept.body + kept.event_id
        assert len(kept.event_id) <= 64
        assert len(kept.person) <= 64
        assert len(kept.kind) <= 40


def test_one_event_reads_the_same_again():
    raw = {"type": "hologram", "x": [1, {"y": None}]}

    first, second = (events.arrival(raw, received_at=at) for at in (NOW, NOW))

    assert first.event_id == second.event_id
    assert first.event_id != events.arrival(raw | {"x": 1}, received_at=NOW).event_id


@pytest.mark.parametrize(
    "timestamp", [None, "1", 1.5, True, 0, -1, 2**63, [1], {"ms": 1}, float("inf")]
)
def test_a_time_that_is_none_is_when_it_came_in(timestamp):
    raw = {"type": "follow", "timestamp": timestamp}

    assert events.read(raw, received_at=NOW).occurred_at == NOW


def test_a_time_is_lines_own():
    raw = {"timestamp": 1_700_000_000_123}

    read = events.read(raw, received_at=NOW)

    assert read.occurred_at == datetime(2023, 11, 14, 22, 13, 20, 123000, UTC)


@pytest.mark.parametrize(
    ("source", "direct"),
    [
        ({"type": "user", "userId": SOMEBODY}, True),
        ({"type": "user"}, False),
        ({"type": "group", "groupId": "C1", "userId": SOMEBODY}, False),
        ({"type": "group", "userId": SOMEBODY}, False),
        ({"type": "group", "groupId": "空白 不行", "userId": SOMEBODY}, False),
        ({"type": "room", "roomId": "R1", "userId": SOMEBODY}, False),
        ({"type": "square", "squareId": "S1", "userId": SOMEBODY}, False),
        ({"userId": SOMEBODY}, False),
        ({"type": "user", "userId": 5}, False),
        ({"type": "user", "userId": "U 1"}, False),
        (None, False),
    ],
)
def test_only_a_chat_of_one_person_is_private(source, direct):
    assert events.read({"source": source}, received_at=NOW).direct is direct


@pytest.mark.parametrize(
    ("mode", "active"), [("active", True), ("standby", False), ("paused", False), (None, False)]
)
def test_only_an_active_channel_speaks(mode, active):
    assert events.read({"mode": mode}, received_at=NOW).active is active


def test_one_persons_events_share_a_person_and_a_groups_its_group():
    alone = events.arrival(said("hi", NOW), received_at=NOW)
    group = {"type": "group", "groupId": "C1"}

    assert alone.person == SOMEBODY
    assert events.arrival(made(NOW, "join", source=group), received_at=NOW).person == "C1"


def test_control_characters_go_and_lines_of_text_stay():
    read = events.read(said("a\x00b\x1b\nc\td", NOW), received_at=NOW)

    assert read.text == "ab\nc\td"


@pytest.mark.parametrize("odd", ["", "x" * 65, "識別", "a b", "a\x00", 5, None, ["01JD"]])
def test_an_event_whose_id_is_none_is_known_by_what_it_holds(odd):
    raw = {"type": "follow", "webhookEventId": odd}

    kept = events.arrival(raw, received_at=NOW)

    assert len(kept.event_id) == 64
    assert kept.event_id == events.arrival(dict(raw), received_at=NOW).event_id


@pytest.mark.parametrize("odd", ["", "x" * 301, "a\x00", "權杖", 5, None])
def test_a_reply_token_that_is_none_is_absent(odd):
    assert events.read({"replyToken": odd}, received_at=NOW).reply_token is None


def test_a_mention_of_us_is_left_out_of_the_text_others_are_not(now):
    text = "👍@團友 @小林 +1"
    mentionees = [
        {"index": 2, "length": 3, "type": "user", "isSelf": True},
        {"index": 6, "length": 3, "type": "user", "isSelf": False},
    ]
    message = {"type": "text", "id": "1", "text": text, "mention": {"mentionees": mentionees}}

    found = events.read({"type": "message", "message": message}, received_at=now)

    assert found.unmentioned == "👍 @小林 +1"


@pytest.mark.parametrize("mention", [None, [], {"mentionees": 3}, {"mentionees": [1, {}]}])
def test_an_odd_mention_changes_nothing(now, mention):
    message = {"type": "text", "text": "@團友 +1", "mention": mention}

    found = events.read({"type": "message", "message": message}, received_at=now)

    assert found.unmentioned == "@團友 +1"
