"""Everything of which there is only so much (P3). A feature with a limit adds itself by one entry.

An entry says how one begins, how one is claimed, how much of it is gone, and
how a careless shop would take one: that is the control, which looks first.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from models.base import Refusal
from models.base import insert as insert_or
from models.loyalty import codes, coupons, points, rewards
from models.loyalty.coupon_records import Coupon, CouponState, CouponTry
from models.loyalty.coupon_tries import TRIES
from models.loyalty.rewards import ClaimState, Reward, RewardClaim, RewardKind
from models.people.members import Member
from models.programme import CouponTerms, load
from models.terms import PointTerms
from tests.chaos.rush import Meet, patiently, shop

CLAIMS, CROWD = 150, 16
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TODAY = NOW.date()
PROGRAMME = load()
FIFTY_OFF = CouponTerms(key="fifty", name="NT$50 折價券", kind="amount", value=50)


@dataclass(frozen=True)
class Limited:
    """One thing, for `CLAIMS` people who want it; `people` are their member ids.

    `begin` returns what names it, which is then given to the others. `claim`
    takes one or refuses; `gone` counts. `take` takes one whatever there is,
    knowing only how many were gone when it looked.
    """

    limit: int
    begin: Callable[[Session, list[int]], Any]
    claim: Callable[[Session, Any, int], object]
    gone: Callable[[Session, Any], int]
    take: Callable[[Session, Any, int, int], object]


class Gone(Refusal):
    def __init__(self) -> None:
        super().__init__("沒有了")


def claims(
    number: int, meet: Meet, url: str, secret: str, begun: list[tuple[str, Any]], careless: bool
) -> list[Counter[str]]:
    """One's part of the claims on each thing in turn; how many of them were answered how."""
    sessions = shop(url, secret)
    found = []
    for name, one in begun:
        thing = LIMITED[name]
        claim = partial(look_and_take, thing) if careless else thing.claim
        meet()
        answers: Counter[str] = Counter()
        for turn in range(number, CLAIMS, CROWD):
            answers[patiently(sessions, partial(answer, claim, one, turn))] += 1
        found.append(answers)
    return found


def answer(
    claim: Callable[[Session, Any, int], object], one: Any, turn: int, session: Session
) -> str:
    """What a claim is told; a refusal undoes it, or keeps what it says it keeps."""
    try:
        claim(session, one, turn)
    except Refusal as refusal:
        if refusal.keeps:
            session.commit()
        return type(refusal).__name__
    session.commit()
    return "given"


def look_and_take(thing: Limited, session: Session, one: Any, turn: int) -> None:
    """The control: see how many are gone, and later take one more than that."""
    seen = thing.gone(session, one)
    # two transactions, as with a database that does not serialise them
    session.commit()
    if seen >= thing.limit:
        raise Gone
    time.sleep(0.005)  # what a busy machine puts between the look and the deed
    thing.take(session, one, turn, seen)


def newcomers(session: Session) -> list[int]:
    """The ids of as many new members as there are claims."""
    row = {"joined_on": TODAY, "created_at": NOW}
    session.execute(insert(Member), [row] * CLAIMS)
    return list(session.scalars(select(Member.id).order_by(Member.id.desc()).limit(CLAIMS)))


def _a_purse(session: Session, people: list[int]) -> int:
    """A hundred points, in two lots."""
    for amount in (60, 40):
        points.earn(
            session,
            people[0],
            amount,
            source=f"order:{people[0]}:{amount}",
            earned_on=TODAY,
            now=NOW,
            terms=PointTerms(),
            reason="消費",
        )
    return people[0]


def _spend(session: Session, member_id: int, turn: int) -> None:
    points.spend(session, member_id, 1, source=f"{member_id}:{turn}", now=NOW, reason="折抵")


def _spent(session: Session, member_id: int) -> int:
    mine = points.PointBalance.member_id == member_id
    return 100 - session.scalars(select(points.PointBalance.available).where(mine)).one()


def _write_balance(session: Session, member_id: int, _turn: int, seen: int) -> None:
    mine = points.PointBalance.member_id == member_id
    session.execute(update(points.PointBalance).where(mine).values(available=100 - seen - 1))


def _a_kind(session: Session, people: list[int]) -> tuple[CouponTerms, list[int]]:
    """A hundred coupons for whoever comes first."""
    terms = replace(FIFTY_OFF, key=f"kind{people[0]}", total_limit=100, per_member_limit=1)
    return _known(session, terms), people


def _for_one(session: Session, people: list[int]) -> tuple[CouponTerms, list[int]]:
    """A hundred coupons for somebody who taps without end."""
    terms = replace(FIFTY_OFF, key=f"one{people[0]}", per_member_limit=100)
    return _known(session, terms), [people[0]] * CLAIMS


def _known(session: Session, terms: CouponTerms) -> CouponTerms:
    coupons.ensure(session, terms)
    return terms


def _issue(session: Session, one: tuple[CouponTerms, list[int]], turn: int) -> None:
    terms, people = one
    coupons.issue(session, terms, people[turn], source=f"{terms.key}:{turn}", now=NOW)


