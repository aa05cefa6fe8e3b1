"""Coupons given by hand: to all who are meant, or to those a fair draw picks; each act once.

Every coupon of an act names it, so the act can be told of, looked into and undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert
from models.loyalty import coupon_audience, lotteries
from models.loyalty.coupon_audience import Whom
from models.loyalty.coupon_facts import CouponFact, fact
from models.loyalty.coupon_issuing import ensure, issue_many
from models.loyalty.coupon_records import Coupon, CouponHandout, CouponState
from models.programme import CouponTerms

LONGEST_WHOM = 120


class NoSuchKind(Refusal):
    """No coupon of the programme goes by this."""

    buttons = ("/發券",)

    def __init__(self, said: str) -> None:
        super().__init__(N_("規則檔裡沒有叫「{said}」的券，請看 /發券 有哪些。"), said=said)


class WhichKind(Refusal):
    """Several coupons of the programme go by this."""

    buttons = ("/發券",)

    def __init__(self, said: str, names: Sequence[str]) -> None:
        shown = "、".join(names[:8])
        super().__init__(
            N_("叫「{said}」的券有好幾種：{shown}。請寫全名。"), said=said[:40], shown=shown
        )


@dataclass(frozen=True)
class Given:
    """An act of giving, and the coupons that came of it by member; `meant` were to get one."""

    handout: CouponHandout
    coupons: dict[int, CouponFact]
    meant: int


def kind(said: str, coupons: Sequence[CouponTerms]) -> CouponTerms:
    """The kind of coupon an organiser means by its key, its name, or a part of its name.

    Raises:
        NoSuchKind: none is meant.
        WhichKind: more than one could be.
    """
    wanted = "".join(said.split()).casefold()
    exact = [terms for terms in coupons if wanted in (terms.key, _plain(terms.name))]
    found = exact or [terms for terms in coupons if wanted and wanted in _plain(terms.name)]
    if len(found) > 1:
        raise WhichKind(said, [terms.name for terms in found])
    if not found:
        raise NoSuchKind(said)
    return found[0]


def most(terms: CouponTerms) -> int | None:
    """NT$ that one costs the shop at most; None if that depends on the order."""
    if terms.kind == "percent":
        return None
    return terms.value or (None if terms.kind == "shipping" else 0)


def give(
    session: Session, terms: CouponTerms, to: Whom, *, act: str, by: int, now: datetime
) -> Given:
    """Give one to everybody who is meant, from the eldest member while limits allow; once."""
    meant = list(session.scalars(to.ids.order_by("id")))
    return _given(session, terms, meant, to, act=act, by=by, now=now)


def raffle(
    session: Session,
    terms: CouponTerms,
    to: Whom,
    *,
    places: int,
    seed: str,
    act: str,
    by: int,
    now: datetime,
) -> Given:
    """Draw among those who may get one, and give it to the winners; once.

    All who took part are kept with the seed: `lotteries.draw` makes it again.
    """
    ensure(session, terms)  # held: nobody gets or uses up the last ones meanwhile
    entrants = coupon_audience.able(session, terms, to)
    winners = lotteries.draw(seed, entrants, places)
    return _given(
        session,
        terms,
        winners,
        to,
        act=act,
        by=by,
        now=now,
        places=places,
        seed=seed,
        entrants=entrants,
    )


def entrants(handout: CouponHandout) -> list[int]:
    """The ids of all who took part in a draw."""
    return [int(number) for number in handout.entrants.split(",") if number]


def take_back(session: Session, handout_id: int, *, by: int, now: datetime) -> int:
    """Void those of an act that are not used yet; how many."""
    voided = session.scalars(
        update(Coupon)
        .where(Coupon.handout_id == handout_id, Coupon.state == CouponState.ISSUED)
        .values(state=CouponState.VOID, voided_at=now, voided_by=by)
        .returning(Coupon.id)
        .execution_options(synchronize_session=False)
    )
    return len(voided.all())


def _given(
    session: Session,
    terms: CouponTerms,
    meant: Sequence[int],
    to: Whom,
    *,
    act: str,
    by: int,
    now: datetime,
    places: int | None = None,
    seed: str = "",
    entrants: Sequence[int] = (),
) -> Given:
    definition = ensure(session, terms)
    row = {
        "act": act,
        "definition_id": definition.id,
        "name": terms.name,
        "to_whom": to.again or to.said[:LONGEST_WHOM],  # no name that must be erased one day
        "by": by,
        "at": now,
        "places": places,
        "seed": seed,
        "entrants": ",".join(map(str, entrants)),
    }
    kept = (
        insert(session, CouponHandout).values(row).on_conflict_do_nothing(index_elements=["act"])
    )
    fresh = session.scalar(kept.returning(CouponHandout.id))
    handout = session.scalars(select(CouponHandout).where(CouponHandout.act == act)).one()
    if fresh is None:
        return Given(handout, _earlier(session, handout.id), len(meant))
    sources = {f"handout:{handout.id}:{member_id}": member_id for member_id in meant}
    grants = [(member_id, source) for source, member_id in sources.items()]
    issued = issue_many(session, terms, grants, now=now, handout_id=handout.id)
    return Given(
        handout, {sources[source]: coupon for source, coupon in issued.items()}, len(meant)
    )


def _earlier(session: Session, handout_id: int) -> dict[int, CouponFact]:
    given = select(Coupon).where(Coupon.handout_id == handout_id)
    return {coupon.member_id: fact(coupon) for coupon in session.scalars(given)}


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
