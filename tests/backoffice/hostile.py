"""Generated files that wish the shop harm, and a run that imports them one after another.

Run as a program it makes them (`make FOLDER COUNT SEED`) or imports them
(`read FOLDER`), printing one JSON line: how they ended, and the MiB it grew by.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from sqlalchemy.orm import Session

from backoffice import imports
from backoffice.imports import BadFile
from models import database, programme
from tests.backoffice import hostile_workbooks
from tests.backoffice.files import (
    MEMBER_COLUMNS,
    ORDER_COLUMNS,
    csv_of,
    line_id,
)

MIB = 1024 * 1024
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
CELLS = [
    "=1+1",
    "＝1+1",
    "\t=1",
    " =cmd|' /C calc'!A0",
    "@SUM(1)",
    "-1-1",
    "+1",
    "a\0b",
    "\x1b[2J",
    "\u202egpj.exe",
    "\u200b",
    "\ufeff",
    "9" * 5_000,
    "1e308",
    "NaN",
    "-0",
    "0x10",
    "١٢",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01",
    "2026-02-30",
    "{0.__class__}",
    "{row}",
    "%s%n",
    "'; DROP TABLE members; --",
    "U" + "f" * 32,
    "0912345678",
    "😀" * 900,
    "x" * 40_000,
    '"',
    "\r",
    "a\nb",
    "",
]
Dice = random.Random


def columns(dice: Dice) -> tuple[str, ...]:
    return dice.choice([MEMBER_COLUMNS, ORDER_COLUMNS])


def table(dice: Dice) -> list[list[str]]:
    heading = columns(dice)
    return [list(heading)] + [
        [dice.choice(CELLS) for _ in heading] for _ in range(dice.randrange(1, 20))
    ]


def noise(dice: Dice) -> bytes:
    head = dice.choice([b"", b"PK", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe", b"\x89PNG\r\n"])
    return head + dice.randbytes(dice.randrange(20_000))


def odd_csv(dice: Dice) -> bytes:
    return csv_of(table(dice))


def odd_encoding(dice: Dice) -> bytes:
    text = csv_of(table(dice)).decode()
    encoding = dice.choice(["utf-16", "utf-16-be", "utf-32", "shift_jis", "gb18030", "cp950"])
    return text.encode(encoding, "replace")


def scarred_csv(dice: Dice) -> bytes:
    data = bytearray(csv_of(table(dice)))
    for _ in range(dice.randrange(1, 30)):
        data[dice.randrange(len(data))] = dice.choice([0, 10, 13, 34, 44, 255, 0xED, 0xA0])
    return bytes(data)


def long_csv(dice: Dice) -> bytes:
    heading = ",".join(columns(dice)).encode() + b"\n"
    filler = dice.choice([b",", b"\n", b'"', b'""\n"', b",\n", b"x,", b"7\n", b"ab,cd\n", b"\r"])
    return heading + filler * (9 * MIB // len(filler))


def wide_csv(dice: Dice) -> bytes:
    wide = dice.choice([101, 2_000, 60_000])
    return csv_of([[*columns(dice), *(f"c{n}" for n in range(wide))], ["7"] * wide])


KINDS: list[Callable[[Dice], bytes]] = [
    noise,
    odd_csv,
    odd_csv,
    odd_encoding,
    scarred_csv,
    scarred_csv,
    long_csv,
    wide_csv,
    hostile_workbooks.torn_workbook,
    hostile_workbooks.scarred_workbook,
    hostile_workbooks.scarred_workbook,
    hostile_workbooks.odd_cells,
    hostile_workbooks.odd_cells,
    hostile_workbooks.unfolding_workbook,
    hostile_workbooks.many_texts,
    hostile_workbooks.laughing_workbook,
    hostile_workbooks.lost_parts,
    hostile_workbooks.wandering_parts,
    hostile_workbooks.crowded_archive,
    hostile_workbooks.odd_compression,
    hostile_workbooks.locked_archive,
]


def make(folder: Path, count: int, seed: int) -> None:
    """Write the files; by a process of its own, so that making them counts for nobody."""
    dice = Dice(seed)
    for n in range(count):
        maker = KINDS[n % len(KINDS)]
        (folder / f"{n:04}-{maker.__name__}.csv").write_bytes(maker(dice))


def read(folder: Path) -> None:
    """Import every file, as members and orders by turns; print how that ended."""
    engine = database.connect("sqlite://")
    database.create_all(engine)
    rules = programme.load(None)
    ended: Counter[str] = Counter()
    with database.sessions(engine, "secret")() as session:
        good = csv_of([["line_user_id"], [line_id(1)]])
        imports.run(session, "members", good, "f", now=NOW, programme=rules, commit=True)
        session.commit()
        before = peak()
        for file, kind in zip(sorted(folder.iterdir()), cycle(imports.KINDS), strict=False):
            ended[take(session, kind, file, rules)] += 1
    print(json.dumps({"ended": ended, "grown": peak() - before}))


def take(session: Session, kind: str, file: Path, rules: programme.Programme) -> str:
    """Import one file; anything but a report that adds up or a refusal is an error."""
    data = file.read_bytes()
    try:
        report = imports.run(session, kind, data, file.name, now=NOW, programme=rules, commit=True)
    except BadFile as refusal:
        return "refused" if str(refusal) else "silent"
    finally:
        session.rollback()
    total = report.accepted + report.unchanged + len(report.rejected)
    assert total == report.rows, file.name
    assert set(json.loads(report.json())) == {
        "rows",
        "accepted",
        "unchanged",
        "rejected",
        "committed",
    }
    return "committed" if report.committed else "rejected"


def peak() -> int:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    warnings.simplefilter("error")
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        read(Path(sys.argv[2]))
