"""However a history reaches the shop, a member ends where living through it would have led."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from models import programme as programmes
from models.loyalty import tiers
from models.loyalty.tiers import Change, CreditKind, Move
from models.loyalty.tiers_records import MemberTier
from models.loyalty.tiers_rules import Credit
from models.people.members import Member
from tests.models.loyalty.tiers_lived import plainly

START = date(2023, 12, 1)
B = programmes.load("B")
EXAMPLES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "buy", "buy", "friend", "refund", "again", "review"]),
        st.sampled_from([0, 0, 1, 30, 180, 365, 366]),
        st.sampled_from([0, 1, 1_500, 2_999, 3_000, 8_000, 20_000]),
        st.integers(0, 400),
    ),
    max_size=12,
)


@dataclass
class Told:
    """What the shop was told of one order; `told` is the day on which."""

    credit: Credit
    told: date
    refunded: int = 0


class Shop:
    """小美's history as it is told to the shop, and what it must come to."""

    def __init__(self, session: Session, member_id: int) -> None:
        self.session, self.member_id, self.today = session, member_id, START
        self.told: list[Told] = []
        self.gifts: list[str] = []

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(4), UTC)

    def step(self, what: str, days: int, amount: int, pick: int) -> None:
        self.today += timedelta(days=days)
        if what in {"buy", "friend"}:
            self.buy(what, amount if what == "buy" else amount % 4, pick)
        elif what == "review":
            self.note(*tiers.review(self.session, today=self.today, programme=B, now=self.now))
        elif self.told and what == "refund":
            self.refund(self.told[pick % len(self.told)], amount)
        elif self.told:
            self.tell(self.told[pick % len(self.told)].credit)

    def buy(self, what: str, amount: int, age: int) -> None:
        kind = CreditKind.ORDER if what == "buy" else CreditKind.FRIEND
        ordered_on = max(START, self.today - timedelta(days=age))
        qualified_on = self.today if age % 3 else ordered_on
        credit = Credit(amount, ordered_on, qualified_on, kind, f"{what}:{len(self.told)}")
        self.told.append(Told(credit, self.today))
        self.tell(credit)

    def tell(self, credit: Credit) -> None:
        change = tiers.record(
            self.session,
            self.member_id,
            credit.amount,
            source=credit.source,
            ordered_on=credit.ordered_on,
            qualified_on=credit.qualified_on,
            kind=CreditKind(credit.kind),
            programme=B,
            now=self.now,
        )
        self.note(change)

    def note(self, *changes: Change | None) -> None:
        for change in changes:
            if change is not None and change.move is Move.UP:
                assert change.gift == (change.after.key not in self.gifts)
                self.gifts.append(change.after.key)

    def refund(self, order: Told, amount: int) -> None:
        total = min(amount, order.credit.amount)
        order.refunded = max(order.refunded, total)
        change = tiers.refund(
            self.session, source=order.credit.source, refunded=total, programme=B, now=self.now
        )
        self.note(change)

    def lived(self) -> tuple[str, object, object]:
        left = [
            each.credit._replace(amount=each.credit.amount - each.refunded) for each in self.told
        ]
        return plainly(left, B, START, self.today)

    def stands(self) -> tuple[str, object, object]:
        found = tiers.standing(self.session, self.member_id, today=self.today, programme=B)
        return found.tier.key, found.since, found.until

    def stored(self) -> tuple[str, object, object] | None:
        columns = select(MemberTier.tier, MemberTier.since, MemberTier.until)
        row = self.session.execute(
            columns.where(MemberTier.member_id == self.member_id)
        ).one_or_none()
        return tuple(row) if row else None


def opened(session: Session) -> Shop:
    member = Member(name="小美", joined_on=START, created_at=datetime(2023, 12, 1, tzinfo=UTC))
    session.add(member)
    session.flush()
    return Shop(session, member.id)


@EXAMPLES
@given(STEPS)
def test_every_step_of_a_history_leads_where_living_through_it_does(
    sessions: sessionmaker[Session], steps: list[Step]
):
    with sessions() as session:
        shop = opened(session)
        for step in steps:
            shop.step(*step)

            tier, since, until = shop.lived()
            assert shop.stands() == (tier, since or START, until)
            if step[0] == "review" and shop.told:
                assert shop.stored() == (tier, since, until)
        assert tiers.verify(session) == []
