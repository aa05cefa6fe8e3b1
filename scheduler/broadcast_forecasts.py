"""What a broadcast would come to, found out before anything is queued."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from bot.views.kit import Message
from models.base import N_, Refusal, local_day
from models.loyalty import coupon_periods
from models.message_terms import LinePlan, plan_for
from models.people.members import Member
from models.programme import Programme
from models.talk import broadcasts, budget, budget_figures, outbox_facts
from models.talk.broadcast_terms import Wanted
from models.talk.budget import Outlook
from models.talk.policy import SendRules
from models.wholesale import wholesale
from scheduler.broadcast_writing import Writer
from scheduler.broadcasting import audience
from scheduler.planning import excluded

SAMPLES = 3
CAPPED = "capped"


class NobodyThere(Refusal):
    """A segment in which nobody can be written to."""

    buttons = ("/分群",)

    def __init__(self, segment: str, size: int) -> None:
        nobody = N_("「{segment}」現在一位也沒有，沒有送出。請用 /分群 換一個條件。")
        unreached = N_(
            "「{segment}」裡 {size} 位都收不到（未加好友或關掉了優惠通知），沒有送出。"
            "請用 /分群 換一個條件。"
        )
        super().__init__(unreached if size else nobody, segment=segment[:60], size=f"{size:,}")


class AllCapped(Refusal):
    """A segment in which everybody who can be written to has heard enough."""

    buttons = ("/分群",)

    def __init__(self, segment: str, count: int, rules: SendRules) -> None:
        super().__init__(
            N_(
                "「{segment}」裡收得到的 {count} 位，這 {days} 天都收滿 {cap} 則優惠訊息了，"
                "沒有送出。請過幾天再推播，或用 /分群 換一個條件。"
            ),
            segment=segment[:60],
            count=f"{count:,}",
            days=rules.cap_days,
            cap=rules.cap,
        )


class QuotaShort(Refusal):
    """More messages than LINE still takes this month."""

    buttons = ("/額度",)

    def __init__(self, needed: int, left: int, at: datetime) -> None:
        super().__init__(
            N_(
                "這次要 {needed} 則，{month} 月行銷只剩 {left} 則"
                "（其餘留給訂單通知和排好的推播），沒有排進去。"
                "請縮小分群，或升級 LINE 官方帳號方案後再試。"
            ),
            month=local_day(at).month,
            needed=f"{needed:,}",
            left=f"{left:,}",
        )


class Sample(NamedTuple):
    """One of those who would get it, and what they would read."""

    name: str
    messages: list[Message]


class Forecast(NamedTuple):
    """What would happen: `size` members are meant, `reached` of them can be written to.

    `held_back` of a hundred hear nothing; `left_out` are the others by reason.
    `promised` are messages of other broadcasts that wait.
    """

    wanted: Wanted
    size: int
    reached: int
    held_back: int
    left_out: Counter[str]
    samples: Sequence[Sample]
    promised: int
    outlook: Outlook | None
    plan: LinePlan | None

    @property
    def kept_out(self) -> int:
        return round(self.reached * self.held_back / 100)

    @property
    def charged(self) -> int:
        """Messages that LINE counts: one for each member who gets it."""
        return self.reached - self.kept_out

    @property
    def left(self) -> int | None:
        """Messages that marketing may still use this month, None for no limit or not known."""
        return None if self.outlook is None else max(0, self.outlook.month.left - self.promised)

    @property
    def cost(self) -> float | None:
        """NT$ that they add to the month's, None where no plan is known."""
        if self.outlook is None or self.plan is None:
            return None
        used = self.outlook.month.used
        return self.plan.cost(used + self.charged) - self.plan.cost(used)


def forecast(
    session: Session,
    wanted: Wanted,
    *,
    goes_at: datetime,
    use_until: datetime,
    now: datetime,
    programme: Programme,
    rules: SendRules,
) -> Forecast:
    """Look at a broadcast that goes out at `goes_at`, without queueing any of it.

    Raises:
        BadSegment: the expression cannot be read.
        NobodyThere, AllCapped: nobody could be written to.
        QuotaShort: it is more than LINE takes.
        NoSuchGroupBuy, NoSuchKind: what goes along is not there.
    """
    people = audience(session, wanted.segment, now=now, programme=programme)
    counted = _counted(session, people, outbox_facts.capped(rules, use_until))
    size, left_out = counted.size, counted.left_out
    reached = size - left_out.total()
    if not reached and left_out[CAPPED]:
        raise AllCapped(wanted.segment, left_out[CAPPED], rules)
    if not reached:
        raise NobodyThere(wanted.segment, size)
    writer = Writer(session, wanted, now, programme)
    samples = _samples(session, counted.some, writer)
    held_back = broadcasts.held_back(wanted, reached)
    outlook = budget.outlook(session, rules, now=now, at=goes_at)
    plan = outlook and plan_for(programme.line_plans, outlook.month.monthly)
    promised = broadcasts.promised(session, before=budget_figures.month_end(goes_at))
    found = Forecast(wanted, size, reached, held_back, left_out, samples, promised, outlook, plan)
    if found.left is not None and found.charged > found.left:
        raise QuotaShort(found.charged, found.left, goes_at)
    return found


class _Counted(NamedTuple):
    """How many are meant, who of them cannot be written to, and some of those who can."""

    size: int
    left_out: Counter[str]
    some: Sequence[int]


def _counted(
    session: Session, people: Select[*tuple[Any, ...]], capped: ColumnElement[bool]
) -> _Counted:
    """All in one look at the segment: at a large shop each takes seconds."""
    each = people.add_columns(capped.label(CAPPED)).subquery()
    half = (session.scalar(select(func.max(Member.id))) or 0) // 2
    later = case((each.c.id > half, each.c.id))
    some = func.min(each.c.id), func.min(later), func.max(each.c.id)
    may = each.c.reachable, each.c.allowed, each.c.capped
    with wholesale(session):
        rows = session.execute(select(*may, func.count(), *some).group_by(*may)).all()
    left_out: Counter[str] = Counter()
    chosen: Sequence[int | None] = ()
    for row in rows:
        if why := excluded(row) or (CAPPED if row.capped else None):
            left_out[why] += row[3]
        else:
            chosen = row[4:]
    found = dict.fromkeys(each for each in chosen if each is not None)
    size = sum(row[3] for row in rows)
    if len(found) < min(SAMPLES, size - left_out.total()):
        # their numbers lie close together, or they are few
        next_ones = (
            select(each.c.id).where(*may[:2], ~each.c.capped).order_by(each.c.id).limit(SAMPLES)
        )
        found |= dict.fromkeys(session.scalars(next_ones))
    return _Counted(size, left_out, sorted(found)[:SAMPLES])


def _samples(session: Session, some: Sequence[int], writer: Writer) -> list[Sample]:
    """What the first, one in the middle and the last of them would read."""
    asked = select(Member.id, Member.name, Member.language).where(Member.id.in_(some))
    people = session.execute(asked.order_by(Member.id)).all()
    writer.look_up(people)
    terms = writer.coupon
    coupon = None if terms is None else coupon_periods.imagined(terms, now=writer.now)
    many = len(writer.wanted.variants)
    return [
        Sample(person.name, writer.messages(person, at % many, coupon))
        for at, person in enumerate(people)
    ]
