"""How coupons come to be: once per source, and never beyond a limit.

Whoever gives a kind of coupon holds its definition until the transaction ends,
so limits are met exactly however many give at once; the conditional updates
and the CHECKs beneath them would stop anybody who did not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ScalarResult, or_, select, update
from sqlalchemy.orm import Session

from models import bulk, copying
from models.base import N_, Refusal, among, batches, insert
from models.loyalty import codes
from models.loyalty.coupon_facts import CouponFact, fact
from models.loyalty.coupon_periods import PeriodOver, period
from models.loyalty.coupon_records import Coupon, CouponCount, CouponDefinition, CouponState
from models.programme import CouponTerms

Grant: TypeAlias = tuple[int, str]

AT_ONCE = 2000


class CouponsGone(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(N_("「{name}」已經全部發完了。"), name=name)


class OnePerMember(Refusal):
    def __init__(self, name: str, limit: int | None) -> None:
        super().__init__(
            N_("「{name}」每人限領 {limit} 張，您已經領過了。"), name=name, limit=limit
        )
        self.limit = limit


class SourceReused(Refusal):
    def __init__(self, source: str) -> None:
        super().__init__(N_("「{source}」已經登記過別張優惠券，這次沒有更動。"), source=source)
        self.source = source


def ensure(session: Session, terms: CouponTerms) -> CouponDefinition:
    """The definition of a coupon with the limits of `terms`, held until the transaction ends.

    A total limit lowered beneath what is out stops at what is out.
    """
    definition = _held(session, terms.key).one_or_none()
    if definition is None:
        session.execute(
            insert(session, CouponDefinition)
            .values(key=terms.key, issued=0)
            .on_conflict_do_nothing(index_elements=["key"])
        )
        definition = _held(session, terms.key).one()
    total = terms.total_limit
    definition.total_limit = None if total is None else max(total, definition.issued)
    definition.per_member_limit = terms.per_member_limit
    session.flush()
    return definition


def issue(
    session: Session,
    terms: CouponTerms,
    member_id: int,
    *,
    source: str,
    now: datetime,
    from_day: date | None = None,
) -> Coupon:
    """Give a member one coupon; the same source again is the same coupon.

    It can be used from now, or from the local day `from_day` or the terms' first
    day if that is later, through the terms' last day or the `valid_days`-th day after.

    Raises:
        PeriodOver: it could not be used for a moment.
        CouponsGone: the total limit is reached.
        OnePerMember: the member has had as many as one may.
        SourceReused: the source stands for another member's or another kind of coupon.
    """
    definition = ensure(session, terms)
    given = _given(session, definition, {source: member_id})
    if not given:
        starts, ends = period(terms, now=now, from_day=from_day)
        if ends <= starts:
            raise PeriodOver(terms.name, terms.last_day)
        # a refusal that is caught must not leave half of it behind
        with session.begin_nested():
            grant = [(member_id, source)]
            _count(session, definition, terms, grant)
            _write(session, definition, terms, grant, now=now, from_day=from_day)
        given = _given(session, definition, {source: member_id})
    return given[source]


def issue_many(
    session: Session,
    terms: CouponTerms,
    grants: Sequence[Grant],
    *,
    now: datetime,
    from_day: date | None = None,
    handout_id: int | None = None,
) -> dict[str, CouponFact]:
    """Give coupons to many, (member id, source) each, as `issue` would one after the other.

    Who comes first in `grants` gets one while there are any; whoever a limit
    or the end of the terms' period leaves out is missing from the answer, which
    has the coupons by source, those given earlier included. `handout_id` is the
    act of giving that they belong to.

    Raises:
        SourceReused: a source stands for another member's or another kind of coupon.
    """
    definition = ensure(session, terms)
    wanted = _wanted(grants)
    earlier = _given(session, definition, wanted)
    given = {source: fact(coupon) for source, coupon in earlier.items()}
    left_out = [(member_id, source) for source, member_id in wanted.items() if source not in given]
    starts, ends = period(terms, now=now, from_day=from_day)
    fresh = _within_limits(session, definition, left_out) if starts < ends else []
    _count(session, definition, terms, fresh)
    given |= _write(
        session, definition, terms, fresh, now=now, from_day=from_day, handout_id=handout_id
    )
    return {source: given[source] for source in wanted if source in given}


def _held(session: Session, key: str) -> ScalarResult[CouponDefinition]:
    return session.scalars(
        select(CouponDefinition)
        .where(CouponDefinition.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _wanted(grants: Iterable[Grant]) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for member_id, source in grants:
        if wanted.setdefault(source, member_id) != member_id:
            raise SourceReused(source)
    return wanted


def _given(
    session: Session, definition: CouponDefinition, wanted: Mapping[str, int]
) -> dict[str, Coupon]:
    """The coupons already given for these sources (source -> member id)."""
    given: dict[str, Coupon] = {}
    for sources in batches(list(wanted), AT_ONCE):
        asked = among(session, Coupon.source, sources)
        for coupon in session.scalars(select(Coupon).where(asked)):
            body = (coupon.definition_id, coupon.member_id)
            if body != (definition.id, wanted[coupon.source]):
                raise SourceReused(coupon.source)
            given[coupon.source] = coupon
    return given


def _within_limits(
    session: Session, definition: CouponDefinition, grants: Sequence[Grant]
) -> list[Grant]:
    """The first of `grants` that the limits allow."""
    allowed = list(grants)
    if definition.per_member_limit is not None:
        had = _counts(session, definition, {member_id for member_id, _ in grants})
        allowed = []
        for member_id, source in grants:
            had[member_id] += 1
            if had[member_id] <= definition.per_member_limit:
                allowed.append((member_id, source))
    if definition.total_limit is not None:
        del allowed[definition.total_limit - definition.issued :]
    return allowed


def _counts(
    session: Session, definition: CouponDefinition, member_ids: Iterable[int]
) -> Counter[int]:
    counts: Counter[int] = Counter()
    for some in batches(list(member_ids), AT_ONCE):
        rows = session.execute(
            select(CouponCount.member_id, CouponCount.issued).where(
                CouponCount.definition_id == definition.id,
                among(session, CouponCount.member_id, some),
            )
        )
        counts.update(dict(rows.all()))
    return counts


def _count(
    session: Session, definition: CouponDefinition, terms: CouponTerms, grants: Sequence[Grant]
) -> None:
    """Count coupons against the limits, by updates that do nothing beyond them."""
    by_member = Counter(member_id for member_id, _ in grants)
    if _counted(session, definition, by_member) < len(by_member):
        raise OnePerMember(terms.name, definition.per_member_limit)
    issued = CouponDefinition.issued + len(grants)
    within = or_(CouponDefinition.total_limit.is_(None), issued <= CouponDefinition.total_limit)
    total = session.scalar(
        update(CouponDefinition)
        .where(CouponDefinition.id == definition.id, within)
        .values(issued=issued)
        .returning(CouponDefinition.issued)
        .execution_options(synchronize_session=False)
    )
    if total is None:
        raise CouponsGone(terms.name)
    session.expire(definition, ["issued"])


def _counted(session: Session, definition: CouponDefinition, by_member: Mapping[int, int]) -> int:
    """Add to the members' counts; how many of them the limit allowed it."""
    if not by_member:
        return 0
    alike = {"definition_id": definition.id, "most": definition.per_member_limit}
    rows = [alike | {"member_id": member, "issued": more} for member, more in by_member.items()]
    statement = insert(session, CouponCount)
    added = CouponCount.issued + statement.excluded.issued
    upsert = statement.on_conflict_do_update(
        index_elements=["definition_id", "member_id"],
        set_={"issued": added, "most": statement.excluded.most},
        where=or_(statement.excluded.most.is_(None), added <= statement.excluded.most),
    )
    return sum(counted.rowcount for counted in bulk.execute(session, upsert, rows))


