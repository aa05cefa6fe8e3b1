"""Bank statements: deposits are read whatever the bank, each once, and what is unclear is told."""

from __future__ import annotations

import contextlib
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice import statements
from backoffice.imports.report import BadCell, BadFile
from backoffice.statements import cells
from tests.backoffice.files import csv_of, xlsx_of

DAY = date(2026, 11, 22)
# after banks' own files: preamble, money with commas, years of the Republic, totals
POST = [
    ["交易明細查詢", "", "", "", "", "", ""],
    ["帳號：000-12***", "", "", "", "", "", ""],
    ["查詢期間：115/11/20～115/11/22", "", "", "", "", "", ""],
    ["交易日期", "交易時間", "摘要", "支出(提款)", "存入(存款)", "餘額", "備註"],
    ["115/11/22", "14:03:22", "跨行轉入", "", "1,240", "9,240", "812-0000***12345"],
    ["115/11/22", "15:00:00", "轉帳", "1,000", "", "8,240", "房租"],
    ["115/11/22", "15:10:00", "現金存款", "0", "500.00", "8,740", "小美"],
    ["合計", "", "", "1,000", "1,740", "", ""],
]
APP = [
    ["帳務日期", "說明", "交易金額", "借貸別", "帳戶餘額", "轉出帳號"],
    ["2026/11/22 09:05", "轉帳", "1,240", "貸", "2,000", '="0012345"'],
    ["2026/11/22 09:06", "提款", "1,000", "借", "1,000", ""],
]
SIGNED = [
    ["日 期", "附言", "金額(元)", "餘額"],
    ["20261122", "ATM 12345", "+700", "700"],
    ["20261122", "扣繳", "-700", "0"],
]


def read(rows: list[list[str]], encoding: str = "utf-8-sig") -> list[tuple[object, ...]]:
    found = statements.read(csv_of(rows, encoding), "明細.csv")
    assert found.rejected == ()
    return [(each.on, each.at, each.amount, each.text) for each in found.deposits]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_a_banks_own_file_is_read_as_it_is(encoding: str):
    assert read(POST, encoding) == [
        (DAY, time(14, 3, 22), 1_240, "跨行轉入 812-0000***12345"),
        (DAY, time(15, 10), 500, "現金存款 小美"),
    ]


def test_one_column_for_both_ways_is_told_apart_by_a_word_or_a_sign():
    assert read(APP) == [(DAY, time(9, 5), 1_240, "轉帳 0012345")]
    assert read(SIGNED) == [(DAY, None, 700, "ATM 12345")]


def test_a_workbook_says_the_same_as_a_csv_file():
    def merge(sheet):
        sheet.merge_cells("A1:G1")

    in_csv = statements.read(csv_of(POST), "明細.csv")

    assert statements.read(xlsx_of(POST, merge), "明細.xlsx") == in_csv


def test_the_last_five_digits_are_in_what_was_read():
    found = statements.read(csv_of(POST), "明細.csv")

    assert [sorted(each.last_fives) for each in found.deposits] == [["12345"], []]


def test_withdrawals_totals_and_repeated_headings_are_passed_over():
    found = statements.read(csv_of([*POST, POST[3], *POST[4:]]), "明細.csv")

    assert (len(found.deposits), found.ignored, found.rejected) == (4, 5, ())


