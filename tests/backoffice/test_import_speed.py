"""10,000 rows go in within half a minute, and say how far they are."""

from __future__ import annotations

import time

import pytest

from backoffice import imports
from tests.backoffice.files import MEMBER_COLUMNS, ORDER_COLUMNS, csv_of, line_id

ROWS = 10_000
LONGEST = 30
STATUSES = ("picked_up", "paid", "picked_up", "cancelled", "refunded")


def members():
    yield MEMBER_COLUMNS
    for n in range(ROWS):
        phone, birthday = f"09{n:08}", f"1990-{n % 12 + 1:02}-{n % 28 + 1:02}"
        mail, tags = f"{n}@example.com", "美妝;母嬰"
        yield [line_id(n), n, "團友", phone, mail, birthday, "2025-03-05", "", tags, n % 500, "Y"]


def orders():
    yield ORDER_COLUMNS
    for n in range(ROWS):
        day = f"2026-{n % 10 + 1:02}-{n % 28 + 1:02}"
        yield [n, n % 2_000, day, f"商品{n % 40}", 1, n % 5_000, STATUSES[n % 5], 30]


@pytest.mark.slow
def test_ten_thousand_rows_go_in_within_half_a_minute(sessions, now, programme):
    for kind, rows in (("members", members()), ("orders", orders())):
        heard = []
        data = csv_of(rows)
        started = time.monotonic()
        with sessions.begin() as session:
            report = imports.run(
                session,
                kind,
                data,
                "f.csv",
                now=now,
                programme=programme,
                commit=True,
                progress=lambda *said: heard.append(said),  # noqa: B023
            )
        took = time.monotonic() - started

        assert (report.accepted, report.committed) == (ROWS, True)
        assert len(heard) >= 15
        assert took < LONGEST, f"{kind} took {took:.1f} s"
