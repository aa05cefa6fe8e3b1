"""What a broadcast brought is counted by who was to get it, within the window, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.insight import effects
from models.insight.effects import Group
from models.insight.proportions import Difference, Share, Verdict
from models.message_terms import PLANS
from models.people.members import Member
from models.shop import orders
from models.shop.orders import LineDraft, OrderDraft, Status
from models.shop.product_records import Product
from models.talk import broadcasts, clicks, outbox, quota
from models.talk.broadcast_terms import Content, Wanted
from models.talk.outbox import Draft
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import Purpose
from models.talk.tracked_links import Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WANTED = Wanted("全部", (Content("甲"), Content("乙")), "通知")


class Story:
    """A broadcast, and what became of each of its members."""

    def __init__(self, session, now):
        self.session, self.now = session, now
        self.made = broadcasts.confirm(
            session,
            WANTED,
            by="U1",
            held_back=10,
            release_at=now,
            use_until=now + DAY,
            now=now,
        )
        self.product = Product(name="米", category="")
        session.add(self.product)
        session.flush()
        self.orders = 0

    def members(self, count: int) -> list[int]:
        today = self.now.date()
        made = [Member(joined_on=today, created_at=self.now) for _ in range(count)]
        self.session.add_all(made)
        self.session.flush()
        return [each.id for each in made]

    def writes(self, arm: str, member_ids, *, state: str = "sent", at=None) -> None:
        at = at or self.now
        keys = [f"{self.made.rule}:{arm}:{each}" for each in member_ids]
        drafts = [
            Draft(key, self.made.rule, arm, each, f"U{each}", [], "offers", Purpose.MARKETING, at)
            for key, each in zip(keys, member_ids, strict=True)
        ]
        outbox.enqueue_many(self.session, drafts, now=self.now)
        ended = {"state": state, "done_at": at}
        self.session.query(OutboxMessage).filter(OutboxMessage.key.in_(keys)).update(ended)

    def orders_come(self, member_ids, after=HOUR, *, cash: int = 100) -> list[orders.Order]:
        made = []
        for each in member_ids:
            self.orders += 1
            line = LineDraft(self.product.id, 1, cash)
            draft = OrderDraft(f"W{self.orders}", each, self.now + after, [line])
            made.append(orders.place(self.session, draft, now=self.now + after))
        return made

    def measured(self) -> effects.Effect:
        self.session.flush()
        return effects.measure(self.session, self.made, days=3, plans=PLANS)


@pytest.fixture
def story(session, now):
    return Story(session, now)


def test_each_group_is_counted_by_what_its_members_did_in_time(story, session, now):
    quota.keep(session, monthly=3000, used=100, now=now)
    mei, lin, zhu, ken, ann, bob = story.members(6)
    story.writes("A", [mei, lin], at=now + 5 * HOUR)
    story.writes("A", [zhu], state="skipped")
    story.writes("B", [ken], state="dead")
    broadcasts.keep_out(session, story.made, [ann, bob])
    story.orders_come([mei, lin, ann], 4 * HOUR)  # mei and lin before they were written to
    [kept] = story.orders_come([mei], 3 * DAY + 4 * HOUR, cash=900)
    kept.refunded = 300
    story.orders_come([mei, zhu, bob], 3 * DAY + 5 * HOUR)  # just too late, for all of them
    story.orders_come([zhu, ken], 2 * DAY)
    [gone] = story.orders_come([bob])
    gone.status = Status.CANCELLED
    for member_id in (mei, mei, lin, ann):  # who was sent nothing has no link to open
        clicks.count(session, Ticket(story.made.id, 1, member_id), now=now)
    clicks.count(session, Ticket(story.made.id, clicks.BUTTONS, mei), now=now)

    found = story.measured()

    assert found.sent_to == (
        Group("A", 3, 2, 0, clicked=2, clicks=4, ordered=2, orders=2, revenue=700),
        Group("B", 1, 0, 1, ordered=1, orders=1, revenue=100),
    )
    assert found.held_back == Group("", 2, ordered=1, orders=1, revenue=100)
    assert (found.all.members, found.all.ordered, found.all.revenue) == (4, 3, 800)
    assert found.until == now + 3 * DAY + 5 * HOUR
    assert found.cost == pytest.approx(2 * 800 / 3000)
    assert found.lift is not None
    assert found.lift.verdict is Verdict.TOO_FEW
    session.commit()


def test_what_waits_is_not_counted_yet_and_without_the_held_back_nothing_is_claimed(story):
    [mei] = story.members(1)
    assert story.measured().sent_to == ()
    story.writes("A", [mei])
    found = story.measured()
    assert (found.held_back, found.lift, found.variants, found.cost) == (None, None, None, None)
    story.session.rollback()


def test_who_is_left_out_at_sending_makes_no_effect(story):
    """The best customers alone are sent to, as on a tight budget; nobody was moved by it."""
    groups: dict[str, list[int]] = {"A": [], "B": [], "": []}
    best, moved = set(), []
    for at, member_id in enumerate(story.members(1_200)):
        groups["AABB"[at % 5] if at % 5 < 4 else ""].append(member_id)
        if at // 5 % 2:
            best.add(member_id)
            moved += [member_id] if at // 10 % 3 == 0 else []
    broadcasts.keep_out(story.session, story.made, groups[""])
    for arm in "AB":
        story.writes(arm, [each for each in groups[arm] if each in best])
        story.writes(arm, [each for each in groups[arm] if each not in best], state="expired")
    story.orders_come(moved)

    found = story.measured()

    assert found.lift is not None
    assert found.variants is not None
    assert {found.lift.verdict, found.variants.verdict} == {Verdict.UNCLEAR}
    sent = Share(found.all.sent, found.all.ordered)
    naive = Difference(sent, found.lift.other)
    assert naive.verdict is Verdict.MORE  # which is what comparing those alone would have said
    story.session.rollback()
