"""A file is read as a table whatever it is called, or refused in one sentence."""

from __future__ import annotations

import codecs
import datetime as dt

import pytest
from openpyxl.utils.datetime import MAC_EPOCH

from backoffice.imports import members, orders, reading, workbook
from backoffice.imports.report import BadFile
from tests.backoffice.files import (
    MEMBER_COLUMNS,
    ORDER_COLUMNS,
    SHEET,
    csv_of,
    rewritten,
    sheet_xml,
    with_shared,
    xlsx_of,
)

PEOPLE = [["external_id", "name", "phone"], ["7", "小美", "0912345678"], ["8", "碁峰", ""]]


def read(data: bytes, template: reading.Template = members.TEMPLATE) -> reading.Table:
    return reading.read(data, "file.csv", template)


def refused(data: bytes, template: reading.Template = members.TEMPLATE) -> BadFile:
    with pytest.raises(BadFile) as refusal:
        read(data, template)
    assert str(refusal.value)
    return refusal.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_a_csv_may_be_utf_8_with_or_without_bom_or_big5(encoding):
    table = read(csv_of(PEOPLE, encoding))

    assert table.columns == ("external_id", "name", "phone")
    assert [row.cells for row in table.rows] == [("7", "小美", "0912345678"), ("8", "碁峰", "")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    table = read(b"external_id,name\n7,\xe5\xb0\x8f\n\n\n8,\xe6\x9e\x97\n")

    assert [row.number for row in table.rows] == [2, 5]


def test_a_cell_with_a_line_break_is_one_row():
    table = read(b'external_id,name\n7,"a\nb"\n8,c\n')

    assert [row.number for row in table.rows] == [2, 3]


def test_headings_are_known_whatever_their_case_and_spaces_and_others_are_ignored():
    table = read(csv_of([["備註", " External_ID ", "Name"], ["x", "7", "小美"]]))

    assert table.columns == ("external_id", "name")
    assert table.ignored == ("備註",)
    assert table.rows[0].cells == ("7", "小美")


def test_a_workbook_is_read_whatever_it_is_called():
    table = read(xlsx_of(PEOPLE))

    assert [row.cells for row in table.rows] == [("7", "小美", "0912345678"), ("8", "碁峰", "")]


def test_a_workbooks_numbers_and_dates_become_what_a_person_would_type():
    # a spreadsheet knows no zones
    half_past_two = dt.datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001
    cells = [912345678, 1240.0, 0.5, dt.date(2026, 3, 5), half_past_two, True]
    data = xlsx_of([MEMBER_COLUMNS[: len(cells)], cells])

    assert read(data).rows[0].cells == (
        "912345678",
        "1240",
        "0.5",
        "2026-03-05",
        "2026-03-05T14:30:00",
        "TRUE",
    )


def test_a_workbook_that_counts_days_from_1904_is_understood():
    def since_1904(sheet):
        sheet.parent.epoch = MAC_EPOCH

    data = xlsx_of([["external_id", "joined_on"], ["7", dt.date(2026, 3, 5)]], since_1904)

    assert read(data).rows[0].cells == ("7", "2026-03-05")


def test_a_workbooks_rich_and_inline_text_is_read_without_its_phonetics():
    rows = (
        '<row><c t="inlineStr"><is><t>external_id</t></is></c>'
        '<c t="inlineStr"><is><t>name</t></is></c></row>'
        '<row r="4"><c r="A4"><v>7</v></c><c r="B4" t="inlineStr">'
        "<is><r><t>小</t></r><rPh><t>ㄒㄧㄠˇ</t></rPh><r><t>美</t></r></is></c></row>"
    )
    table = read(rewritten(xlsx_of(PEOPLE), {SHEET: sheet_xml(rows)}))

    assert table.rows == [reading.Row(4, ("7", "小美"), False)]


def test_a_workbooks_shared_texts_are_read_by_their_number():
    texts = (
        "<sst><si><t>external_id</t></si><si><t>name</t></si><si><r><t>小</t></r><r><t>美</t></r>"
        '<rPh sb="0" eb="1"><t>ㄒㄧㄠˇ</t></rPh></si><si><t xml:space="preserve"> 7 </t></si>'
        "</sst>"
    ).encode()
    rows = "".join(
        f'<row><c t="s"><v>{first}</v></c><c t="s"><v>{second}</v></c></row>'
        for first, second in [(0, 1), (3, 2)]
    )

    table = read(with_shared(xlsx_of(PEOPLE), texts, {SHEET: sheet_xml(rows)}))

    assert table.rows == [reading.Row(2, ("7", "小美"), False)]


def test_a_text_that_is_not_there_breaks_the_workbook():
    rows = '<row><c t="s"><v>1</v></c></row>'

    refused(with_shared(xlsx_of(PEOPLE), b"<sst><si/></sst>", {SHEET: sheet_xml(rows)}))


def test_a_hidden_first_sheet_is_passed_over():
    def hide(sheet):
        sheet.sheet_state = "hidden"
        visible = sheet.parent.create_sheet("團友")
        visible.append(["external_id"])
        visible.append(["8"])

    assert read(xlsx_of(PEOPLE, hide)).rows[0].cells == ("8",)


def test_a_sheet_without_a_row_or_cell_reference_counts_on():
    rows = (
        "<row><c><v>1</v></c></row>"
        '<row r="5"><c r="B5"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>'
    )
    data = rewritten(xlsx_of(PEOPLE), {SHEET: sheet_xml(rows)})

    assert list(workbook.rows(data, 9)) == [(1, ["1"]), (5, ["", "2", "3"]), (6, ["4"])]


def test_a_formula_comes_out_as_the_formula_and_not_as_its_value():
    data = xlsx_of([["external_id", "name"], ["7", '=HYPERLINK("http://x")']])

    assert read(data).rows[0].cells == ("7", '=HYPERLINK("http://x")')


def test_merged_cells_are_refused_where_they_are():
    refusal = refused(xlsx_of(PEOPLE, lambda sheet: sheet.merge_cells("B2:B3")))

    assert (refusal.row, refusal.column) == (2, "B")


def test_a_missing_column_is_named():
    refusal = refused(csv_of([["order_no", "member"], ["1", "2"]]), orders.TEMPLATE)

    assert refusal.column == "ordered_at, product, quantity, amount, status"


def test_members_need_one_column_that_tells_who_they_are():
    assert "line_user_id, external_id, phone" in str(refused(csv_of([["name"], ["小美"]])))


def test_a_column_that_stands_there_twice_is_refused():
    assert refused(csv_of([["phone", "Phone"], ["1", "2"]])).column == "phone"


def test_two_thousand_columns_are_refused_at_the_first_too_many():
    wide = [["external_id", *(f"c{n}" for n in range(2_000))], ["7"]]

    for data in (csv_of(wide), xlsx_of(wide)):
        refusal = refused(data)
        assert (refusal.row, refusal.column) == (1, "CW")


def test_a_hundred_columns_are_not_too_many():
    assert read(csv_of([["external_id", *(f"c{n}" for n in range(99))], ["7"]])).rows


def test_a_row_with_more_cells_than_headings_says_so():
    assert read(csv_of([["external_id", "name"], ["7", "小美", "x"]])).rows[0].overflows


def test_a_hundred_thousand_rows_are_read_and_one_more_is_refused():
    rows = "7\n" * 100_000

    assert len(read(f"external_id\n{rows}".encode()).rows) == 100_000
    assert refused(f"external_id\n{rows}7\n".encode()).row == 100_002


def test_a_file_over_ten_megabytes_is_refused_before_it_is_read():
    assert "10 MB" in str(refused(b"external_id\n" + b"7" * (10 * 1024 * 1024)))


@pytest.mark.parametrize("data", [b"", b"\n\n", b",,,\n", codecs.BOM_UTF8])
def test_an_empty_file_is_refused(data):
    assert "空的" in str(refused(data))


def test_headings_alone_are_refused():
    assert "沒有資料" in str(refused(csv_of([ORDER_COLUMNS]), orders.TEMPLATE))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_refused(encoding):
    assert str(refused(csv_of(PEOPLE, encoding)))


def test_another_encoding_is_refused_where_it_shows():
    refusal = refused("external_id,name\n7,小美\n".encode() + b"8,\xff\xfe\n")

    assert (refusal.row, refusal.column) == (3, "B")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
        b"PK\x03\x04 not really",
        b"\0" * 1000,
        b'{"events": []}',
        b"<html><table><tr><td>phone</td></tr></table></html>",
    ],
)
def test_a_file_of_another_kind_is_refused_whatever_it_is_called(data):
    refused(data)


def test_a_quote_that_never_closes_is_refused_where_it_opens():
    assert refused(b'external_id,name\n7,x\n8,"never closed\n9,y\n').row == 3


def test_a_line_without_end_is_refused():
    assert refused(b"external_id\n7\n" + b"x" * 70_000).row == 3


def test_an_old_or_locked_workbook_says_how_to_save_it():
    assert ".xlsx" in str(refused(b"\xd0\xcf\x11\xe0" + b"\0" * 100))