def _issued(session: Session, one: tuple[CouponTerms, list[int]]) -> int:
    kind = select(coupons.CouponDefinition.id).where(coupons.CouponDefinition.key == one[0].key)
    found = select(func.count(Coupon.id)).where(Coupon.definition_id == kind.scalar_subquery())
    return session.scalars(found).one()


def _write_coupon(
    session: Session, one: tuple[CouponTerms, list[int]], turn: int, _seen: int
) -> None:
    terms, people = one
    key = coupons.CouponDefinition.key == terms.key
    session.add(
        Coupon(
            definition_id=session.scalars(select(coupons.CouponDefinition.id).where(key)).one(),
            member_id=people[turn],
            code=codes.generate(),
            source=f"{terms.key}:{turn}",
            name=terms.name,
            kind=terms.kind,
            value=terms.value,
            min_spend=0,
            first_purchase=False,
            description="",
            issued_at=NOW,
            valid_from=NOW,
            expires_at=NOW + timedelta(days=30),
        )
    )


def _a_coupon(session: Session, people: list[int]) -> tuple[str, list[int]]:
    """One coupon, and many who type its code."""
    coupon = coupons.issue(session, FIFTY_OFF, people[0], source=f"hand:{people[0]}", now=NOW)
    return coupon.code, people


def _redeem(session: Session, one: tuple[str, list[int]], turn: int) -> None:
    code, people = one
    by, source = people[turn], f"order:{code}:{turn}"
    coupons.redeem(session, code, by=by, member_id=people[0], source=source, now=NOW)


def _used(session: Session, one: tuple[str, list[int]]) -> int:
    used = Coupon.state == CouponState.USED
    return session.scalars(select(func.count(Coupon.id)).where(Coupon.code == one[0], used)).one()


def _write_use(session: Session, one: tuple[str, list[int]], _turn: int, _seen: int) -> None:
    values = {"state": CouponState.USED, "used_at": NOW}
    session.execute(update(Coupon).where(Coupon.code == one[0]).values(values))


def _guess(session: Session, member_id: int, turn: int) -> None:
    try:
        source = f"guess:{member_id}:{turn}"
        coupons.redeem(
            session, codes.generate(), by=member_id, member_id=member_id, source=source, now=NOW
        )
    except coupons.NoSuchCoupon:
        return  # that was a try


def _tried(session: Session, member_id: int) -> int:
    mine = CouponTry.member_id == member_id
    tried = select(func.count()).select_from(CouponTry).where(mine, CouponTry.at == NOW)
    return session.scalars(tried).one()


def _write_try(session: Session, member_id: int, _turn: int, seen: int) -> None:
    slot = {"member_id": member_id, "slot": seen, "at": NOW}
    session.execute(insert_or(session, CouponTry).values(slot).on_conflict_do_nothing())


def _a_reward(session: Session, people: list[int]) -> tuple[int, list[int]]:
    """A hundred cups, for people who can pay one each."""
    for member_id in people:
        points.earn(
            session,
            member_id,
            2,
            source=f"order:{member_id}:cup",
            earned_on=TODAY,
            now=NOW,
            terms=PointTerms(),
            reason="消費",
        )
    return rewards.add(session, "保溫杯", price=1, stock=100, now=NOW).id, people


def _claim_reward(session: Session, one: tuple[int, list[int]], turn: int) -> None:
    reward_id, people = one
    rewards.claim(
        session,
        reward_id,
        people[turn],
        price=1,
        source=f"{reward_id}:{turn}",
        now=NOW,
        programme=PROGRAMME,
    )


def _claimed(session: Session, one: tuple[int, list[int]]) -> int:
    theirs = RewardClaim.reward_id == one[0]
    return session.scalars(select(func.count(RewardClaim.id)).where(theirs)).one()


def _write_claim(session: Session, one: tuple[int, list[int]], turn: int, seen: int) -> None:
    reward_id, people = one
    session.execute(update(Reward).where(Reward.id == reward_id).values(taken=seen + 1))
    session.add(
        RewardClaim(
            reward_id=reward_id,
            member_id=people[turn],
            source=f"{reward_id}:{turn}",
            code=codes.generate(),
            name="保溫杯",
            kind=RewardKind.GOODS,
            points=1,
            state=ClaimState.WAITING,
            claimed_at=NOW,
        )
    )


LIMITED: dict[str, Limited] = {
    "points": Limited(100, _a_purse, _spend, _spent, _write_balance),
    "coupons of a kind": Limited(100, _a_kind, _issue, _issued, _write_coupon),
    "coupons of a member": Limited(100, _for_one, _issue, _issued, _write_coupon),
    "a coupon": Limited(1, _a_coupon, _redeem, _used, _write_use),
    "rewards": Limited(100, _a_reward, _claim_reward, _claimed, _write_claim),
    "wrong codes": Limited(TRIES, lambda _, people: people[0], _guess, _tried, _write_try),
}
