"""An organiser looks up a member, tags them, notes something, gives points and takes them back."""

import pytest
from sqlalchemy import select

from bot.dispatch import sentence
from bot.router import BadUsage
from models.people.audit import AuditEntry
from models.people.roles import Role
from models.people.search import Nobody
from tests.shop import Phone, Shop

pytestmark = pytest.mark.usefixtures("known")
HEAD = "order_no,member,ordered_at,product,quantity,amount,status\n"


@pytest.fixture
def known(shop: Shop, mei: Phone, lin: Phone, boss: Phone) -> None:
    """小美 has bought once, 小林 is new."""
    for phone in (mei, lin, boss):
        phone.follows()
        phone.says(f"稱呼 {phone.name}")
    shop.imports("orders", f"{HEAD}A1,{mei.id},2026-11-20,芒果,1,3000,picked_up\n")


def test_everything_about_a_member_stands_on_one_card(boss: Phone, mei: Phone):
    mei.says("生日 3/5")

    card = boss.says("/查 小美")

    for words in ("小美", "銀級", "30 點", "0 張", "NT$3,000", "A1", "3/5"):
        assert words in card
    assert "還沒有買過" in boss.says("/查 小林")


def test_who_is_not_known_is_said_so_and_several_become_buttons(boss: Phone):
    assert boss.says("/查 阿誰").text == sentence(Nobody("阿誰"))["text"]

    asked = boss.says("/查 小")
    assert "不只一位" in asked
    assert "A1" in boss.taps(next(each for each in asked.choices if "小美" in each))


def test_tags_come_and_go(boss: Phone):
    assert "#母嬰 #美妝" in boss.says("/標籤 小美 +母嬰 ＋美妝")
    tagged = boss.says("/標籤 小美 -美妝")

    assert "#母嬰" in tagged
    assert "美妝" not in tagged
    for words in ("/標籤 小美", "/標籤 +母嬰", "/標籤 小美 母嬰"):
        assert boss.says(words).text == sentence(BadUsage("/標籤 小美 +母嬰"))["text"]


def test_a_note_is_for_the_shop_alone(boss: Phone, mei: Phone):
    assert "下午來拿" in boss.says("/備註 小美 下午來拿")

    assert "下午來拿" in boss.says("/查 小美")
    assert "下午來拿" not in mei.says("會員卡")


def test_points_are_given_on_yes_and_taken_back_by_undoing(shop: Shop, boss: Phone, mei: Phone):
    assert "100 點" in boss.says("/加點 小美 100 活動幫忙")
    assert "30 點" in mei.says("點數")

    assert "130 點" in boss.says("確認")
    assert "130 點" in mei.says("點數")
    assert "活動幫忙" in mei.says("點數明細")

    assert "加 100 點" in boss.says("/復原")
    assert "30 點" in boss.says("確認")
    assert "30 點" in mei.says("點數")
    with shop.sessions() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions[-2:] == ["points.give", "undo"]
    assert boss.says("/加點 小美 0 x").text == sentence(BadUsage("/加點 小美 100 原因"))["text"]


def test_many_points_need_two(shop: Shop, boss: Phone, mei: Phone):
    other = shop.phone("阿芳", role=Role.ORGANISER)
    other.follows()
    boss.says("/加點 小美 20000 大獎")
    assert "要另一位核准" in boss.says("確認")
    assert "30 點" in mei.says("點數")

    assert "20,030 點" in other.says("/核准 #1")
