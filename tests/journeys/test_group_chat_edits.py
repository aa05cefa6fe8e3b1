"""Messages in a group edited or taken back: what they say last is what counts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.people.members import Member
from models.shop.bill_records import Bill, Call
from models.shop.group_buy_terms import ItemTerms
from models.shop.orders import Order, Status
from tests.bot.calls import bring, made
from tests.journeys.test_group_chat import EGGS, MINUTE, group, mango, members, opened, taken
from tests.shop import Group, Phone, Shop

__all__ = ["group", "mango"]
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _time_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody edits a message in the millisecond in which they wrote it."""
    settle = shop.settle

    def settled():
        done = settle()
        shop.clock.jump(SECOND)
        return done

    monkeypatch.setattr(shop, "settle", settled)
    return


def test_an_edit_replaces_what_the_message_ordered(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    mei.says_in(group, "+1")
    mei.says_in(group, "+2")

    mei.edits(group, "+5", said="+2")
    assert taken(shop) == 6
    mei.edits(group, "-1", said="+5")
    assert taken(shop) == 0
    mei.edits(group, "總共+4", said="-1")
    assert taken(shop) == 4


def test_an_edit_into_chatter_gives_up_what_was_ordered(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    mei.says_in(group, "+1")
    mei.says_in(group, "+2")

    mei.edits(group, "哈囉大家好", said="+2")

    assert taken(shop) == 1
    mei.edits(group, "早安", said="+1")
    assert taken(shop) == 0
    with shop.sessions() as session:
        assert session.scalars(select(Order.status)).all() == [Status.CANCELLED]


def test_chatter_edited_into_an_order_is_one(shop: Shop, group: Group, mango: int, lin: Phone):
    lin.says_in(group, "我想想")
    before = members(shop)

    lin.edits(group, "我再想想")
    assert members(shop) == before
    assert "目前 2 份" in lin.edits(group, "+2")

    assert taken(shop) == 2


def test_an_edit_may_change_the_item_and_the_group_buy(
    shop: Shop, group: Group, mango: int, boss: Phone, mei: Phone
):
    eggs = opened(shop, *EGGS)
    boss.says_in(group, f"/貼團 {eggs}")

    mei.says_in(group, f"{mango} +2")
    mei.edits(group, f"{eggs} B+3")
    assert (per_group_buy(shop, mango), taken(shop, "B")) == (0, 3)
    mei.edits(group, f"{eggs} A+1")
    assert taken(shop, "B") == 0
    assert per_group_buy(shop, eggs) == 1


def per_group_buy(shop: Shop, number: int) -> int:
    with shop.sessions() as session:
        query = select(Bill.subtotal).join(Order, Order.id == Bill.order_id)
        live = query.where(Bill.group_buy_id == number, Order.status != Status.CANCELLED)
        return len(session.scalars(live).all())


def test_an_unclear_edit_orders_nothing_and_is_asked_about(
    shop: Shop, group: Group, boss: Phone, mei: Phone
):
    eggs = opened(shop, *EGGS)
    boss.says_in(group, f"/貼團 {eggs}")
    mei.says_in(group, "A+1")

    assert "要哪一樣" in mei.edits(group, "+1")

    assert taken(shop, "A") == taken(shop, "B") == 0


def test_no_more_is_given_up_than_is_left(shop: Shop, group: Group, mango: int, mei: Phone):
    mei.says_in(group, "+3")
    mei.says_in(group, "-2")

    mei.edits(group, "先不用", said="+3")

    assert taken(shop) == 0


def test_after_closing_an_edit_changes_nothing(shop: Shop, group: Group, boss, mei: Phone):
    number = opened(shop, closes_at=shop.clock() + MINUTE)
    boss.says_in(group, f"/貼團 {number}")
    mei.says_in(group, "+1")
    shop.clock.jump(MINUTE)

    assert "已經結單" in mei.edits(group, "+3")
    mei.edits(group, "不要了")

    assert taken(shop) == 1


def test_what_was_paid_stays_whatever_the_message_says_now(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    mei.says_in(group, "+2")
    with shop.sessions.begin() as session:
        session.scalars(select(Bill)).one().locked_at = shop.clock()

    assert "私下處理" in mei.edits(group, "+1")

    assert taken(shop) == 2


def test_an_unsent_order_stays(shop: Shop, group: Group, mango: int, mei: Phone):
    mei.says_in(group, "+2")

    assert mei.unsends(group) == []

    assert taken(shop) == 2


def spoken(shop: Shop, group: Group, who: Phone | None, kind: str, text: str, after: int):
    """A text or an edit of message 77, so many seconds from now as LINE dates it."""
    source = {"type": "group", "groupId": group.id} | ({"userId": who.id} if who else {})
    message = {"type": "text", "id": "77", "quoteToken": "q", "text": text}
    return made(shop.clock() + after * SECOND, kind, source=source, message=message)


def in_order(shop: Shop, *events: dict) -> None:
    for event in events:
        bring(shop, event)
        shop.settle()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1), (0, 2, 1)])
