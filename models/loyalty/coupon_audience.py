"""To whom coupons are given by hand: one person, a tier, those with a tag, or all friends."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.loyalty.coupon_issuing import CouponsGone
from models.loyalty.coupon_periods import PeriodOver, period
from models.loyalty.coupon_records import Coupon, CouponCount, CouponDefinition
from models.loyalty.coupon_using import usable
from models.loyalty.tiers_records import MemberTier
from models.people import members, search
from models.people.members import Member
from models.people.tags import MemberTag
from models.programme import CouponTerms, Programme, Tier

ALL = ("全部", "全體", "所有人", "大家", "all")


class NobodyToGive(Refusal):
    """A group with nobody in it."""

    def __init__(self, said: str) -> None:
        super().__init__(
            N_("「{said}」現在沒有可以發的團友（要已加好友），請換一個等級、標籤或稱呼。"),
            said=said,
        )


class AllHadIt(Refusal):
    """Nobody among those who are meant may get one more."""

    def __init__(self, said: str, name: str, limit: int | None) -> None:
        super().__init__(
            N_("「{said}」都已經領過「{name}」了，每人限領 {limit} 張，沒有可以再發的人。"),
            said=said,
            name=name,
            limit=limit,
        )


class Whom(NamedTuple):
    """How they were called, and the ids of those who are meant; `one` is a single person."""

    said: str
    ids: Select[int]
    one: Member | None = None

    @property
    def again(self) -> str:
        """A single person by number, whom no other name will ever mean; "" for groups."""
        return f"#{self.one.id}" if self.one is not None else ""


class Standing(NamedTuple):
    """What giving everybody a coupon of a kind comes to.

    `members` are meant, `holding` of them have a usable one, `full` had as many
    as one may; `left` is what the total limit leaves, None no limit.
    """

    members: int
    holding: int
    full: int
    left: int | None

    @property
    def gets(self) -> int:
        able = self.members - self.full
        return able if self.left is None else min(able, self.left)


def whom(session: Session, said: str, *, programme: Programme) -> Whom:
    """Those an organiser means; groups are of friends, whom a coupon is of use to.

    Raises:
        Nobody: no one goes by this name.
        Several: more than one does.
    """
    wanted = " ".join(said.split())
    if wanted.lower() in ALL:
        return _group(wanted, Member.id.is_not(None))
    if wanted.startswith("#") and not wanted[1:].isdigit():
        tagged = select(MemberTag.member_id).where(MemberTag.tag == wanted[1:])
        return _group(wanted, Member.id.in_(tagged))
    tier = _tier(wanted, programme)
    if tier is not None:
        return _group(tier.name, _in_tier(tier, programme))
    person = search.named(session, wanted)
    return Whom(person.name or wanted, select(Member.id).where(Member.id == person.id), person)


def group(said: str, ids: Select[int]) -> Whom:
    """The friends among these members, who are called like this together."""
    return _group(said, Member.id.in_(ids))


def standing(session: Session, terms: CouponTerms, to: Whom, *, now: datetime) -> Standing:
    """How those who are meant stand to a kind of coupon that can be given.

    Raises:
        NobodyToGive: there is nobody among them.
        PeriodOver: it could not be used any more.
        CouponsGone: the total limit is reached.
        AllHadIt: each of them had as many as one may.
    """
    starts, ends = period(terms, now=now)
    if ends <= starts:
        raise PeriodOver(terms.name, terms.last_day)
    found = _standing(session, terms, to, now)
    if found.left == 0:
        raise CouponsGone(terms.name)
    if not found.gets:
        raise AllHadIt(to.said, terms.name, terms.per_member_limit)
    return found


def able(session: Session, terms: CouponTerms, to: Whom) -> list[int]:
    """The ids of those who may get one more of this kind, from the eldest member."""
    query = to.ids.order_by(Member.id)
    definition = session.scalar(select(CouponDefinition).where(CouponDefinition.key == terms.key))
    if definition is not None and terms.per_member_limit is not None:
        full = select(CouponCount.member_id).where(_full(definition, terms, to))
        query = query.where(Member.id.not_in(full))
    return list(session.scalars(query))


def _standing(session: Session, terms: CouponTerms, to: Whom, now: datetime) -> Standing:
    meant = session.scalar(select(func.count()).select_from(to.ids.subquery())) or 0
    if not meant:
        raise NobodyToGive(to.said)
    definition = session.scalar(select(CouponDefinition).where(CouponDefinition.key == terms.key))
    if definition is None:
        return Standing(meant, 0, 0, terms.total_limit)
    theirs = Coupon.definition_id == definition.id, Coupon.member_id.in_(to.ids)
    holding = select(func.count(Coupon.member_id.distinct())).where(*theirs, usable(now))
    left = None
    if terms.total_limit is not None:
        left = max(0, terms.total_limit - definition.issued)
    full = 0
    if terms.per_member_limit is not None:
        full = session.scalar(select(func.count()).where(_full(definition, terms, to))) or 0
    return Standing(meant, session.scalar(holding) or 0, full, left)


def _full(definition: CouponDefinition, terms: CouponTerms, to: Whom) -> ColumnElement[bool]:
    return (
        (CouponCount.definition_id == definition.id)
        & (CouponCount.issued >= terms.per_member_limit)
        & CouponCount.member_id.in_(to.ids)
    )


def _group(said: str, *conditions: ColumnElement[bool]) -> Whom:
    return Whom(said, select(Member.id).where(members.reachable(), *conditions))


def _tier(said: str, programme: Programme) -> Tier | None:
    for tier in programme.tiers:
        if said in (tier.key, tier.name, tier.name.removesuffix("級")):
            return tier
    return None


def _in_tier(tier: Tier, programme: Programme) -> ColumnElement[bool]:
    kept = select(MemberTier.member_id).where(MemberTier.tier == tier.key)
    if tier.key != programme.base.key:
        return Member.id.in_(kept)
    above = [each.key for each in programme.tiers if each.key != tier.key]
    risen = select(MemberTier.member_id).where(MemberTier.tier.in_(above))
    return or_(Member.id.in_(kept), Member.id.not_in(risen))
