"""Conditions on where a member stands: tier, RFM segment, stage, friendship, language, source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from models.base import N_
from models.insight import lifecycle, rfm
from models.insight.segments.tree import Own, Tables, When, having
from models.loyalty.tiers_records import MemberTier
from models.people import consents, members
from models.people.consents import Topic
from models.people.members import Member
from models.shop.totals import MemberTotals


@dataclass(frozen=True)
class InTier:
    """In one of the tiers `keys`; members of no tier that is known are in the base tier."""

    said: str
    keys: frozenset[str]
    names: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return self.said

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        tier = tables.of(MemberTier).tier
        base, *above = (key for key, _ in self.names)
        if base in self.keys:
            others = [key for key in above if key not in self.keys]
            return or_(tier.is_(None), tier.not_in(others))
        return and_(tier.is_not(None), tier.in_(sorted(self.keys)))

    def own(self, session: Session, member_id: int, when: When) -> Own:
        kept = select(MemberTier.tier).where(MemberTier.member_id == member_id)
        named = dict(self.names)
        tier = named.get(session.scalar(kept) or "", self.names[0][1])
        return having(N_("現在是{tier}"), tier=tier)


@dataclass(frozen=True)
class Scored:
    """In an RFM segment, as the last night found it."""

    segment: str

    @property
    def text(self) -> str:
        # what stands in brackets says the same once more
        return rfm.NAMES[self.segment].partition("（")[0]

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        segment = tables.of(MemberTotals).segment
        return and_(segment.is_not(None), segment == self.segment)

    def own(self, session: Session, member_id: int, when: When) -> Own:
        totals = session.get(MemberTotals, member_id, populate_existing=True)
        if totals is None or totals.segment is None:
            return Own(N_("還沒有 RFM 分數"))
        return having(N_("RFM 是{name}"), name=rfm.NAMES[totals.segment])


@dataclass(frozen=True)
class InStage:
    """In a stage of their life with the shop, as the last night found it."""

    stage: lifecycle.Stage

    @property
    def text(self) -> str:
        return lifecycle.NAMES[self.stage]

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        stage = tables.of(MemberTotals).stage
        return and_(stage.is_not(None), stage == self.stage.value)

    def own(self, session: Session, member_id: int, when: When) -> Own:
        totals = session.get(MemberTotals, member_id, populate_existing=True)
        if totals is None or totals.stage is None:
            return Own(N_("還沒有階段"))
        return having(N_("現在是{name}"), name=lifecycle.NAMES[lifecycle.Stage(totals.stage)])


class Trait(NamedTuple):
    """What is so of a member's own record, and how it is said whether it is."""

    where: Callable[[], ColumnElement[bool]]
    yes: str
    no: str


def _may_be_told() -> ColumnElement[bool]:
    return and_(members.reachable(), consents.allows(Topic.OFFERS))


def _consents() -> ColumnElement[bool]:
    return Member.marketing.is_(True)


TRAITS: Mapping[str, Trait] = {
    "全部": Trait(true, N_("是會員"), N_("不是會員")),
    "好友": Trait(members.reachable, N_("已加好友"), N_("沒有加好友或已封鎖")),
    "可推播": Trait(
        _may_be_told, N_("已加好友，也同意收優惠"), N_("沒有加好友，或沒有同意收優惠")
    ),
    "同意行銷": Trait(_consents, N_("同意收行銷訊息"), N_("沒有同意收行銷訊息")),
    "有手機": Trait(lambda: Member.phone_mark.is_not(None), N_("有留手機"), N_("沒有留手機")),
}


@dataclass(frozen=True)
class Has:
    """One of `TRAITS`."""

    trait: str

    @property
    def text(self) -> str:
        return self.trait

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        return TRAITS[self.trait].where()

    def own(self, session: Session, member_id: int, when: When) -> Own:
        trait = TRAITS[self.trait]
        found = select(Member.id).where(Member.id == member_id, trait.where())
        return Own(trait.no if session.scalar(found) is None else trait.yes)


@dataclass(frozen=True)
class Speaks:
    """語言: a language whatever its region, as BCP 47 begins."""

    language: str

    @property
    def text(self) -> str:
        return f"語言:{self.language}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        return or_(
            Member.language == self.language,
            Member.language.startswith(f"{self.language}-", autoescape=True),
        )

    def own(self, session: Session, member_id: int, when: When) -> Own:
        language = session.get_one(Member, member_id).language
        return having(N_("語言是 {language}"), language=language)


@dataclass(frozen=True)
class CameBy:
    """來源: where they were met first."""

    source: str
    written: str

    @property
    def text(self) -> str:
        return f"來源:{self.written}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        return Member.source == self.source

    def own(self, session: Session, member_id: int, when: When) -> Own:
        source = session.get_one(Member, member_id).source
        return having(N_("來源是 {source}"), source=source) if source else Own(N_("沒有記來源"))