def _write(
    session: Session,
    definition: CouponDefinition,
    terms: CouponTerms,
    grants: Sequence[Grant],
    *,
    now: datetime,
    from_day: date | None,
    handout_id: int | None = None,
) -> dict[str, CouponFact]:
    starts, ends = period(terms, now=now, from_day=from_day)
    said: dict[str, Any] = {
        "name": terms.name,
        "kind": terms.kind,
        "value": terms.value,
        "min_spend": terms.min_spend,
        "first_purchase": terms.first_purchase,
        "description": terms.description,
        "valid_from": starts,
        "expires_at": ends,
        "category": terms.category,
        "stacks": terms.stacks,
        "bound": terms.bind,
    }
    listed: dict[str, Any] = {"products": terms.products, "tiers": terms.tiers}
    alike = said | {name: "\n".join(words) for name, words in listed.items()}
    alike |= {
        "handout_id": handout_id,
        "definition_id": definition.id,
        "state": CouponState.ISSUED.value,
        "issued_at": now,
    }
    given = {
        source: CouponFact(code=codes.generate(), used_at=None, **said, **listed)
        for _, source in grants
    }
    rows = (
        alike | {"member_id": member_id, "source": source, "code": given[source].code}
        for member_id, source in grants
    )
    copying.put(session, Coupon, rows)
    return given
