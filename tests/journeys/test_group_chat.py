"""A group-buy called in a LINE group: few words before everybody, nothing private."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.dispatch import sentence
from handlers.group.posting import OnlyInGroups
from models.people.members import Member
from models.shop import ordering
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.group_buy_terms import ItemTerms
from models.talk.inbox import InboxEvent
from tests.models.shop import offers
from tests.shop import Group, Phone, Shop

MANGO = ItemTerms("A", "愛文芒果", 450, unit="箱")
EGGS = ItemTerms("A", "放牧雞蛋", 120), ItemTerms("B", "鹹鴨蛋", 90)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def group(shop: Shop, boss: Phone, mei: Phone, lin: Phone) -> Group:
    """小美 has added the account, 小林 has not."""
    mei.follows()
    mei.says("稱呼 小美")
    return shop.group("社區團購", boss, mei, lin)


def opened(shop: Shop, *items: ItemTerms, **terms: object) -> int:
    with shop.sessions.begin() as session:
        return offers.opened(session, shop.clock(), *(items or (MANGO,)), **terms).id


@pytest.fixture
def mango(shop: Shop, boss: Phone, group: Group) -> int:
    number = opened(shop, minimum=5)
    boss.says_in(group, f"/貼團 {number}")
    return number


def taken(shop: Shop, code: str = "A") -> int:
    with shop.sessions() as session:
        return session.scalars(select(Item.taken).where(Item.code == code)).one()


def members(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        return list(session.scalars(select(Member.line_user_id).order_by(Member.id)))


def test_whoever_invites_the_bot_hears_how_to_begin(shop: Shop, boss: Phone):
    group = shop.group("社區團購", boss)

    assert "/貼團" in group.hears()


def test_a_card_is_posted_by_whoever_runs_the_shop_only(shop: Shop, group: Group, boss, mei):
    number = opened(shop)

    assert mei.says_in(group, f"/貼團 {number}") == []
    heard = boss.says_in(group, f"/貼團 {number}")
    assert "愛文芒果" in heard
    assert "NT$450" in heard
    assert "找不到第 99 團" in boss.says_in(group, "/貼團 99")
    assert sentence(OnlyInGroups(number))["text"] in boss.says(f"/貼團 {number}")


def test_orders_are_booked_at_once_and_counted_once_a_minute(
    shop: Shop, group: Group, mango: int, mei: Phone, lin: Phone
):
    assert "目前 1 份，還差 4 份成團" in mei.says_in(group, "+1")
    assert lin.says_in(group, "+2") == []
    shop.clock.jump(MINUTE)
    assert "目前 5 份，已成團" in mei.says_in(group, "再+2")

    assert taken(shop) == 5
    assert (mei.hears(), lin.hears()) == ([], [])


def test_chatter_is_left_alone_and_enrols_nobody(shop: Shop, group: Group, mango: int, lin: Phone):
    before = members(shop)

    for words in ("確診+1", "早安", "樓上+1", "會員卡", "我的訂單", "點數", "客服 在嗎"):
        assert lin.says_in(group, words) == []

    assert lin.hears() == []
    assert members(shop) == before
    assert taken(shop) == 0


def test_quoting_a_card_names_its_item_and_quoting_chat_is_no_order(
    shop: Shop, group: Group, boss: Phone, mei: Phone, lin: Phone
):
    number = opened(shop, *EGGS)
    boss.says_in(group, f"/貼團 {number}")

    mei.says_in(group, "+2", quotes="鹹鴨蛋")
    lin.says_in(group, "+1", quotes="+2")

    assert (taken(shop, "A"), taken(shop, "B")) == (0, 2)


def test_a_carousel_that_is_quoted_narrows_to_what_is_in_it(
    shop: Shop, group: Group, mango: int, boss: Phone, mei: Phone
):
    boss.says_in(group, f"/貼團 {opened(shop, *EGGS)}")
    mei.says_in(group, "團購")
    boss.says_in(group, f"/貼團 {opened(shop, ItemTerms('A', '草莓', 200))}")

    asked = mei.says_in(group, "+1", quotes="每箱 NT$450")

    assert "愛文芒果" in asked
    assert "草莓" not in asked


def test_the_totals_can_be_answered_like_the_card(
    shop: Shop, group: Group, mango: int, mei: Phone, lin: Phone
):
    mei.says_in(group, "+1")

    lin.says_in(group, "+1", quotes="目前 1 份")

    assert taken(shop) == 2


def test_a_button_of_the_card_orders_for_whoever_taps_it(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    assert "目前 1 份" in mei.taps_in(group, "+1")


def test_what_is_unclear_is_asked_about_once_a_minute(
    shop: Shop, group: Group, boss: Phone, mei: Phone
):
    number = opened(shop, *EGGS)
    boss.says_in(group, f"/貼團 {number}")

    heard = mei.says_in(group, "+1")
    assert "A 放牧雞蛋、B 鹹鴨蛋" in heard
    assert "https://line.me/R/oaMessage/%40" in str(heard)
    assert mei.says_in(group, "+1") == []
    assert taken(shop, "A") == taken(shop, "B") == 0


def test_with_several_posted_it_is_asked_which(
    shop: Shop, group: Group, mango: int, boss: Phone, mei: Phone
):
    eggs = opened(shop, ItemTerms("A", "雞蛋", 100))
    boss.says_in(group, f"/貼團 {eggs}")

    assert "要跟哪一團" in mei.says_in(group, "+1")
    assert "雞蛋：目前 2 份" in mei.says_in(group, f"{eggs} +2")


def test_what_is_full_waits_and_says_so_in_few_words(shop: Shop, group: Group, boss, mei, lin):
    number = opened(shop, ItemTerms("A", "草莓", 200, stock=2))
    boss.says_in(group, f"/貼團 {number}")

    mei.says_in(group, "+2")
    heard = lin.says_in(group, "+1")

    assert "「草莓」滿了" in heard
    assert "小林" not in heard


def test_who_waited_hears_in_private_what_came_free(shop: Shop, group: Group, boss, mei, lin):
    lin.follows()
    number = opened(shop, ItemTerms("A", "草莓", 200, stock=2))
    boss.says_in(group, f"/貼團 {number}")
    mei.says_in(group, "+2")
    lin.says_in(group, "+1")

    assert "草莓" not in mei.says_in(group, "-1")
    assert "草莓" in lin.hears()


def test_less_and_nothing_are_taken_back(shop: Shop, group: Group, mango: int, mei: Phone):
    assert "目前 3 份" in mei.says_in(group, "+3")
    assert mei.says_in(group, "-1").text == "好，少 1 份。"
    assert taken(shop) == 2

    assert mei.says_in(group, "取消").text == "好，少 2 份。"
    assert taken(shop) == 0
    shop.clock.jump(MINUTE)
    mei.says_in(group, "+1")
    shop.clock.jump(MINUTE)
    assert mei.says_in(group, "-1").text.startswith("愛文芒果：目前 0 份")


def test_what_is_paid_is_changed_in_private(shop: Shop, group: Group, mango: int, mei: Phone, now):
    mei.says_in(group, "+3")
    with shop.sessions.begin() as session:
        bill = session.scalars(select(Bill)).one()
        bill.locked_at = shop.clock()

    heard = mei.says_in(group, "-1")

    assert "私下處理" in heard
    assert "已經付款" not in heard
    assert taken(shop) == 3


def test_a_closed_group_buy_is_said_to_be_over(shop: Shop, group: Group, boss: Phone, mei: Phone):
    number = opened(shop, closes_at=shop.clock() + MINUTE)
    boss.says_in(group, f"/貼團 {number}")
    shop.clock.jump(2 * MINUTE)

    assert mei.says_in(group, "+1") == []
    assert "已經結單" in mei.says_in(group, "+1", quotes="愛文芒果")


def test_a_tiers_window_holds_in_a_group_too_and_is_nobodys_business(
    shop: Shop, group: Group, boss: Phone, mei: Phone
):
    number = opened(shop, opens_at=shop.clock() + timedelta(days=1), tier="金")
    boss.says_in(group, f"/貼團 {number}")

    assert "私下處理" in mei.says_in(group, "+1")
    assert taken(shop) == 0


def test_what_is_open_here_is_shown_at_everybodys_price(
    shop: Shop, group: Group, mei: Phone, boss: Phone
):
    assert "沒有開團中" in mei.says_in(group, "團購")
    number = opened(shop)
    boss.says_in(group, f"/貼團 {number}")
    shop.clock.jump(MINUTE)

    heard = mei.says_in(group, "團購")
    assert "NT$450" in heard
    assert mei.says_in(group, "團購") == []
    mei.says_in(group, "+1", quotes="NT$450")
    assert taken(shop) == 1


def test_whether_it_counted_is_said_in_private(shop: Shop, group: Group, mango: int, mei: Phone):
    mei.says_in(group, "+1")

    heard = mei.says_in(group, "有登記到嗎？")

    assert "到私訊" in heard
    assert "1 箱" not in heard


def test_a_reposted_list_is_asked_about_and_never_counted(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    heard = mei.says_in(group, "接龍\n1. 阿珠 +2\n2. 小林 +1\n3. 小美 +2")

    assert "你是第 3 行嗎" in heard
    assert taken(shop) == 0


def test_nothing_of_what_is_said_in_a_group_is_kept(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    mei.says_in(group, "早安，下午要去接小孩")
    mei.says_in(group, "+1")

    with shop.sessions() as session:
        query = select(InboxEvent.body).where(InboxEvent.kind == "message")
        assert [b for b in session.scalars(query) if "早安" in b or "+1" in b] == []


def test_the_order_is_the_members_own_in_private(shop: Shop, group: Group, mango: int, mei):
    mei.says_in(group, "+2")

    with shop.sessions() as session:
        who = session.scalars(select(Member).where(Member.line_user_id == mei.id)).one()
        bill = ordering.latest_bill(session, mango, who.id)
        assert bill is not None
        assert (bill.total, bill.tentative) == (900, False)
        assert session.get_one(GroupBuy, mango).taken == 2
