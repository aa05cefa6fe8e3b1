"""People in a group who have not added the account, or whom LINE does not name."""

from sqlalchemy import select

from models.people.members import Member
from models.shop.bill_records import Bill
from models.shop.group_buy_terms import ItemTerms
from models.talk.outbox_records import OutboxMessage
from tests.journeys.test_group_chat import MINUTE, group, mango, opened, taken
from tests.shop import Group, Phone, Shop

__all__ = ["group", "mango"]


def test_who_has_not_added_the_account_orders_tentatively_and_is_asked_once(
    shop: Shop, group: Group, mango: int, lin: Phone
):
    asked = lin.says_in(group, "+1")
    assert "請先加好友" in asked
    assert "https://line.me/R/ti/p/%40" in str(asked)
    shop.clock.jump(MINUTE)
    assert "加好友" not in lin.says_in(group, "+1")
    assert tentative(shop) == [True]

    welcome = lin.follows()

    assert "你在群組喊的「愛文芒果」已經登記好了" in welcome
    assert tentative(shop) == [False]


def tentative(shop: Shop) -> list[bool]:
    with shop.sessions() as session:
        return list(session.scalars(select(Bill.tentative)))


def test_what_repeats_somebodys_words_is_theirs_to_have_erased(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    assert "幾箱" in mei.says_in(group, "我要芒果")

    with shop.sessions() as session:
        query = select(OutboxMessage).where(OutboxMessage.to_id == group.id)
        asked = session.scalars(query.order_by(OutboxMessage.id.desc())).first()
        assert asked is not None
        who = session.scalars(select(Member.id).where(Member.line_user_id == mei.id)).one()
        assert asked.member_id == who


def test_who_was_not_asked_at_once_is_asked_with_the_next_totals(
    shop: Shop, group: Group, mango: int, mei: Phone, lin: Phone
):
    mei.says_in(group, "+1")
    assert lin.says_in(group, "+1") == []
    shop.clock.jump(MINUTE)

    assert "請先加好友" in mei.says_in(group, "+1")


def test_who_only_waits_is_asked_too(shop: Shop, group: Group, boss, mei, lin):
    number = opened(shop, ItemTerms("A", "草莓", 200, stock=1))
    boss.says_in(group, f"/貼團 {number}")
    mei.says_in(group, "+1")
    shop.clock.jump(MINUTE)

    heard = lin.says_in(group, "+1")

    assert "請先加好友" in heard
    assert "「草莓」滿了" in heard


def test_who_waited_there_and_is_served_orders_tentatively(
    shop: Shop, group: Group, boss, mei, lin
):
    number = opened(shop, ItemTerms("A", "草莓", 200, stock=1))
    boss.says_in(group, f"/貼團 {number}")
    mei.says_in(group, "+1")
    lin.says_in(group, "+1")

    mei.says_in(group, "-1")

    assert tentative(shop)[1:] == [True]
    assert "「草莓」已經登記好了" in lin.follows()
    assert tentative(shop)[1:] == [False]


def test_who_wrote_before_they_followed_is_welcomed_as_new(
    shop: Shop, group: Group, mango: int, lin: Phone
):
    lin.says_in(group, "+1")
    assert "小提醒" in lin.says("我的訂單")

    welcome = lin.follows()

    assert "歡迎加入" in welcome
    assert "並寄送優惠訊息" in welcome
    lin.says("停止行銷")
    lin.unfollows()
    assert "你之前選擇不收優惠訊息" in lin.follows()


def test_the_name_of_who_only_ordered_there_is_asked_of_the_group(
    shop: Shop, group: Group, mango: int, lin: Phone
):
    lin.says_in(group, "+1")
    shop.profiles.refresh()

    with shop.sessions() as session:
        assert "小林" in set(session.scalars(select(Member.name)))
    assert shop.profiles.refresh() == 0


def test_nobody_is_booked_whom_line_does_not_name(
    shop: Shop, group: Group, mango: int, lin: Phone
):
    shop.platform.people[lin.id].consented = False

    heard = lin.says_in(group, "+1")
    assert "請到私訊喊單" in heard
    assert "https://line.me/R/oaMessage/%40" in str(heard)
    assert lin.says_in(group, "+1") == []
    assert lin.says_in(group, "早安") == []
    assert taken(shop) == 0
