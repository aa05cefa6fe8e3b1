"""The profile, one question at a time, and what it brings."""

from datetime import timedelta

import pytest

from handlers.member.profile import NoSuchGender
from models.people import members
from tests.journeys.test_coupons import CODE
from tests.shop import Phone, Shop


@pytest.fixture(autouse=True)
def friends(mei: Phone, lin: Phone) -> None:
    mei.follows()
    lin.follows()


def test_the_profile_is_asked_for_step_by_step(mei: Phone):
    asked = mei.says("完成資料")
    assert "怎麼稱呼你" in asked
    assert asked.choices[-2:] == ["略過", "結束"]

    asked = mei.says("小美")
    assert "生日是哪一天" in asked
    assert asked.choices == ["選日期", "略過", "結束"]

    heard = mei.says("3/5")
    assert "新客禮" in heard
    assert "手機號碼" in heard

    heard = mei.says("0912345678")
    assert "新客禮" not in heard
    assert "平常最想買哪一類" in heard

    asked = mei.says("母嬰")
    assert "性別" in asked
    assert asked.choices == ["女", "男", "不透露", "略過"]

    assert NoSuchGender().msgid in mei.says("秘密")
    assert "資料都記下來了" in mei.says("不透露")
    assert "小美" in mei.says("會員卡")


def test_the_gender_may_be_told_and_taken_back(mei: Phone, shop: Shop):
    told = [mei.says("性別 女"), mei.says("性別 不透露")]

    assert all("記下來了" in heard for heard in told)
    with shop.sessions() as session:
        assert members.find_by_line_id(session, mei.id).gender is None


def test_the_newcomers_gift_comes_once_whatever_is_told_first(mei: Phone, lin: Phone):
    assert "新客禮" in mei.says("手機 0912-345-678")
    assert "新客禮" not in mei.says("生日 3/5")
    assert "新客禮" not in mei.says("生日 3/5")

    assert "新客禮" in lin.says("生日 0229")
    assert "2 張" in mei.says("優惠券")


def test_who_has_bought_already_is_no_newcomer(mei: Phone, shop: Shop):
    shop.imports(
        "orders",
        "order_no,member,ordered_at,product,quantity,amount,status\n"
        f"A1,{mei.id},2026-11-20,芒果,1,500,picked_up\n",
    )

    assert "新客禮" not in mei.says("生日 3/5")


def test_a_refusal_in_the_middle_asks_again(mei: Phone):
    mei.says("完成資料")
    mei.says("小美")

    assert "看不懂這個日期" in mei.says("不告訴你")
    assert "看不懂這個日期" in mei.says("2/30")
    assert "手機號碼" in mei.says("2/28")
    assert "09 開頭" in mei.says("02-23456789")
    assert "平常最想買" in mei.says("+886 912 345 678")


def test_a_question_may_be_skipped_and_the_rest_left_out(mei: Phone):
    mei.says("完成資料")

    assert "生日是哪一天" in mei.taps("略過")
    assert "手機號碼" in mei.taps("略過")
    assert "資料都記下來了" in mei.taps("結束")
    assert "還看不懂" in mei.says("0912345678 吧")


def test_the_birthday_may_be_picked_from_the_calendar(mei: Phone, shop: Shop):
    mei.says("完成資料")
    mei.says("小美")
    picker = {"type": "datetimepicker", "data": "生日", "mode": "date"}

    shop.platform.tap(mei.id, picker, params={"date": "1990-03-05"})
    shop.settle()

    heard = mei.hears()
    assert "新客禮" in heard
    assert "手機號碼" in heard


def test_a_birthday_moves_once_a_year(mei: Phone, shop: Shop):
    assert "新客禮" in mei.says("生日 3/5")
    assert "3/5" in mei.says("生日 3月5日")
    heard = mei.says("生日 3/6")
    assert "一年只能改一次" in heard
    assert "2027/11/24" in heard
    assert "客服" in heard.choices

    shop.clock.jump(timedelta(days=364))
    assert "一年只能改一次" in mei.says("生日 3/6")
    shop.clock.jump(timedelta(days=1))
    assert "3/6" in mei.says("生日 3/6")
    assert "一年只能改一次" in mei.says("生日 3/7")


def test_a_day_that_is_none_is_refused_with_an_example(mei: Phone):
    days = ("13/1", "2/30", "明天", "1899/1/1", "2030/1/1", "3", "/")

    heard = {day: mei.says(f"生日 {day}").text for day in days}

    assert {day: text for day, text in heard.items() if "看不懂這個日期" not in text} == {}
    assert {day: text for day, text in heard.items() if "生日 3/5" not in text} == {}


def test_a_phone_belongs_to_one_member(mei: Phone, lin: Phone):
    mei.says("手機 0912345678")

    heard = lin.says("手機 0912-345-678")

    assert "已登記在另一位團友名下" in heard
    assert "0912" not in heard
    assert "手機：已加密保存" in mei.says("手機 0912345678")


def test_a_name_has_a_length(mei: Phone):
    assert "20 個字以內" in mei.says("稱呼 " + "美" * 21)
    assert "美" * 20 in mei.says("稱呼 " + "美" * 20)


def test_a_word_without_its_words_is_told_how(mei: Phone):
    assert "生日 3/5" in mei.says("生日")
    assert "手機 0912345678" in mei.says("手機")
    assert "稱呼 小美" in mei.says("稱呼")


def test_nobody_sees_anything_of_somebody_else(mei: Phone, lin: Phone, shop: Shop):
    mei.says("稱呼 小美美")
    mei.says("生日 3/5")
    mei.says("手機 0987654321")
    mei.says("客服 我的秘密問題")
    code = CODE.findall(mei.says("優惠券").text)[0]
    shop.imports(
        "orders",
        "order_no,member,ordered_at,product,quantity,amount,status\n"
        f"A1,{mei.id},2026-11-20,秘密芒果,1,3210,picked_up\n",
    )

    words = ["會員卡", "點數", "點數明細", "點數怎麼來", "等級", "為什麼是銀級", "優惠券"]
    words += ["通知設定", "條款", "說明", "稱呼 小林", f"使用 {code}", "確認", "/查 小美美"]
    heard = "\n".join(str(lin.says(each)) for each in words)

    secrets = ("小美美", "秘密", "NT$3,210", "0987654321", mei.id)
    assert [secret for secret in secrets if secret in heard] == []
    assert "你的優惠券裡沒有這張" in lin.says(f"使用 {code}")
    assert "0 點" in lin.says("點數")