@pytest.mark.parametrize("last", ["+4", "早安"])
def test_the_latest_edit_counts_in_whatever_order_they_come(
    shop: Shop, group: Group, mango: int, mei: Phone, order, last
):
    events = [
        spoken(shop, group, mei, "message", "+1", -3),
        spoken(shop, group, mei, "messageEdited", "+2", -2),
        spoken(shop, group, mei, "messageEdited", last, -1),
    ]

    in_order(shop, *(events[number] for number in order))

    assert taken(shop) == (4 if last == "+4" else 0)


def test_an_edit_by_somebody_line_does_not_name_is_its_writers(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    in_order(
        shop,
        spoken(shop, group, mei, "message", "+1", -3),
        spoken(shop, group, None, "messageEdited", "+3", -2),
    )

    assert taken(shop) == 3
    with shop.sessions() as session:
        [call] = session.scalars(select(Call).where(Call.message_id == "77"))
        assert session.get_one(Member, call.member_id).line_user_id == mei.id


@pytest.mark.parametrize(("last", "ordered"), [("+3", 3), ("早安", 0)])
def test_an_edit_that_comes_before_its_message_waits_for_its_writer(
    shop: Shop, group: Group, mango: int, mei: Phone, last: str, ordered: int
):
    in_order(
        shop,
        spoken(shop, group, None, "messageEdited", last, -1),
        spoken(shop, group, None, "messageEdited", "+2", -2),
        spoken(shop, group, mei, "message", "+1", -3),
        spoken(shop, group, mei, "message", "+1", -3),
    )

    assert taken(shop) == ordered
    if ordered:
        in_order(shop, spoken(shop, group, None, "messageEdited", "+5", 0))
        assert taken(shop) == 5


def test_the_same_message_delivered_again_orders_once(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    shop.platform.faults.set({"duplicate": True, "redeliver": True})

    mei.says_in(group, "+2")
    mei.edits(group, "+3")

    assert taken(shop) == 3


def test_in_1to1_an_unsent_message_loses_its_text(shop: Shop, mei: Phone):
    from models.talk.inbox import InboxEvent

    mei.says("這是祕密")
    mei.says("另一句話")
    platform = shop.platform
    first = next(m for m, r in platform.received.items() if "祕密" in str(r.item.message))

    platform.unsend(first)
    shop.settle()

    with shop.sessions() as session:
        bodies = "".join(session.scalars(select(InboxEvent.body)))
    assert "這是祕密" not in bodies
    assert "另一句話" in bodies


def test_items_are_told_apart_by_their_letters(shop: Shop, group: Group, boss, mei: Phone):
    number = opened(shop, ItemTerms("A", "芒果", 300), ItemTerms("B", "鳳梨", 100))
    boss.says_in(group, f"/貼團 {number}")
    mei.says_in(group, "A+1 B+2")

    mei.edits(group, "A+1 B+1")

    assert (taken(shop, "A"), taken(shop, "B")) == (1, 1)
