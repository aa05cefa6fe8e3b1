"""P1: an effect on points happens at most once for its source, through any retry."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.base import Refusal
from models.loyalty import points
from models.terms import PointTerms
from tests.chaos.points_model import Refused, Step, Table
from tests.models.loyalty.purse import NOON, TODAY, new_member

VALID_DAYS = 8
LONG = [pytest.mark.slow, pytest.mark.timeout(3600)]
KINDS = ["earn", "spend", "confirm", "give_back", "cancel", "take_back"]
EXAMPLES = itertools.count()

EARNED = [20, 5, 12, 3, 9, 30]
SPENT = [17, 4, 10, 1, 8, 30]
NUMBERS = st.integers(0, 5)


def usual(kind: str, number: int) -> Step:
    """What this source asks for each time it comes honestly."""
    member, waiting = number % 2, f"order:{3 + number % 3}"
    day = TODAY - timedelta(days=number % 4)
    part = 2 if number > 2 else None
    match kind:
        case "earn":
            asked = "earn_pending" if number > 2 else "earn"
            return Step(asked, member, f"order:{number}", EARNED[number], earned_on=day)
        case "confirm":
            return Step(kind, 0, f"{waiting}:confirmed", about=waiting)
        case "spend":
            return Step(kind, member, f"spend:{number}", SPENT[number])
        case "give_back":
            return Step(kind, 0, f"back:{number}", part, about=f"spend:{number % 3}")
        case "cancel":
            return Step(kind, 0, f"cancel:{number}", about=waiting)
        case _:
            return Step(kind, 0, f"refund:{number}", part, about=f"order:{number % 3}")


@st.composite
def steps_asked(draw: st.DrawFn) -> Step:
    # earning and spending more often, or there is nothing to undo
    step = usual(draw(st.sampled_from(["earn", "spend", *KINDS])), draw(NUMBERS))
    if step.kind == "confirm" or draw(st.integers(0, 5)):
        return step
    # now and then a source comes with something else
    other = usual(
        draw(st.sampled_from(["earn", "spend", "give_back", "take_back"])), draw(NUMBERS)
    )
    return replace(other, source=step.source)


class Retries(RuleBasedStateMachine):
    """Steps are planned, then issued in any order, again, by either session, or lost."""

    steps = Bundle("steps")

    def __init__(self, sessions: sessionmaker[Session], may_go_negative: bool = False) -> None:
        super().__init__()
        self.terms = PointTerms(valid_days=VALID_DAYS, may_go_negative=may_go_negative)
        self.table = Table(VALID_DAYS, may_go_negative)
        self.sessions = [sessions(), sessions()]
        self.now = NOON
        with sessions.begin() as session:
            self.members = [new_member(session), new_member(session, "小林")]
        self.prefix = f"{next(EXAMPLES)}/"

    @initialize()
    def begin(self) -> None:
        for number in range(5):
            self.issue(usual("earn", number), by=0)

    @initialize(target=steps, numbers=st.sets(NUMBERS, max_size=4))
    def plan(self, numbers: set[int]) -> MultipleResults[Step]:
        """What is asked for some time after other things."""
        return multiple(*(usual(kind, number) for number in numbers for kind in KINDS))

    @rule(step=steps, by=st.integers(0, 1))
    def issue(self, step: Step, by: int) -> None:
        try:
            expected = self.table.take(step, self.now)
        except Refused:
            expected = None
        assert self.do(step, self.sessions[by], keep=True) == expected
        self.both_tell_the_same(self.sessions[1 - by])

    @rule(target=steps, step=steps_asked(), by=st.integers(0, 1))
    def issue_another(self, step: Step, by: int) -> Step:
        self.issue(step, by)
        return step

    @rule(step=steps, by=st.integers(0, 1))
    def lose(self, step: Step, by: int) -> None:
        """The process dies before the commit."""
        self.do(step, self.sessions[by], keep=False)
        self.both_tell_the_same(self.sessions[1 - by])

    @rule(by=st.integers(0, 1), all_of_them=st.booleans())
    def expire(self, by: int, all_of_them: bool) -> None:
        members = [None] if all_of_them else self.members
        for member_id in members:
            points.expire(self.sessions[by], now=self.now, member_id=member_id)
        self.sessions[by].commit()
        self.table.expire(self.now)
        self.both_tell_the_same(self.sessions[1 - by])

    @rule(hours=st.integers(1, 36))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def both_tell_the_same(self, session: Session) -> None:
        for number, member_id in enumerate(self.members):
            balance = points.balance(session, member_id, self.now)
            lots = {lot.source.removeprefix(self.prefix): lot.points for lot in balance.lots}
            told = (balance.available, balance.pending, balance.debt, lots)
            assert told == self.table.shown(number, self.now)
        session.rollback()

    def do(self, step: Step, session: Session, *, keep: bool) -> bool | None:
        """Whether the ledger changed; None if it refused."""
        before = self.count(session)
        try:
            getattr(self, f"_{step.kind}")(session, step)
        except Refusal:
            session.rollback()
            return None
        changed = self.count(session) > before
        session.commit() if keep else session.rollback()
        return changed

    def count(self, session: Session) -> int:
        """How much the ledger knows of these two, without what expired on the way."""
        found = select(func.count()).where(
            points.PointTransaction.member_id.in_(self.members),
            points.PointTransaction.kind != points.Kind.EXPIRE,
        )
        return session.scalars(found).one()

    def named(self, source: str) -> str:
        return self.prefix + source

    def _earn(self, session: Session, step: Step, *, pending: bool = False) -> None:
        points.earn(
            session,
            self.members[step.member],
            step.amount or 0,
            source=self.named(step.source),
            earned_on=step.earned_on,
            now=self.now,
            terms=self.terms,
            reason="消費",
            pending=pending,
        )

    def _earn_pending(self, session: Session, step: Step) -> None:
        self._earn(session, step, pending=True)

    def _confirm(self, session: Session, step: Step) -> None:
        points.confirm(session, source=self.prefix + step.about, now=self.now)

    def _spend(self, session: Session, step: Step) -> None:
        points.spend(
            session,
            self.members[step.member],
            step.amount or 0,
            source=self.named(step.source),
            now=self.now,
            reason="折抵",
        )

    def _give_back(self, session: Session, step: Step) -> None:
        points.give_back(
            session,
            spent=self.prefix + step.about,
            source=self.named(step.source),
            points=step.amount,
            now=self.now,
        )

    def _cancel(self, session: Session, step: Step) -> None:
        points.cancel_pending(
            session,
            earned=self.prefix + step.about,
            source=self.named(step.source),
            now=self.now,
        )

    def _take_back(self, session: Session, step: Step) -> None:
        points.take_back(
            session,
            earned=self.prefix + step.about,
            source=self.named(step.source),
            points=step.amount,
            now=self.now,
            terms=self.terms,
        )

    def teardown(self) -> None:
        for session in self.sessions:
            session.close()


def play(machine: Callable[[], Retries], *, examples: int, length: int) -> None:
    # a failure is reported as it was found: making it small asks the database for minutes
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=length,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize(("examples", "length"), [(12, 30), pytest.param(150, 50, marks=LONG)])
@pytest.mark.parametrize("may_go_negative", [False, True])
def test_the_ledger_and_counters_on_a_table_tell_the_same(
    sessions, may_go_negative, examples, length
):
    play(lambda: Retries(sessions, may_go_negative), examples=examples, length=length)


class Forgetful(Retries):
    """The control: the same ledger, were it to take each retry for something new."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        super().__init__(sessions)
        self.taken: Counter[str] = Counter()

    def do(self, step: Step, session: Session, *, keep: bool) -> bool | None:
        changed = super().do(step, session, keep=keep)
        if changed and keep:
            self.taken[step.source] += 1
        return changed

    def named(self, source: str) -> str:
        again = self.taken[source]
        return super().named(f"{source}#{again}" if again else source)


def test_a_ledger_that_forgets_sources_is_found_out(sessions):
    with pytest.raises(AssertionError):
        play(lambda: Forgetful(sessions), examples=24, length=30)
