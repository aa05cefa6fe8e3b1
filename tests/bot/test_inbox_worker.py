"""Events taken from the inbox: once, in order, and past whatever fails."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import router
from bot.dispatch import Dispatcher
from bot.worker import InboxWorker
from models.people.members import Member
from models.talk import inbox
from models.talk.inbox import InboxEvent
from models.talk.outbox_records import OutboxMessage
from models.talk.tickets import Ticket
from tests.bot.calls import SOMEBODY, bring, made, said
from tests.shop import Phone, Shop

APOLOGY = "系統剛剛忙不過來"
STICKER = {"type": "sticker", "id": "1", "packageId": "1", "stickerId": "2"}


def another(shop: Shop, *, clock=None) -> InboxWorker:
    """One more worker on the same database."""
    return InboxWorker(
        shop.sessions,
        Dispatcher(shop.programme),
        clock=clock or shop.clock,
        wakeups=shop.runtime.wakeups,
        fetch=lambda _: None,
    )


def questions(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        return list(session.scalars(select(Ticket.question).order_by(Ticket.id)))


def states(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        return list(session.scalars(select(InboxEvent.state).order_by(InboxEvent.id)))


def replies(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        return list(session.scalars(select(OutboxMessage.messages).order_by(OutboxMessage.id)))


class Broken(RuntimeError):
    """A bug in a handler; its text quotes the member."""


class Handler:
    """Answers stickers, but not before some moment."""

    def __init__(self, works_from: datetime) -> None:
        self.works_from, self.called_at = works_from, []

    def __call__(self, ctx):
        self.called_at.append(ctx.now)
        if ctx.now < self.works_from:
            raise Broken("0912345678")
        return {"type": "text", "text": "貼圖收到了"}


@pytest.fixture
def stickers(monkeypatch, now):
    """What answers stickers; it breaks for so many seconds from now."""

    def register(broken: int = 999) -> Handler:
        handler = Handler(now + timedelta(seconds=broken))
        monkeypatch.setitem(router.EVENTS, "message:sticker", handler)
        return handler

    return register


def test_an_event_that_comes_again_and_again_takes_effect_once(shop: Shop, now):
    question = said("客服 水餃少一包", now)
    again = question | {"deliveryContext": {"isRedelivery": True}}

    for events in ([question, question], [again], [question, again]):
        bring(shop, *events)
        shop.settle()

    assert questions(shop) == ["水餃少一包"]
    assert len(replies(shop)) == 1


def test_a_captured_webhook_posted_again_has_no_effect_even_when_it_is_forgotten(shop: Shop, now):
    captured = [said(f"客服 第{number}個", now) for number in range(20)]
    bring(shop, *captured)
    shop.settle()

    for days in (0, 1, 61):
        shop.clock.jump(now + timedelta(days=days))
        with shop.sessions.begin() as session:
            inbox.prune(session, before=shop.clock() - inbox.KEEP)
        for each in captured:
            bring(shop, each)
        shop.settle()

    assert len(questions(shop)) == 20


@pytest.mark.parametrize(
    ("age", "redelivered", "handled"),
    [
        (timedelta(hours=48), False, True),
        (timedelta(hours=48, milliseconds=1), False, False),
        (timedelta(days=30), False, False),
        (timedelta(days=30), True, True),
    ],
)
def test_an_old_event_is_a_replay_unless_line_brings_it_again(
    shop, now, age, redelivered, handled
):
    bring(shop, said("客服 在嗎", now - age, deliveryContext={"isRedelivery": redelivered}))
    shop.settle()

    assert questions(shop) == (["在嗎"] if handled else [])
    assert states(shop) == ["done"]


def test_a_follow_that_arrives_late_does_not_undo_a_later_block(shop: Shop, now):
    blocked = made(now, "unfollow", replyToken=None)
    followed = made(now - timedelta(seconds=1), "follow")

    bring(shop, blocked)
    bring(shop, followed)
    shop.settle()

    with shop.sessions() as session:
        assert session.scalars(select(Member.is_friend)).one() is False
    assert replies(shop) == []


def test_a_block_that_arrives_late_does_not_undo_a_later_follow(shop: Shop, now):
    bring(shop, made(now, "follow"))
    shop.settle()
    bring(shop, made(now - timedelta(seconds=1), "unfollow", replyToken=None))
    shop.settle()

    with shop.sessions() as session:
        assert session.scalars(select(Member.is_friend)).one() is True


def test_words_said_before_a_block_do_not_undo_it(shop: Shop, now):
    bring(shop, made(now, "unfollow", replyToken=None))
    bring(shop, said("點數", now - timedelta(seconds=1)))
    shop.settle()

    with shop.sessions() as session:
        assert session.scalars(select(Member.is_friend)).one() is False


def test_nothing_is_answered_in_standby(shop: Shop, now):
    bring(shop, said("客服 在嗎", now, mode="standby"), made(now, "follow", mode="standby"))
    shop.settle()

    assert (questions(shop), replies(shop), states(shop)) == ([], [], ["done", "done"])


@pytest.mark.parametrize("kind", ["message:text", "message:other", "notice", "riding"])
def test_an_event_called_like_a_name_of_ours_runs_nothing(shop: Shop, now, kind):
    bring(shop, said("點數", now))
    bring(shop, made(now, kind))
    shop.settle()

    assert len(replies(shop)) == 1


def test_one_failing_event_leaves_the_others_done(shop: Shop, now, stickers):
    stickers()
    lane = inbox.lane_of(SOMEBODY)
    neighbours = [f"U{n:032x}" for n in range(2000) if inbox.lane_of(f"U{n:032x}") == lane][:6]
    users = [{"type": "user", "userId": each} for each in neighbours]
    events = [said(f"客服 {n}", now, source=user) for n, user in enumerate(users)]

    bring(shop, *events[:3], made(now, message=STICKER), *events[3:])
    shop.settle()

    assert questions(shop) == ["0", "1", "2", "3", "4", "5"]
    assert states(shop) == ["done", "done", "done", "new", "done", "done", "done"]


def test_a_failing_event_is_tried_five_times_ever_more_slowly_and_apologised_for_once(
    shop: Shop, now, stickers
):
    handler = stickers()
    bring(shop, made(now, message=STICKER))

    for second in (0, 1, 2, 3, 5, 6, 7, 13, 14, 15, 29, 30, 31, 90):
        shop.clock.jump(now + timedelta(seconds=second))
        shop.settle()

    tried = sorted({(at - now).seconds for at in handler.called_at})
    assert tried == [0, 2, 6, 14, 30]
    assert states(shop) == ["failed"]
    assert [APOLOGY in each for each in replies(shop)] == [True]


def test_the_apology_reaches_the_phone(shop: Shop, mei: Phone, stickers):
    stickers()
    mei.follows()
    mei.sends_sticker()
    for seconds in (2, 4, 8, 16):
        shop.clock.jump(timedelta(seconds=seconds))
        shop.settle()

    assert APOLOGY in mei.hears()


@pytest.mark.parametrize(
    "more",
    [
        {"mode": "standby"},
        {"replyToken": None},
        {"source": {"type": "group", "groupId": "C1", "userId": SOMEBODY}},
    ],
)
def test_nobody_is_apologised_to_who_was_not_to_be_answered(shop: Shop, now, more):
    bring(shop, made(now, message=STICKER, **more))
    with shop.sessions.begin() as session:
        [row] = inbox.read(session, [inbox.lane_of(SOMEBODY)], now=now) or inbox.read(
            session, [inbox.lane_of("C1")], now=now
        )
        Dispatcher(shop.programme).apologise(session, row, now=now)

    assert replies(shop) == []


def test_an_event_that_succeeds_in_the_end_took_effect_once_and_is_not_apologised_for(
    shop: Shop, now, stickers
):
    stickers(5)
    bring(shop, made(now, message=STICKER))
    for second in (0, 2, 6, 14):
        shop.clock.jump(now + timedelta(seconds=second))
        shop.settle()

    assert states(shop) == ["done"]
    assert ["貼圖收到了" in each for each in replies(shop)] == [True]


def test_later_words_wait_for_the_ones_that_failed_and_nobody_elses_do(shop: Shop, now, stickers):
    stickers(1)
    other = {"type": "user", "userId": same_lane_as(SOMEBODY)}
    bring(
        shop,
        made(now, message=STICKER),
        said("客服 後", now),
        said("客服 別人", now, source=other),
    )
    shop.settle()
    assert questions(shop) == ["別人"]

    bring(shop, said("客服 更後", now))
    shop.settle()
    assert questions(shop) == ["別人"]

    shop.clock.jump(timedelta(seconds=2))
    shop.settle()
    assert questions(shop) == ["別人", "後", "更後"]


def same_lane_as(person: str) -> str:
    """Somebody else whose events share the lane."""
    lane = inbox.lane_of(person)
    return next(u for u in (f"U{n:032x}" for n in range(9999)) if inbox.lane_of(u) == lane)


def test_what_went_wrong_is_noted_without_what_was_said(shop: Shop, now, stickers):
    stickers(1)
    bring(shop, made(now, message=STICKER))
    shop.settle()

    with shop.sessions() as session:
        noted = session.scalars(select(InboxEvent.error)).one()
    assert noted.startswith("Broken at test_inbox_worker.py:")
    assert "0912345678" not in noted
