"""代發: from the supplier's sheet to the tracking number and the points."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from string import ascii_letters, digits

import pytest
from openpyxl import load_workbook

from bot.dispatch import sentence
from handlers.organiser.shipping import NothingToAsk
from models.people import roles
from models.people.roles import Role
from models.shop.shipping import AlreadyShipped, NotShipped
from tests.journeys.open_shop import buys, opens
from tests.journeys.test_group_buys_life import news
from tests.shop import Heard, Phone, Shop

HEAD = "訂單編號,物流公司,物流單號\n"
NUMBER = "901234567890"


def links(heard: Heard) -> list[str]:
    return re.findall(r"/dashboard/files/[\w.-]+", str(list(heard)))


def fetched(shop: Shop, path: str) -> list[tuple[str, ...]]:
    """The rows of the workbook behind a link."""
    answer = shop.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    sheet = load_workbook(io.BytesIO(answer.data)).active
    return [tuple("" if v is None else str(v) for v in row) for row in sheet.values]


@pytest.fixture
def chief(shop: Shop, boss: Phone, mei: Phone, lin: Phone) -> Phone:
    """老闆 with two orders to be sent; only 小美 has told where."""
    boss.follows()
    opens(shop, dropship=True)
    for phone, name in ((mei, "小美"), (lin, "小林")):
        phone.follows()
        phone.says(f"稱呼 {name}")
        buys(phone, "+2")
    gives(mei, "=陳小美")
    return boss


def gives(phone: Phone, name: str) -> None:
    """Somebody tells where their goods go."""
    for field, said in (("name", name), ("phone", "0912345678"), ("address", "北市一街1號")):
        phone.says(f"收件資料 {field}")
        phone.says(said)


def test_from_the_sheet_to_the_tracking_number(shop: Shop, chief: Phone, mei: Phone):
    chief.says("/結單 1")
    chief.says("確認")
    assert "還沒付款" in chief.says("/出貨單 1")
    chief.says("/收款 1-1 900")
    chief.says("確認")

    heard = chief.says("/出貨單 1")
    assert "可以出貨：1 筆訂單" in heard
    assert "0912" not in heard
    headings, row = fetched(shop, links(heard)[0])
    assert headings[:5] == ("訂單編號", "收件人", "電話", "送貨方式", "地址或門市")
    assert row[:9] == (
        *("#1-1", "'=陳小美", "0912-345-678", "宅配", "北市一街1號"),
        *("A", "愛文芒果", "", "2"),
    )

    answer = f"{HEAD}#1-1,黑貓,{NUMBER}\n#9-9,黑貓,{NUMBER}\n2026-01-02,黑貓,1234567890\n"
    asked = chief.sends_file("回傳.csv", answer.encode("utf-8-sig"))
    assert "可以登記：1" in asked
    assert "沒有訂單 9-9" in asked
    assert "試算表改成日期" in asked
    assert "已通知：1 位" in chief.says("確認")

    told = news(shop, mei)
    assert "黑貓宅急便" in told
    assert NUMBER in told
    assert "t-cat.com.tw" in str(list(told))
    again = chief.sends_file("回傳.csv", answer.encode("utf-8-sig"))
    assert "沒有新的單號" in again
    assert "原本就有：1" in again
    assert "已出貨：1 筆訂單" in chief.says("/出貨單 1")
    assert f"已寄出：黑貓宅急便 {NUMBER}" in mei.says("我的訂單")
    shop.clock.jump(timedelta(days=shop.programme.shop.return_days))
    shop.tick()
    assert "9 點" in mei.says("點數")


def test_a_link_works_three_times_for_a_quarter_of_an_hour(shop: Shop, chief: Phone):
    chief.says("/收款 1-1 900")
    chief.says("確認")
    first, second = links(chief.says("/出貨單 1"))[:2]

    # some of these mean the same bytes in base64, and are no more ours than the others
    for last in set(ascii_letters + digits + "-_") - {first[-1]}:
        assert shop.client.get(first[:-1] + last).status_code == 404
    assert shop.client.get("/dashboard/files/x").status_code == 404
    assert shop.client.head(second).status_code == 404
    answer = shop.client.get(second)
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["訂單編號", "#1-1"]
    assert [shop.client.get(first).status_code for _ in range(4)] == [200, 200, 200, 404]
    shop.clock.jump(timedelta(minutes=15))
    late = shop.client.get(second)
    assert (late.status_code, late.headers["Cache-Control"]) == (404, "no-store")
    assert "出貨單-1" in chief.says("/操作紀錄")


def test_a_link_dies_with_the_role_of_whoever_asked(shop: Shop, chief: Phone):
    chief.says("/收款 1-1 900")
    chief.says("確認")
    [link, *_] = links(chief.says("/出貨單 1"))
    with shop.sessions.begin() as session:
        roles.grant(session, chief.id, Role.MEMBER, by="test", now=shop.clock())

    assert shop.client.get(link).status_code == 404


def test_a_number_is_noted_by_hand_changed_and_taken_back(shop: Shop, chief: Phone, mei: Phone):
    asked = chief.says("/出貨 1-1 黑貓 1234567890")
    assert "不像黑貓宅急便平常的單號" in asked
    chief.says("確認")
    heard = chief.says("/出貨 1-1 黑貓 1234567890")
    assert heard.text == sentence(AlreadyShipped("1-1", "黑貓宅急便", "1234567890"))["text"]
    assert "原本登記的是 1234567890" in chief.says(f"/出貨 1-1 黑貓 {NUMBER}")
    chief.says("確認")
    chief.says("/復原")
    assert "出貨登記取消了" in chief.says("確認")
    chief.says("/送達 1-1")
    assert chief.says("確認").text == sentence(NotShipped("1-1"))["text"]
    assert "不像物流單號" in chief.says("/出貨 1-1 黑貓 無")
    assert "寄出了" not in news(shop, mei)


def test_what_was_received_brings_its_points(chief: Phone, mei: Phone):
    chief.says("/收款 1-1 900")
    chief.says("確認")
    chief.says(f"/出貨 1-1 黑貓 {NUMBER}")
    chief.says("確認")

    chief.says("/送達 1-1")
    assert "登記送達了" in chief.says("確認")

    assert "9 點" in mei.says("點數")
    chief.says("/送達 1-1")
    assert chief.says("確認").text == sentence(NotShipped("1-1"))["text"]


def test_who_has_no_address_is_asked_for_it(shop: Shop, chief: Phone, lin: Phone):
    assert "沒有收件資料，不在單子裡：1-2 小林" in chief.says("/出貨單 1 全部")
    assert "小林" in chief.taps("問收件資料")
    assert "問了 1 位" in chief.says("確認")

    assert "還缺收件資料" in news(shop, lin)
    gives(lin, "林小姐")
    assert "可以出貨：2 筆訂單" in chief.says("/出貨單 1 全部")
    assert chief.says("/問收件 1").text == sentence(NothingToAsk(1))["text"]
