"""flask import: a report row by row, everything or nothing, and the same twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from models.people.audit import AuditEntry
from models.people.members import Member
from models.shop.orders import Order
from tests.backoffice.cli.conftest import Type
from tests.shop import Phone, Shop

HEADER = "order_no,member,ordered_at,product,quantity,amount,status"
File = Callable[..., Path]


@pytest.fixture
def file(tmp_path: Path) -> File:
    """Writes a spreadsheet with these lines."""

    def write(*lines: str, name: str = "orders.csv", header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def bought(mei: Phone, day: str = "2026-11-20", number: str = "A1", amount: object = 450) -> str:
    return f"{number},{mei.id},{day},芒果,1,{amount},picked_up"


def orders(shop: Shop) -> int:
    with shop.sessions() as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


def test_without_commit_there_is_a_report_and_nothing_else(
    flask: Type, shop: Shop, mei: Phone, file: File
) -> None:
    done = flask("import", "orders", file(bought(mei)), "--json")

    assert done.exit_code == 0
    assert orjson.loads(done.stdout) == {
        "rows": 1,
        "accepted": 1,
        "unchanged": 0,
        "rejected": [],
        "committed": False,
    }
    assert orders(shop) == 0


def test_with_commit_it_is_written_put_on_record_and_not_written_again(
    flask: Type, shop: Shop, mei: Phone, file: File
) -> None:
    path = file(bought(mei))

    first = flask("import", "orders", path, "--commit", "--json")
    second = flask("import", "orders", path, "--commit", "--json")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert orjson.loads(first.stdout)["committed"] is True
    assert [orjson.loads(second.stdout)[name] for name in ("accepted", "unchanged")] == [0, 1]
    assert orders(shop) == 1
    with shop.sessions() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert "import.orders" in actions


def test_one_wrong_row_keeps_the_whole_file_out_and_is_named(
    flask: Type, shop: Shop, mei: Phone, file: File
) -> None:
    path = file(bought(mei), bought(mei, number="A2", amount="many"))

    done = flask("import", "orders", path, "--commit", "--json")

    report = orjson.loads(done.stdout)
    assert done.exit_code == 1
    assert (report["rows"], report["accepted"], report["committed"]) == (2, 1, False)
    assert [set(one) for one in report["rejected"]] == [{"row", "column", "reason"}]
    assert (report["rejected"][0]["row"], report["rejected"][0]["column"]) == (3, "amount")
    assert report["rejected"][0]["reason"]
    assert orders(shop) == 0


def test_a_day_after_the_moment_of_the_import_is_refused(
    flask: Type, mei: Phone, file: File
) -> None:
    path = file(bought(mei, day="2026-11-20"))

    early = flask("import", "orders", path, "--now", "2026-11-19T12:00", "--json")
    late = flask("import", "orders", path, "--now", "2026-11-20", "--json")

    assert early.exit_code == 1
    assert [one["column"] for one in orjson.loads(early.stdout)["rejected"]] == ["ordered_at"]
    assert late.exit_code == 0


def test_the_moment_of_an_import_is_taipeis_unless_it_says_otherwise(
    flask: Type, mei: Phone, file: File
) -> None:
    path = file(bought(mei, day="2026-11-20T10:00"))

    def accepted(now: str) -> bool:
        return flask("import", "orders", path, "--now", now).exit_code == 0

    assert accepted("2026-11-20T10:01")
    assert not accepted("2026-11-20T09:59")
    assert accepted("2026-11-20T02:01+00:00")
    assert not accepted("2026-11-20T01:59Z")


def test_people_read_what_was_found_and_what_to_do_next(
    flask: Type, mei: Phone, file: File
) -> None:
    path = file(bought(mei) + ",x", header=f"{HEADER},colour")

    first = flask("import", "orders", path)
    second = flask("import", "orders", path, "--commit")
    wrong = flask("import", "orders", file("A2,nobody,2026-11-20,芒果,1,450,paid"))

    assert "add --commit to write" in first.stdout
    assert "colour" in first.stdout
    assert "written" in second.stdout
    assert "row 2, member" in wrong.stdout
    assert "nothing was written" in wrong.stdout


def test_columns_nobody_knows_are_told_beside_the_json(
    flask: Type, mei: Phone, file: File
) -> None:
    done = flask("import", "orders", file(bought(mei) + ",x", header=f"{HEADER},colour"), "--json")

    assert "colour" in done.stderr
    assert orjson.loads(done.stdout)["accepted"] == 1


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04 no workbook", b"a,b\n1,2\n"]
)
def test_what_is_no_such_file_is_refused_with_a_report(
    flask: Type, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)

    done = flask("import", "orders", path, "--json")

    report = orjson.loads(done.stdout)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert (report["accepted"], report["committed"]) == (0, False)
    assert len(report["rejected"]) == 1


def test_members_come_with_their_birthdays(flask: Type, shop: Shop, file: File) -> None:
    header = "line_user_id,name,birthday,joined_on,consent"
    path = file(f"U{'a' * 32},小美,11-26,2025-01-01,Y", name="members.csv", header=header)

    done = flask("import", "members", path, "--commit", "--json")

    assert orjson.loads(done.stdout)["committed"] is True
    with shop.sessions() as session:
        member = session.scalars(select(Member)).one()
    assert (member.birth_month, member.birth_day, member.marketing) == (11, 26, True)


WRONG: dict[str, list[Any]] = {
    "no file": ["import", "orders", "/no/such/file.csv"],
    "no kind": ["import", "colours", __file__],
    "no time": ["import", "orders", __file__, "--now", "noon"],
    "no mapping": ["import", "orders", __file__, "--mapping", "shopee"],
    "no words": ["import"],
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_wrong_usage_ends_with_two(flask: Type, words: list[Any]) -> None:
    done = flask(*words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage: " in done.stderr
