"""Tracking numbers from the file a supplier sends back, judged row by row."""

from __future__ import annotations

import io
import random

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from backoffice.imports import BadFile, tracking
from models.shop import payments, shipping
from tests.models.shop.offers import Counter, member, opened

HEAD = "訂單編號,收件人,物流公司,物流單號\n"


@pytest.fixture
def number(session: Session, programme, now) -> int:
    """A group-buy with three orders, the third cancelled."""
    group_buy = opened(session, now)
    counter = Counter(session, group_buy, programme, now)
    for name in ("mei", "lin", "wang"):
        counter.call(member(session, name, now), 1)
    counter.call(member(session, "wang", now), -1)
    return group_buy.id


def judged(session: Session, rows: str) -> tracking.Tracking:
    return tracking.judge(session, (HEAD + rows).encode(), "a.csv")


def test_each_row_stands_for_itself(session, number, now):
    found = judged(
        session,
        f"#{number}-1,小美,黑貓,901234567890\n"
        f"{number}-1,小美,黑貓,901234567890\n"
        f"{number}-1,小美,黑貓,901234567899\n"
        f"{number}-2,小林,郵局,\n"
        f"{number}-3,老王,郵局,12345678901234\n"
        f"{number}-9,誰,郵局,12345678901234\n"
        "3月12日,誰,郵局,12345678901234\n"
        f"{number}-2,小林,黑貓,=1+1\n"
        f"{number}-2,小林,黑貓,9.01E+11\n"
        f",小林,黑貓,901234567890\n",
    )

    assert [(each.order_no, each.carrier, each.number) for each in found.new] == [
        (f"{number}-1", "黑貓宅急便", "901234567890")
    ]
    assert (found.known, found.blank, found.odd) == (1, 1, [])
    reasons = {one.row: one.reason for one in found.rejected}
    assert "已經是 901234567890" in reasons[4]
    assert "已經取消" in reasons[6]
    assert f"沒有訂單 {number}-9" in reasons[7]
    assert "改成日期" in reasons[8]
    assert "公式" in reasons[9]
    assert "科學記號" in reasons[10]
    assert "不能空白" in reasons[11]
    assert found.rows == len(found.new) + found.known + found.blank + len(found.rejected)


def test_the_same_file_again_changes_nothing(session, number, now):
    row = f"{number}-1,小美,阿伯的車,AB-1234\n"
    [sent] = judged(session, row).new
    bill = payments.bill_of(session, sent.order_no)
    shipping.ship(session, bill, sent.carrier, sent.number, by="boss", now=now)

    again = judged(session, row)

    assert (again.new, again.known, again.rejected) == ([], 1, [])


def test_headings_are_found_below_a_title_in_a_workbook(session, number):
    book = Workbook()
    book.active.append(["某某物流回覆"])
    book.active.append([])
    book.active.append(["訂單號碼", "物流單號 (必填)", "備註"])
    book.active.append([f"{number}-1", 901234567890, ""])
    kept = io.BytesIO()
    book.save(kept)
    data = kept.getvalue()

    assert tracking.headings(data, "b.xlsx") == (3, tracking.Columns(0, -1, 1))
    [sent] = tracking.judge(session, data, "b.xlsx").new
    assert (sent.number, sent.carrier) == ("901234567890", "")


@pytest.mark.parametrize(
    "head", ["order_no,member,ordered_at", "交易日期,存入金額", "電話,姓名", "物流單號,品名"]
)
def test_other_files_are_not_taken_for_one(session, head):
    data = f"{head}\n1,2,3\n".encode()
    assert tracking.headings(data, "a.csv") is None
    with pytest.raises(BadFile, match="物流單號"):
        tracking.judge(session, data, "a.csv")


def test_whatever_is_in_a_file_every_row_is_accounted_for(session, number):
    chance = random.Random(7)
    orders = [f"{number}-1", f"#{number}-2", "9-9", "", "=1", "1月2日", "\x00", "x" * 300]
    numbers = ["901234567890", "", "=cmd()", "1e5", "\u202e12345", "ＡＢ１２３４", "無", "'"]
    for _ in range(60):
        rows = [
            f"{chance.choice(orders)},甲,{chance.choice(['黑貓', '', '＝x', '7-11'])},"
            f"{chance.choice(numbers)}"
            for _ in range(20)
        ]
        found = judged(session, "\n".join(rows) + "\n")
        told = len(found.new) + found.known + found.blank + len(found.rejected)
        assert told == found.rows
        assert all(one.reason for one in found.rejected)