@pytest.mark.parametrize(
    ("column", "cell", "where", "why"),
    [
        (0, "2026/13/1", "交易日期", "看不懂日期"),
        (0, "", "交易日期", "看不懂日期"),
        (0, "11/22", "交易日期", "看不懂日期"),
        (1, "25:00", "交易時間", "看不懂時間"),
        (4, "1,2O0", "存入(存款)", "整數"),
        (4, "12.5", "存入(存款)", "整數"),
        (4, "-500", "存入(存款)", "沖正"),
        (4, "", "存入(存款)", "沒有存入也沒有支出"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_by_row_and_column(column, cell, where, why):
    rows = [list(row) for row in POST]
    rows[4][column] = cell

    found = statements.read(csv_of(rows), "明細.csv")

    (rejected,) = found.rejected
    assert (rejected.row, rejected.column) == (5, where)
    assert why in rejected.reason
    assert [each.amount for each in found.deposits] == [500]


def test_a_sum_that_went_nowhere_is_refused():
    rows = [list(row) for row in APP]
    rows[1][3] = "?"

    (rejected,) = statements.read(csv_of(rows), "明細.csv").rejected

    assert "存入還是支出" in rejected.reason


@pytest.mark.parametrize(
    "rows", [[["日期", "餘額"], ["115/11/22", "1"]], [["a"]] * 70 + POST, [["哈囉"]], []]
)
def test_a_file_without_a_statements_headings_is_refused(rows):
    with pytest.raises(BadFile):
        statements.read(csv_of(rows), "明細.csv")


LINES = st.lists(
    st.tuples(
        st.sampled_from(["115/11/20", "115/11/21", "115/11/22"]),
        st.sampled_from(["", "09:00"]),
        st.sampled_from(["100", "200"]),
        st.sampled_from(["12345", "小美"]),
    ),
    max_size=12,
)
HEADINGS = ["交易日期", "交易時間", "存入金額", "備註"]


def ids(lines: list[tuple[str, ...]]) -> list[str]:
    data = csv_of([HEADINGS, *map(list, lines)])
    return [each.id for each in statements.read(data, "明細.csv").deposits]


@given(lines=LINES, shuffle=st.randoms(use_true_random=False))
def test_ids_are_unique_and_the_same_in_any_order(lines, shuffle):
    before = ids(lines)
    other = list(lines)
    shuffle.shuffle(other)

    assert len(set(before)) == len(lines)
    assert set(ids(other)) == set(before)


@given(lines=LINES)
def test_a_statement_that_overlaps_adds_only_what_is_new(lines):
    """Statements begin and end with a day, so that days are whole in each."""
    first = [line for line in lines if line[0] <= "115/11/21"]
    second = [line for line in lines if line[0] >= "115/11/21"]

    assert set(ids(first)) | set(ids(second)) == set(ids(lines))


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("115/11/22", DAY, None),
        ("115.11.22", DAY, None),
        ("1151122", DAY, None),
        ("115年11月22日", DAY, None),
        ("2026-11-22", DAY, None),
        ("2026-11-22T14:03:22", DAY, time(14, 3, 22)),
        ("2026/11/22(日) 下午 2:03", DAY, time(14, 3)),
        ("20261122 140322", DAY, time(14, 3, 22)),
    ],
)
def test_a_day_is_read_however_banks_write_it(text, day, at):
    assert cells.day_and_time(text) == (day, at)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("14:03", time(14, 3)),
        ("14:03:22", time(14, 3, 22)),
        ("140322", time(14, 3, 22)),
        ("90322", time(9, 3, 22)),
        ("903", time(9, 3)),
        ("上午 12:05", time(0, 5)),
        ("9:05 pm", time(21, 5)),
        ("0.5", time(12)),
        ("-", None),
    ],
)
def test_a_time_is_read_however_banks_write_it(text, at):
    assert cells.clock(text) == at


@pytest.mark.parametrize("text", ["26/11/22", "2026/2/30", "昨天", "12/2026/1", "11121126"])
def test_what_may_be_another_day_is_no_day(text):
    with pytest.raises(BadCell):
        cells.day_and_time(text)


@pytest.mark.parametrize("text", ["13:00 PM", "下午 0:30", "2460", "1.5", "午夜"])
def test_what_may_be_another_time_is_no_time(text):
    with pytest.raises(BadCell):
        cells.clock(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *[("1,240", 1_240), ("1240.00", 1_240), ("NT$1,240", 1_240), ("$ 1,240", 1_240)],
        *[("+1240", 1_240), ("1,240元", 1_240), ("-5", -5), ("(5)", -5), ("", 0), ("--", 0)],
    ],
)
def test_a_sum_is_read_however_banks_write_it(text, amount):
    assert cells.amount(text) == amount


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    for read_cell in (cells.day_and_time, cells.clock, cells.amount):
        with contextlib.suppress(BadCell):
            read_cell(cells.plain(text))
