"""Tags by rule: who gets one, until when, and that nobody's own tags are touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import programme as programmes
from models.people import tags
from models.people.tags import MemberTag
from models.programme import BadProgramme, TagRule
from models.shop.orders import BOUGHT, Order, OrderLine, Status
from models.shop.products import Product
from tests.models.insight.trade import Trade

BABY, BEAUTY = "母嬰用品買家", "美妝愛好者"
DIAPERS, MASK = "黏貼型尿布 M", "保濕面膜 20片"
EXAMPLES = settings.default.max_examples // 10


def test_two_orders_of_baby_things_make_a_buyer_of_them(session: Session, trade: Trade):
    trade.buy(0, product=DIAPERS, days_ago=30)
    trade.buy(1, product=DIAPERS, days_ago=30)
    trade.buy(0, product="純水濕紙巾 20包")
    trade.night()

    assert tags.of(session, trade.member(0)) == [BABY]
    assert tags.of(session, trade.member(1)) == []


def test_a_product_counts_by_its_category_too(session: Session, trade: Trade):
    for days_ago in (1, 2):
        trade.buy(0, product="小熊", days_ago=days_ago)
    session.execute(update(Product).values(category="母嬰"))
    trade.night()

    assert tags.of(session, trade.member(0)) == [BABY]


def test_two_lines_of_one_order_are_one_order(session: Session, trade: Trade):
    trade.buy(0, product=DIAPERS)
    line = session.scalars(select(OrderLine)).one()
    session.add(
        OrderLine(order_id=line.order_id, product_id=line.product_id, quantity=1, amount=1)
    )
    session.flush()
    trade.night()

    assert tags.of(session, trade.member(0)) == []


def test_the_tag_goes_on_the_day_after_the_last_on_which_it_holds(session: Session, trade: Trade):
    for days_ago in (100, 0):
        trade.buy(0, product=MASK, days_ago=days_ago)
    trade.night()
    trade.night(80)
    last_day = tags.of(session, trade.member(0))
    trade.night(1)

    assert last_day == [BEAUTY]
    assert tags.of(session, trade.member(0)) == []


def test_buying_on_keeps_the_tag(session: Session, trade: Trade):
    for days_ago in (100, 0):
        trade.buy(0, product=MASK, days_ago=days_ago)
    trade.night()
    trade.today += timedelta(days=50)
    trade.buy(0, product=MASK)
    trade.night(100)

    assert tags.of(session, trade.member(0)) == [BEAUTY]


def test_a_refund_takes_the_tag_away(session: Session, trade: Trade):
    numbers = [trade.buy(0, product=MASK, days_ago=days_ago) for days_ago in (9, 0)]
    trade.night()
    trade.move(numbers[1], Status.REFUNDED)
    trade.night(1)

    assert tags.of(session, trade.member(0)) == []


def test_a_tag_given_by_hand_stays_whatever_the_rules_say(session: Session, trade: Trade):
    tags.add(session, [(trade.member(0), BABY)], now=trade.now)
    number = trade.buy(0, product=DIAPERS)
    trade.buy(0, product=DIAPERS, days_ago=1)
    trade.night()
    trade.move(number, Status.REFUNDED)
    trade.night(500)

    assert tags.of(session, trade.member(0)) == [BABY]


def test_a_rule_s_tag_that_is_given_by_hand_too_stays(session: Session, trade: Trade):
    for days_ago in (1, 0):
        trade.buy(0, product=DIAPERS, days_ago=days_ago)
    trade.night()
    tags.add(session, [(trade.member(0), BABY), (trade.member(0), BABY)], now=trade.now)
    trade.night(500)

    assert tags.of(session, trade.member(0)) == [BABY]


def test_a_rule_that_is_gone_takes_its_tags_with_it(session: Session, trade: Trade):
    for days_ago in (1, 0):
        trade.buy(0, product=DIAPERS, days_ago=days_ago)
        trade.buy(0, product=MASK, days_ago=days_ago)
    trade.night()
    both = tags.of(session, trade.member(0))
    trade.programme = replace(
        trade.programme, tags=tuple(r for r in trade.programme.tags if r.name != BABY)
    )
    trade.night(1)
    one = tags.of(session, trade.member(0))
    trade.programme = replace(trade.programme, tags=())
    trade.night(1)

    assert (both, one, tags.of(session, trade.member(0))) == ([BABY, BEAUTY], [BEAUTY], [])


def test_a_new_rule_finds_those_who_bought_long_before(session: Session, trade: Trade):
    trade.buy(0, product="芒果", days_ago=20)
    trade.night()
    trade.programme = replace(trade.programme, tags=(TagRule("常客"), TagRule("老饕", orders=2)))
    trade.night(1)

    assert tags.of(session, trade.member(0)) == ["常客"]


def test_a_night_on_which_nothing_was_bought_writes_no_tag(trade: Trade):
    for days_ago in (1, 0):
        trade.buy(0, product=DIAPERS, days_ago=days_ago)

    assert [trade.night(days).tagged for days in (0, 0, 1)] == [1, 0, 0]


def test_tags_are_right_after_any_nights(session: Session, trade: Trade):
    rules = trade.programme.tags
    start = trade.today
    order = st.tuples(st.integers(0, 3), st.integers(0, 250), st.sampled_from([DIAPERS, MASK]))

    @given(st.lists(st.tuples(st.integers(0, 120), st.lists(order, max_size=3)), max_size=6))
    @settings(max_examples=EXAMPLES)
    def live(nights: list[tuple[int, list[tuple[int, int, str]]]]) -> None:
        with session.begin_nested() as undone:
            trade.today, trade.members, trade.made = start, [], 0
            for days, bought in nights:
                for member, days_ago, product in bought:
                    trade.buy(member, days_ago=days_ago, product=product)
                trade.night(days)
                rows = session.execute(select(MemberTag.member_id, MemberTag.tag))
                said = {(member_id, tag) for member_id, tag in rows}
                assert said == {pair for rule in rules for pair in earned(trade, rule)}
            undone.rollback()
            session.expunge_all()

    live()


def earned(trade: Trade, rule: TagRule) -> set[tuple[int, str]]:
    """Who should have a rule's tag today, counted one by one."""
    query = (
        select(Order.member_id, Order.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(
            Order.status.in_(BOUGHT), Order.ordered_on >= trade.today - timedelta(days=rule.days)
        )
        .add_columns(Product.name)
    )
    orders: dict[int, set[int]] = {}
    for member_id, order_id, name in trade.session.execute(query):
        if any(word in name for word in rule.words):
            orders.setdefault(member_id, set()).add(order_id)
    return {(member, rule.name) for member, made in orders.items() if len(made) >= rule.orders}


@pytest.mark.parametrize("letter", "ABCDE")
def test_every_preset_knows_buyers_of_beauty_and_of_baby_things(letter: str):
    assert [rule.name for rule in programmes.load(letter).tags] == [BABY, BEAUTY]


@pytest.mark.parametrize(
    "written",
    [
        {"tags": "尿布"},
        {"tags": [{"words": ["尿布"]}]},
        {"tags": [{"name": "常客"}, {"name": "常客"}]},
        {"tags": [{"name": "常客", "orders": 0}]},
        {"tags": [{"name": "常客", "word": "x"}]},
        {"tags": [{"name": f"第{n}號"} for n in range(51)]},
        {"rfm": {"min_buyers": 1}},
    ],
)
def test_rules_that_cannot_be_are_refused(written: dict[str, object]):
    with pytest.raises(BadProgramme, match=r"tags|rfm"):
        programmes.read_tables(written, file="rules.toml")
