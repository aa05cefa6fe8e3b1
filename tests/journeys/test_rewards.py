"""A reward from the shelf to the member's hands, and back."""

import re

import pytest

from models.base import local_day
from models.loyalty import points
from models.people import members
from tests.shop import Phone, Shop

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{3}")


def earn(shop: Shop, phone: Phone, amount: int) -> None:
    with shop.sessions.begin() as session:
        member = members.find_by_line_id(session, phone.id)
        points.earn(
            session,
            member.id,
            amount,
            source=f"order:{phone.id}:{amount}",
            earned_on=local_day(shop.clock()),
            now=shop.clock(),
            terms=shop.programme.points,
            reason="消費",
        )


@pytest.fixture
def rich(shop: Shop, mei: Phone, boss: Phone) -> Phone:
    """小美 with 500 points, in a shop with three things on the shelf."""
    for phone in (boss, mei):
        phone.follows()
    boss.says("/獎品 新增 保溫杯 300 2")
    boss.says("/獎品 新增 券 birthday_silver 100")
    boss.says("/獎品 新增 體驗 手作課 900點 10份")
    earn(shop, mei, 500)
    mei.says("稱呼 小美")
    return mei


def test_an_empty_shelf_says_so(mei: Phone, boss: Phone):
    mei.follows()

    assert "目前沒有可以兌換的獎品" in mei.says("兌換")
    assert "還沒有兌換過" in mei.says("我的獎品")
    assert "還沒有獎品" in boss.says("/獎品")


def test_the_catalogue_shows_stock_price_and_what_is_lacking(rich: Phone):
    heard = rich.says("兌換")

    assert "500 點" in heard
    assert "剩 2 份" in heard
    assert "還差 400 點" in heard
    assert "不限量" in heard


def test_a_cup_is_claimed_once_and_handed_over_once(rich: Phone, boss: Phone):
    assert "兌換後剩下：200 點" in rich.says("兌換 1")

    slip = rich.taps("確認")

    assert "兌換成功" in slip
    assert "已經過期或用過了" in rich.taps("確認")
    assert "200 點" in rich.says("點數")
    (code,) = CODE.findall(rich.says("我的獎品").text)
    assert code in slip.text
    assert "保溫杯" in boss.says(f"/領獎 {code}")
    assert "已經領走了" in boss.says(f"/領獎 {code}")
    assert "已經領走了" in rich.says("我的獎品")


def test_two_questions_are_one_claim(rich: Phone):
    rich.says("兌換 1")
    rich.says("兌換 保溫杯")

    assert "兌換成功" in rich.says("確認")

    assert "沒有等待確認" in rich.says("確認")
    assert "剩 1 份" in rich.says("兌換")


def test_a_question_may_be_left_or_taken_back(rich: Phone):
    rich.says("兌換 1")

    assert "還在等你決定" in rich.says("嗯嗯我想想喔")
    assert "什麼都沒有改變" in rich.says("取消")
    assert "500 點" in rich.says("點數")


def test_a_coupon_goes_into_the_wallet(rich: Phone, boss: Phone):
    rich.says("兌換 2")

    (code,) = set(CODE.findall(rich.says("確認").text))

    assert code in rich.says("優惠券")
    assert "請用「/核銷 券碼」" in boss.says(f"/領獎 {code}")
    boss.says(f"/退獎 {code}")
    assert "已退獎" in boss.says("確認")
    assert code not in rich.says("優惠券")


def test_a_claim_given_back_returns_points_and_stock_and_is_told(rich: Phone, boss: Phone):
    rich.says("兌換 1")
    (code,) = CODE.findall(rich.says("確認").text)

    assert "小美" in boss.says(f"/退獎 {code}")
    assert "還在等你確認：退獎" in boss.says("等一下喔")
    assert "已退獎" in boss.says("確認")

    assert "300 點 退回" in rich.hears()
    assert "500 點" in rich.says("點數")
    assert "剩 2 份" in rich.says("兌換")
    assert "已經取消" in boss.says(f"/退獎 {code}")
    assert "已經取消" in boss.says(f"/領獎 {code}")


def test_what_cannot_be_had_is_said_before_it_is_asked_for(rich: Phone, boss: Phone):
    assert "還差 400 點" in rich.says("兌換 3")
    assert "找不到獎品「9」" in rich.says("兌換 9")
    boss.says("/獎品 改 1 等級 金級 鑽石級")
    assert "金級、鑽石級 專屬" in rich.says("兌換 1")
    boss.says("/獎品 改 1 等級 不限")
    boss.says("/獎品 改 1 庫存 0")
    assert "已經兌換完了" in rich.says("兌換 1")
    boss.says("/獎品 改 2 開始 12/1")
    assert "12/1 才開始" in rich.says("兌換 2")


def test_what_changed_meanwhile_is_noticed(rich: Phone, boss: Phone):
    rich.says("兌換 1")
    boss.says("/獎品 改 1 點數 400")

    assert "改成 400 點" in rich.says("確認")
    assert "500 點" in rich.says("點數")


def test_one_each_is_one_each(rich: Phone, boss: Phone):
    boss.says("/獎品 改 1 每人 1")
    boss.says("/獎品 改 1 點數 100")
    rich.says("兌換 1")
    rich.says("確認")

    assert "每人限兌換 1 份" in rich.says("兌換 1")


def test_the_organiser_keeps_the_shelf(rich: Phone, boss: Phone):
    assert "剩 30 份" in boss.says("/獎品 改 1 庫存 30")
    assert "12/31(四)" in boss.says("/獎品 改 1 截止 12/31")
    assert "圖片：有" in boss.says("/獎品 改 1 圖片 https://example.com/cup.jpg")
    assert "保溫杯" in rich.says("兌換")
    assert "已下架" in boss.says("/獎品 下架 1")
    assert "保溫杯" not in rich.says("兌換")
    assert "找不到獎品「保溫杯」" in rich.says("兌換 保溫杯")
    assert "已上架" in boss.says("/獎品 上架 1")
    assert "1 保溫杯" in boss.says("/獎品")


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("/獎品 新增", "請這樣輸入"),
        ("/獎品 新增 保溫杯", "請這樣輸入"),
        ("/獎品 送 1", "請這樣輸入"),
        ("/獎品 改 1 顏色 紅", "請這樣輸入"),
        ("/獎品 改 1 截止 2/30", "請這樣輸入"),
        ("/獎品 改 9 庫存 1", "找不到獎品「9」"),
        ("/獎品 新增 券 沒有 100", "規則檔裡沒有「沒有」"),
        ("/獎品 新增 保溫杯 0", "點數和每人上限要是 1 以上"),
        ("/獎品 改 1 等級 白金", "沒有「白金」這個等級"),
        ("/獎品 改 1 圖片 http://x", "https:// 開頭"),
        ("/領獎 2222-2222-222", "找不到這張兌換單"),
    ],
)
def test_what_the_organiser_writes_wrong_is_told(rich: Phone, boss: Phone, words: str, heard: str):
    assert heard in boss.says(words)


def test_a_long_catalogue_has_pages(rich: Phone, boss: Phone):
    for number in range(9):
        boss.says(f"/獎品 新增 小物{number} 10")

    assert "另有 2 樣" in rich.says("兌換")
    assert "手作課" in rich.taps("看更多獎品")
    assert "手作課" not in rich.says("更多獎品 99")
