"""Generated files that wish the shop harm, and a run that imports them one after another.

Run as a program it makes them (`make FOLDER COUNT SEED`) or imports them
(`read FOLDER`), printing one JSON line: how they ended, and the MiB it grew by.
"""

from __future__ import annotations

import io
import json
import random
import resource
import sys
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from sqlalchemy.orm import Session

from backoffice import imports
from backoffice.imports import BadFile
from models import database, programme
from tests.backoffice.files import (
    MEMBER_COLUMNS,
    ORDER_COLUMNS,
    RELATIONS,
    SHARED,
    SHEET,
    csv_of,
    line_id,
    rewritten,
    sheet_xml,
    with_shared,
    xlsx_of,
)

MIB = 1024 * 1024
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
BOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"
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


def good_workbook(dice: Dice) -> bytes:
    plain = xlsx_of([list(columns(dice)), ["7"] * 8])
    return with_shared(plain, b"<sst><si><t>7</t></si></sst>")


def with_sheet(dice: Dice, rows: str, **around: str) -> bytes:
    return rewritten(good_workbook(dice), {SHEET: sheet_xml(rows, **around)}, zipfile.ZIP_DEFLATED)


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


def torn_workbook(dice: Dice) -> bytes:
    data = good_workbook(dice)
    return data[: dice.randrange(len(data))]


def scarred_workbook(dice: Dice) -> bytes:
    data = bytearray(good_workbook(dice))
    for _ in range(dice.randrange(1, 60)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def odd_cells(dice: Dice) -> bytes:
    kinds = ["n", "s", "b", "e", "d", "str", "inlineStr", "x", ""]
    values = ["-1", "99999999999", "abc", "1e308", "NaN", "inf", "-5", "2958466", "", "1_0", "²"]
    references = ["A1", "XFD1048576", "ZZZZ9", "1A", "", "A0", "$B$2"]

    def cell() -> str:
        return (
            f'<c r="{dice.choice(references)}" t="{dice.choice(kinds)}" '
            f's="{dice.choice(["", "0", "1", "-1", "9999999", "x"])}">'
            f"<v>{dice.choice(values)}</v></c>"
        )

    rows = "".join(
        f'<row r="{dice.choice(["", "1", "2", "0", "-1", "9999999", "12345678", "x"])}">'
        f"{''.join(cell() for _ in range(5))}</row>"
        for _ in range(20)
    )
    return with_sheet(dice, rows)


def unfolding_workbook(dice: Dice) -> bytes:
    """A small archive that becomes very much larger."""
    text = dice.choice(
        [
            "<a/>" * 5_000_000,
            "<row><c/></row>" * 1_000_000,
            "<c>" * 200_000,
            " " * (60 * MIB),
            "<row><c t='str'><v>ab</v></c></row>" * 1_000_000,
            "".join(f"<a{n}/>" for n in range(500_000)),
            "<a " + " ".join(f'b{n}=""' for n in range(300_000)) + "/>",
            "<a b='" + "x" * (30 * MIB) + "'/>",
            "<!--" + "x" * (30 * MIB) + "-->",
            "<row><c t='str'><v>" + "x" * (30 * MIB) + "</v></c></row>",
            "x" * (70 * MIB),
        ]
    )
    part = dice.choice([SHEET, SHEET, SHARED, STYLES, BOOK])
    return rewritten(good_workbook(dice), {part: sheet_xml(text)})


def many_texts(dice: Dice) -> bytes:
    text = dice.choice(["<si/>", "<si><t>ab</t></si>", "<si><t>😀ab</t></si>"]) * 900_000
    return rewritten(good_workbook(dice), {SHARED: f"<sst>{text}</sst>".encode()})


def laughing_workbook(dice: Dice) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><sst><si><t>&a11;</t></si></sst>'
    return rewritten(good_workbook(dice), {dice.choice([SHARED, SHEET, BOOK]): text.encode()})


def lost_parts(dice: Dice) -> bytes:
    part = dice.choice([SHARED, SHEET, BOOK, STYLES, RELATIONS, "_rels/.rels"])
    content = dice.choice([b"", b"<x/>", b"\xff", b"not xml", b"<Relationships/>"])
    return rewritten(good_workbook(dice), {part: content})


def wandering_parts(dice: Dice) -> bytes:
    target = dice.choice(["/xl/workbook.xml", "../../../etc/passwd", "", "/", "http://x/y", "\0"])
    relation = f'<Relationship Id="rId1" Target="{target}" Type="x/worksheet"/>'
    text = f"<Relationships>{relation}</Relationships>"
    return rewritten(good_workbook(dice), {RELATIONS: text.encode()})


def crowded_archive(dice: Dice) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for n in range(dice.choice([3_000, 20_000])):
            archive.writestr(f"{n}", b"")
    return file.getvalue()


def odd_compression(dice: Dice) -> bytes:
    return rewritten(good_workbook(dice), {}, dice.choice([zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2]))


def locked_archive(dice: Dice) -> bytes:
    data = bytearray(good_workbook(dice))
    at = 0
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    return bytes(data)


KINDS: list[Callable[[Dice], bytes]] = [
    noise,
    odd_csv,
    odd_csv,
    odd_encoding,
    scarred_csv,
    scarred_csv,
    long_csv,
    wide_csv,
    torn_workbook,
    scarred_workbook,
    scarred_workbook,
    odd_cells,
    odd_cells,
    unfolding_workbook,
    many_texts,
    laughing_workbook,
    lost_parts,
    wandering_parts,
    crowded_archive,
    odd_compression,
    locked_archive,
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
