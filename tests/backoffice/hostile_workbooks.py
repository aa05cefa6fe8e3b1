"""Workbooks that wish the shop harm, made with a die."""

from __future__ import annotations

import io
import random
import zipfile

from tests.backoffice.files import (
    MEMBER_COLUMNS,
    ORDER_COLUMNS,
    RELATIONS,
    SHARED,
    SHEET,
    rewritten,
    sheet_xml,
    with_shared,
    xlsx_of,
)

MIB = 1024 * 1024
BOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"
Dice = random.Random


def good_workbook(dice: Dice) -> bytes:
    plain = xlsx_of([list(dice.choice([MEMBER_COLUMNS, ORDER_COLUMNS])), ["7"] * 8])
    return with_shared(plain, b"<sst><si><t>7</t></si></sst>")


def with_sheet(dice: Dice, rows: str, **around: str) -> bytes:
    return rewritten(good_workbook(dice), {SHEET: sheet_xml(rows, **around)}, zipfile.ZIP_DEFLATED)


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
