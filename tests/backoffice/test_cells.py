"""What a cell means, or why it cannot be that."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.imports import cells, members, orders
from backoffice.imports.report import BadCell
from models.shop.orders import Status


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\tx",
        "＝1+1",
        "＋1a",
        "－x",
        "＠x",
        " =1",
        "\u00a0=1",
        "#REF!",
        "a\0b",
        "a\x07",
        "a\x7f",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_or_hide_is_refused(text):
    with pytest.raises(BadCell):
        cells.safe(text)


@pytest.mark.parametrize("text", ["+1", "-1", "-", "+886912345678"])
def test_a_sign_is_no_text_although_it_may_begin_a_number(text):
    assert cells.safe(text) == text
    with pytest.raises(BadCell):
        cells.words(text, 100)


@pytest.mark.parametrize("text", ["小美", "A-1", "a=b", "50%", "O'Brien", "3 +2", "😀"])
def test_ordinary_text_is_left_as_it_is(text):
    assert cells.words(cells.safe(text), 100) == text


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "912345678",
        "0912-345-678",
        "+886912345678",
        "886 912 345 678",
        "０９１２３４５６７８",
    ],
)
def test_a_mobile_number_is_the_same_however_it_is_written(text):
    assert cells.phone(text) == "0912345678"


@pytest.mark.parametrize(
    ("text", "digits"), [("02-2700-1234", "0227001234"), ("+81 90-1234-5678", "819012345678")]
)
def test_landlines_and_numbers_abroad_are_phones_too(text, digits):
    assert cells.phone(text) == digits


@pytest.mark.parametrize(
    "text", ["27001234", "09123456789", "0912", "+123", "小美", "9.12345678e8"]
)
def test_other_numbers_are_no_phones(text):
    with pytest.raises(BadCell):
        cells.phone(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1240", 1240),
        ("1,240", 1240),
        ("NT$1,240", 1240),
        ("1240.00", 1240),
        ("１２", 12),
        ("0", 0),
    ],
)
def test_a_whole_number_may_have_commas(text, value):
    assert cells.whole(text, least=0, most=10_000) == value


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "1,24", "1e3", "一百", "", "9" * 5_000, "10001", "٣"]
)
def test_anything_else_is_no_amount(text):
    with pytest.raises(BadCell):
        cells.whole(text, least=0, most=10_000)


def test_an_order_number_that_a_spreadsheet_has_rounded_is_refused():
    with pytest.raises(BadCell):
        cells.code("2.02611E+11")


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("1990-03-05", (1990, 3, 5)),
        ("1990/3/5", (1990, 3, 5)),
        ("03-05", (None, 3, 5)),
        ("02-29", (None, 2, 29)),
    ],
)
def test_a_birthday_may_leave_out_the_year(text, birthday):
    assert cells.birthday(text) == birthday


@pytest.mark.parametrize(
    "text",
    ["1990-02-30", "13-01", "02-30", "0001-01-01", "9999-12-31", "1990", "20260305", "2026-W10-1"],
)
def test_days_that_are_not_in_the_calendar_are_refused(text):
    with pytest.raises(BadCell):
        cells.birthday(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-05", datetime(2026, 3, 4, 16, tzinfo=UTC)),
        ("2026-03-05T09:30", datetime(2026, 3, 5, 1, 30, tzinfo=UTC)),
        ("2026-03-05 9:30:15", datetime(2026, 3, 5, 1, 30, 15, tzinfo=UTC)),
        ("2026-03-05T09:30:00Z", datetime(2026, 3, 5, 9, 30, tzinfo=UTC)),
        ("2026-03-05T09:30:00.5+09:00", datetime(2026, 3, 5, 0, 30, 0, 500000, tzinfo=UTC)),
        ("2026-03-05T09:30:00-0500", datetime(2026, 3, 5, 14, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_taipeis(text, at):
    assert cells.instant(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05T25:00",
        "2026-03-05T09",
        "2026-03-05T09:30+99:99",
        "2026-3",
        "9999-12-31T23:59-12:00",
        "下午三點",
    ],
)
def test_times_that_do_not_exist_are_refused(text):
    with pytest.raises(BadCell):
        cells.instant(text)


def test_a_midnight_that_a_spreadsheet_added_is_no_part_of_a_day():
    assert cells.day("2026-03-05T00:00:00") == date(2026, 3, 5)


def test_tags_are_split_at_semicolons_once_each():
    assert cells.tags("美妝; 母嬰；美妝;") == ("母嬰", "美妝")
    with pytest.raises(BadCell):
        cells.tags("美妝;=1+1")


def test_consent_is_y_or_n_and_a_status_one_of_four():
    assert (cells.consent("y"), cells.consent("Ｎ")) == (True, False)
    assert cells.status("Picked_Up") is Status.PICKED_UP
    for parse, text in ((cells.consent, "yes"), (cells.status, "placed"), (cells.status, "已付")):
        with pytest.raises(BadCell):
            parse(text)


def test_a_line_user_id_is_u_and_32_hexadecimal_digits():
    assert cells.line_id("U" + "0a" * 16)
    for text in ("U123", "u" + "0a" * 16, "C" + "0a" * 16):
        with pytest.raises(BadCell):
            cells.line_id(text)


@given(st.text(max_size=80) | st.from_regex(r"[-+=0-9:./TZe ]{1,40}", fullmatch=True))
def test_no_text_is_worse_than_refused(text):
    for parse in [*members.PARSERS.values(), *orders.PARSERS.values()]:
        with contextlib.suppress(BadCell):
            parse(cells.safe(text))
