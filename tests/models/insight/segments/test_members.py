"""Whom an expression means: as an honest look at each member finds it, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.insight import segments
from models.insight.segments.overview import overview
from models.loyalty import coupon_issuing, points
from models.loyalty.tiers_records import MemberTier
from models.people import tags
from models.people.members import Member
from models.people.tags import MemberTag
from models.programme import Programme
from models.shop.orders import BOUGHT, Order, OrderLine, Status
from models.shop.products import Product
from models.shop.totals import MemberTotals
from tests.models.insight.trade import Trade
from tests.models.shop.offers import Counter, opened

DIAPERS, WIPES, BEAN = "黏貼型尿布 M", "純水濕巾", "非洲豆"
SPOKEN = ("zh-TW", "en", "en-US", "eng")


@pytest.fixture
def shop(session: Session, trade: Trade) -> Trade:
    """Sixteen members who differ in everything, two of them without LINE, one erased."""
    for number in range(16):
        _member(session, trade, number)
    session.flush()
    return trade


def _member(session: Session, trade: Trade, number: int) -> None:
    today, programme = trade.today, trade.programme
    member = session.get_one(Member, trade.member(number))
    member.name = f"團友{number}"
    member.line_user_id = None if number in (3, 4) else f"U{number:032}"
    member.is_friend = number % 3 != 0
    member.marketing = number % 2 == 0
    member.language = SPOKEN[number % 4]
    member.source = ("", "市集", "group")[number % 3]
    member.joined_on = today - timedelta(days=number * 10)
    member.erased_at = trade.now if number == 15 else None
    if number % 4:
        born = date(2024, 2, 26) + timedelta(days=number * 23)
        member.birth_month, member.birth_day = born.month, born.day
    tier = programme.tiers[number % 5].key if number % 5 < 4 else None
    if tier is not None:
        kept = session.get(MemberTier, member.id)
        kept = kept or MemberTier(member_id=member.id, rules="x", touched_at=trade.now)
        kept.tier = tier
        session.add(kept)
    given = [
        tag for place, tag in enumerate(("母嬰", "來源:市集", "來源:朋友")) if number >> place & 1
    ]
    tags.add(session, [(member.id, tag) for tag in given], now=trade.now)
    for place in range(number % 5):
        trade.buy(
            number,
            days_ago=place * 29 + number,
            cash=place * 700 + number,
            product=(DIAPERS, WIPES, BEAN)[(number + place) % 3],
            status=Status.PLACED if (number + place) % 7 == 6 else Status.PAID,
        )
    if number % 6 == 1:
        points.earn(
            session,
            member.id,
            number * 30,
            source=f"x{number}",
            earned_on=today,
            now=trade.now,
            terms=programme.points,
            reason="",
        )


@dataclass
class Look:
    """One member, looked at row by row."""

    session: Session
    trade: Trade
    member: Member
    orders: list[Order] = field(default_factory=list)

    def __post_init__(self) -> None:
        mine = select(Order).where(Order.member_id == self.member.id)
        self.orders = [o for o in self.session.scalars(mine) if o.status in BOUGHT]

    def ago(self, day: date) -> int:
        return (self.trade.today - day).days

    @property
    def silent(self) -> int | None:
        return min((self.ago(order.ordered_on) for order in self.orders), default=None)

    def late(self, days: int | None) -> list[Order]:
        return [o for o in self.orders if days is None or self.ago(o.ordered_on) <= days]

    def bought(self, word: str, days: int | None) -> bool:
        ids = [order.id for order in self.late(days)]
        lines = select(Product.name).join(OrderLine).where(OrderLine.order_id.in_(ids))
        return any(word in name for name in self.session.scalars(lines))

    @property
    def tier(self) -> int:
        kept = self.session.get(MemberTier, self.member.id)
        return self.trade.programme.rank(kept.tier) if kept else 0

    @property
    def tags(self) -> set[str]:
        mine = select(MemberTag.tag).where(MemberTag.member_id == self.member.id)
        return set(self.session.scalars(mine))

    @property
    def points(self) -> int:
        return points.balance(self.session, self.member.id, self.trade.now).available

    @property
    def born(self) -> tuple[int | None, int | None]:
        return self.member.birth_month, self.member.birth_day


NAIVE: dict[str, Callable[[Look], Any]] = {
    "金級": lambda it: it.tier == 2,
    "銅級": lambda it: it.tier == 0,
    "銀級以上": lambda it: it.tier >= 1,
    "銀級以下": lambda it: it.tier <= 1,
    "#母嬰": lambda it: "母嬰" in it.tags,
    "#來源:*": lambda it: any(tag.startswith("來源:") for tag in it.tags),
    "R>30": lambda it: it.silent is not None and it.silent > 30,
    "R<=9": lambda it: it.silent is not None and it.silent <= 9,
    "R=9": lambda it: it.silent == 9,
    "未購:30天": lambda it: it.silent is None or it.silent > 30,
    "F>=2": lambda it: len(it.orders) >= 2,
    "F<1": lambda it: not it.orders,
    "F>=2:40天": lambda it: len(it.late(40)) >= 2,
    "M>1000": lambda it: sum(o.cash - o.refunded for o in it.orders) > 1_000,
    "M<=9:40天": lambda it: sum(o.cash - o.refunded for o in it.late(40)) <= 9,
    "買過:尿布": lambda it: it.bought("尿布", None),
    "買過:尿布:30天": lambda it: it.bought("尿布", 30),
    "沒買過:濕巾": lambda it: not it.bought("濕巾", None),
    "生日:下月": lambda it: it.born[0] == 12,
    "生日:2/26": lambda it: it.born == (2, 26),
    "生日:有": lambda it: it.born[0] is not None,
    "點數>100": lambda it: it.points > 100,
    "點數<=30": lambda it: it.points <= 30,
    "入會:30天內": lambda it: it.ago(it.member.joined_on) <= 30,
    "好友": lambda it: it.member.is_friend and it.member.line_user_id is not None,
    "同意行銷": lambda it: it.member.marketing,
    "語言:en": lambda it: it.member.language in ("en", "en-US"),
    "來源:市集": lambda it: it.member.source == "市集",
    "全部": lambda it: True,
}
LEAF = st.sampled_from(sorted(NAIVE))
EXPRESSIONS = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["且", "或", " "]), inner, inner),
        st.tuples(st.just("非"), inner),
    ),
    max_leaves=6,
)


def written(expression: Any) -> str:
    match expression:
        case str():
            return expression
        case ("非", inner):
            return f"非 ({written(inner)})"
        case (operator, one, other):
            return f"({written(one)}) {operator} ({written(other)})"
    raise AssertionError


def so(expression: Any, look: Look) -> bool:
    match expression:
        case str():
            return bool(NAIVE[expression](look))
        case ("非", inner):
            return not so(inner, look)
        case ("或", one, other):
            return so(one, look) or so(other, look)
        case (_, one, other):
            return so(one, look) and so(other, look)
    raise AssertionError


@given(st.lists(EXPRESSIONS, min_size=3, max_size=6))
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
def test_an_expression_means_those_whom_a_look_at_each_finds(shop: Trade, asked: list[Any]):
    found_alike(shop, asked)


def test_a_condition_means_those_whom_a_look_at_each_finds(shop: Trade):
    looks = found_alike(shop, list(NAIVE))

    every = segments.parse(shop.session, " 或 ".join(NAIVE), shop.programme)
    told = every.explain(shop.session, looks[-1].member.id, shop.now)
    assert [answer.holds for answer in told] == [so(each, looks[-1]) for each in NAIVE]
    said = [answer.own.msgid.format(**answer.own.values) for answer in told]
    assert {"語言是 en-US", "來源是 group", "入會 140 天（2026/07/07）"} <= set(said)


def found_alike(shop: Trade, expressions: list[Any]) -> list[Look]:
    session, now = shop.session, shop.now
    members = session.scalars(select(Member).order_by(Member.id))
    looks = [Look(session, shop, member) for member in members if not member.erased_at]
    for expression in expressions:
        segment = segments.parse(session, written(expression), shop.programme)
        expected = {look.member.id for look in looks if so(expression, look)}

        assert set(session.scalars(segment.members(now))) == expected, segment.text
        assert segment.count(session, now) == len(expected)
    return looks


def test_scores_stages_coupons_and_group_buys_are_conditions_too(shop: Trade):
    session, mine = shop.session, shop.member(1)
    shop.buy(1)
    totals = session.get_one(MemberTotals, mine)
    totals.segment, totals.stage = "hibernating", "decline"
    terms = shop.programme.coupons["birthday_gold"]
    coupon_issuing.issue(session, terms, mine, source="b", now=shop.now)
    buy = opened(session, shop.now)
    Counter(session, buy, shop.programme, shop.now).call(session.get_one(Member, mine), 2)

    meant = f'沉睡 衰退期 有券 有券:"{terms.name}" 團:{buy.id} 非 忠誠'
    segment = segments.parse(session, meant, shop.programme)
    later = shop.now + timedelta(days=400)

    assert session.scalars(segment.members(shop.now)).all() == [mine]
    assert session.scalars(segment.members(later)).all() == []
    assert all(each.holds for each in segment.explain(session, mine, shop.now)[:-1])
    seen = overview(session, segment, shop.programme, now=shop.now)
    assert (seen.size, seen.names, seen.unscored) == (1, ["團友1"], True)


def test_a_name_is_kept_and_let_go_unless_it_is_needed(shop: Trade, programme: Programme):
    def save(name: str, text: str) -> segments.Segment:
        return segments.save(shop.session, name, text, programme, by="U1", now=shop.now)

    save("常客", "F>=2")
    assert save("好常客", "常客且金級").text == "常客 金級"
    assert save("常 客", "F>=3").text == "F>=3"
    assert [(each.name, each.text) for each in segments.every(shop.session)] == [
        ("好常客", "常客 金級"),
        ("常客", "F>=3"),
    ]
    for name in (
        "金級",
        "沉睡",
        "生日:本月",
        "#母嬰",
        "非客",
        "或",
        "全部",
        "",
        "字" * 31,
        "a b)",
    ):
        with pytest.raises(segments.BadSegmentName):
            save(name, "金級")
    with pytest.raises(segments.BadSegment) as round_:
        save("常客", "金級 且 好常客")
    assert round_.value.position == 6
    with pytest.raises(segments.SegmentInUse):
        segments.remove(shop.session, "常客", programme)
    assert segments.remove(shop.session, "好常客", programme) == "好常客"
    with pytest.raises(segments.NoSuchSegment):
        segments.remove(shop.session, "好常客", programme)
    for number in range(199):
        save(f"名{number}", "金級")
    with pytest.raises(segments.TooManySegments):
        save("再一個", "金級")
