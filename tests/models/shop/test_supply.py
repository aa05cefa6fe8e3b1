"""What a supplier is to bring, brought and did not bring."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models.programme import Programme
from models.shop import (
    closing,
    group_buys,
    payments,
    refunds,
    supply_counts,
    supply_parts,
    supply_shortages,
    supply_totals,
    supply_words,
    waitlist,
)
from models.shop.allocation import Claim, allocate
from models.shop.group_buy_terms import ItemTerms
from models.shop.orders import Status
from models.shop.supply_totals import SupplyLine
from tests.models.shop.offers import Counter, member, opened

DUMPLINGS = ItemTerms("A", "水餃", 220, unit="包", case_size=12)
SHIRT = ItemTerms("B", "上衣", 300, unit="件", options=(("顏色", ("黑", "白")),))


class Desk:
    """A group-buy with orders of several members, closed."""

    def __init__(self, session: Session, programme: Programme, now: datetime) -> None:
        self.session, self.programme, self.now = session, programme, now
        self.number = 0

    def closed(self, *calls: tuple[str, int, str], item: ItemTerms = SHIRT) -> None:
        group_buy = opened(self.session, self.now, item)
        counter = Counter(self.session, group_buy, self.programme, self.now)
        self.members = {who: member(self.session, who, self.now) for who, _, _ in calls}
        for who, quantity, option in calls:
            counter.call(self.members[who], quantity, item.code, option=option)
        self.number, self.item = group_buy.id, group_buy.items[0]
        closing.close(self.session, self.number, now=self.now, programme=self.programme)

    def short(self, quantity: int, option: str = "", **more: int) -> supply_shortages.Shared:
        return supply_shortages.share_out(
            self.session,
            self.number,
            (self.item.id, option),
            quantity,
            by="boss",
            now=self.now,
            programme=self.programme,
            **more,
        )

    def lines(self) -> dict[str, SupplyLine]:
        found = supply_totals.lines(self.session, group_buys.find(self.session, self.number))
        return {line.option: line for line in found}

    def pay(self, order_no: str) -> None:
        bill = payments.bill_of(self.session, order_no)
        refunds.receive(self.session, bill, bill.balance, now=self.now, programme=self.programme)


@pytest.fixture
def desk(session: Session, programme: Programme, now: datetime) -> Desk:
    return Desk(session, programme, now)


def test_totals_are_by_option_and_say_what_a_full_case_lacks(session, programme, now):
    group_buy = opened(session, now, DUMPLINGS, SHIRT)
    counter = Counter(session, group_buy, programme, now)
    mei, lin = member(session, "mei", now), member(session, "lin", now)
    counter.call(mei, 10)
    counter.call(mei, 2, "B", option="黑")
    counter.call(lin, 1, "B", option="黑")
    counter.call(lin, 4, "B", option="白")

    found = supply_totals.lines(session, group_buy)

    assert [(line.name, line.ordered) for line in found] == [
        ("水餃", 10),
        ("上衣 白", 4),
        ("上衣 黑", 3),
    ]
    [case] = supply_totals.cases(found)
    assert (case.full, case.missing) == (0, 2)
    with pytest.raises(supply_totals.NothingToCallFor):
        supply_totals.to_call_for(session)


def test_several_counts_add_up_and_none_goes_below_nothing(desk: Desk):
    desk.closed(("mei", 5, "黑"))
    kind = (desk.item.id, "黑")

    for quantity in (3, 4, -2):
        supply_counts.count(desk.session, desk.number, [(kind, quantity)], by="boss", now=desk.now)

    assert (desk.lines()["黑"].arrived, desk.lines()["黑"].missing) == (5, 0)
    with pytest.raises(supply_counts.FewerThanNone):
        supply_counts.count(desk.session, desk.number, [(kind, -6)], by="boss", now=desk.now)


def test_a_shortage_of_one_option_takes_from_its_latest_orders(desk: Desk):
    desk.closed(("mei", 2, "黑"), ("lin", 2, "白"), ("wang", 2, "黑"), ("chen", 1, "黑"))

    shared = desk.short(2, "黑", seen=5)

    assert [(cut.name, cut.quantity, cut.less) for cut in shared.cuts] == [("wang", 2, 600)]
    assert (shared.kept, shared.spare, shared.back) == (2, 0, 0)
    assert {o: line.ordered for o, line in desk.lines().items()} == {"黑": 3, "白": 2}
    [wait] = waitlist.of_group_buy(desk.session, desk.number)
    assert (wait.member_id, wait.quantity, wait.option) == (desk.members["wang"].id, 2, "黑")


def test_more_than_is_ordered_cannot_be_short(desk: Desk):
    desk.closed(("mei", 2, "黑"))

    with pytest.raises(supply_shortages.NotThatManyOrdered):
        desk.short(3, "黑")
    with pytest.raises(supply_shortages.Moved):
        desk.short(1, "黑", seen=3)


def test_what_was_paid_for_shares_that_do_not_come_is_owed_back(desk: Desk):
    desk.closed(("mei", 1, "黑"), ("lin", 2, "黑"), ("lin", 1, "白"), ("lin", 1, "黑"))
    order_no = f"{desk.number}-2"
    desk.pay(order_no)

    shared = desk.short(3, "黑")

    [cut] = shared.cuts
    assert (cut.name, cut.quantity, cut.back, cut.kept) == ("lin", 3, 900, 0)
    bill = payments.bill_of(desk.session, order_no)
    assert (bill.order.status, bill.refunded, bill.balance) == (Status.PAID, 900, -900)
    with pytest.raises(supply_parts.NotUndoable):
        supply_parts.undo(
            desk.session, shared.shortage.id, None, now=desk.now, programme=desk.programme
        )


def test_a_preview_changes_nothing(desk: Desk):
    desk.closed(("mei", 1, "黑"), ("lin", 2, "黑"))

    shared = supply_shortages.preview(
        desk.session,
        desk.number,
        (desk.item.id, "黑"),
        1,
        by="boss",
        now=desk.now,
        programme=desk.programme,
    )

    assert [cut.name for cut in shared.cuts] == ["lin"]
    assert shared.spare == 1
    assert desk.lines()["黑"].ordered == 3
    assert waitlist.of_group_buy(desk.session, desk.number) == []


def test_undoing_puts_everything_back(desk: Desk):
    desk.closed(("mei", 1, "黑"), ("lin", 2, "黑"))
    shared = desk.short(2, "黑")
    assert payments.bill_of(desk.session, f"{desk.number}-2").order.status == Status.CANCELLED

    bills = supply_parts.undo(
        desk.session, shared.shortage.id, shared.before, now=desk.now, programme=desk.programme
    )

    assert [bill.total for bill in bills] == [600]
    assert desk.lines()["黑"].ordered == 3
    assert group_buys.find(desk.session, desk.number).items[0].supply is None
    assert waitlist.of_group_buy(desk.session, desk.number) == []


def test_whoever_agrees_gets_the_part_that_is_spare(desk: Desk):
    desk.closed(("mei", 2, "黑"), ("lin", 2, "黑"))
    lin = desk.members["lin"].id
    assert desk.short(1, "黑").spare == 1

    supply_parts.consent(desk.session, lin, None, splits=True)
    taken = supply_parts.take_parts(desk.session, lin, now=desk.now, programme=desk.programme)

    assert [(part.quantity, part.bill.total) for part in taken] == [(1, 300)]
    assert desk.lines()["黑"].ordered == 3
    again = supply_parts.take_parts(desk.session, lin, now=desk.now, programme=desk.programme)
    assert again == []


def test_whoever_agreed_before_is_not_cut_whole(desk: Desk):
    desk.closed(("mei", 2, "黑"), ("lin", 2, "黑"))
    lin = desk.members["lin"].id
    assert supply_parts.consent(desk.session, lin, None, splits=True) == [f"{desk.number}-2"]

    shared = desk.short(1, "黑")

    assert [(cut.quantity, cut.kept) for cut in shared.cuts] == [(1, 1)]
    assert shared.spare == 0


def test_there_must_be_an_order_to_split(desk: Desk):
    with pytest.raises(supply_parts.NothingToSplit):
        supply_parts.consent(
            desk.session, member(desk.session, "mei", desk.now).id, None, splits=True
        )


@settings(max_examples=60, deadline=None)
@given(
    wanted=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3), st.booleans()), max_size=12),
    supply=st.integers(0, 40),
    tier_first=st.booleans(),
)
def test_sharing_gives_out_what_there_is_in_order_and_splits_nobody_unasked(
    wanted, supply, tier_first
):
    claims = [
        Claim(at, count, at, rank, splits) for at, (count, rank, splits) in enumerate(wanted)
    ]

    given_, spare = allocate(claims, supply, tier_first=tier_first)

    assert sum(given_.values()) + spare == supply
    for claim in claims:
        assert 0 <= given_[claim.id] <= claim.quantity
        assert claim.splits or given_[claim.id] in (0, claim.quantity)
        if given_[claim.id] < claim.quantity:
            # nothing that would have served them whole went to somebody behind them
            rank = claim.rank if tier_first else 0
            ahead = sum(
                given_[other.id]
                for other in claims
                if (-(other.rank if tier_first else 0), other.at) < (-rank, claim.at)
            )
            assert supply - ahead < claim.quantity


def lines_of(session: Session, now: datetime) -> list[SupplyLine]:
    plate = ItemTerms("1", "蘿蔔糕", 100)
    sized = ItemTerms("C", "童鞋", 500, options=(("尺寸", ("110", "120")),))
    group_buy = opened(session, now, DUMPLINGS, SHIRT, plate, sized)
    a, b, one, c = group_buy.items
    kinds = [(a, ""), (b, "黑"), (b, "白"), (one, ""), (c, "110"), (c, "120")]
    return [SupplyLine(item, option, 5, 5, 0, 0) for item, option in kinds]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("A 20 B黑 12", {"水餃": 20, "上衣 黑": 12}),
        ("A20、B白x3", {"水餃": 20, "上衣 白": 3}),
        ("Ａ黑 5", None),
        ("b 黑 5件", {"上衣 黑": 5}),
        ("水餃 -5", {"水餃": -5}),
        ("A-5", {"水餃": -5}),
        ("A少5", {"水餃": 5}),
        ("1 7 C110 3", {"蘿蔔糕": 7, "童鞋 110": 3}),
        ("C110-2", {"童鞋 110": -2}),
        ("A", None),
        ("多謝", None),
        ("A 20 Z 3", None),
    ],
)
def test_amounts_are_read_as_people_write_them(session, now, said, expected):
    known = lines_of(session, now)
    if expected is None:
        with pytest.raises(supply_words.UnreadAmount):
            supply_words.amounts(said, known, "/點貨 3 A 20")
        return
    found = supply_words.amounts(said, known, "/點貨 3 A 20")
    assert {each.line.name: each.quantity for each in found} == expected


def test_an_item_with_options_is_asked_which(session, now):
    with pytest.raises(supply_words.WhichOption, match="B黑、B白"):
        supply_words.amounts("B 5", lines_of(session, now), "/點貨 3 A 20")
