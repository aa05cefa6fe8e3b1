"""300 generated hostile files: refused or rejected, never an error, never much memory."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from backoffice.imports import members, reading
from backoffice.imports.report import BadFile
from tests.backoffice.files import SHEET, rewritten, sheet_xml, with_shared, xlsx_of

SMALL = 1 << 20
HEADING = "<row><c t='str'><v>external_id</v></c></row>"


def run(*arguments: object) -> str:
    command = [sys.executable, "-m", "tests.backoffice.hostile", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("count", [42, pytest.param(300, marks=pytest.mark.slow)])
def test_hostile_files_end_in_a_refusal_and_little_memory(tmp_path, count):
    run("make", tmp_path, count, 20261124)

    outcome = json.loads(run("read", tmp_path))

    assert outcome["grown"] < 200
    assert set(outcome["ended"]) <= {"refused", "rejected", "committed"}
    assert sum(outcome["ended"].values()) == count
    assert outcome["ended"]["rejected"] > 0


@pytest.mark.parametrize(
    "rows",
    [
        "<a/>" * 5_000_000,
        "<c>" * 40,
        "".join(f"<a{n}/>" for n in range(400)),
        "<a " + " ".join(f'b{n}=""' for n in range(400)) + "/>",
        "<a b='" + "x" * SMALL + "'/>",
        "<!--" + "x" * SMALL + "-->",
        "<row><c t='str'><v>" + "x" * 40_000 + "</v></c></row>",
        "x" * (65 << 20),
        HEADING + f"<row><c t='str'><v>{'x' * 2_000}</v></c></row>" * 8_100,
    ],
    ids=["elements", "depth", "names", "attributes", "tag", "comment", "cell", "part", "texts"],
)
def test_each_way_of_unfolding_is_stopped(rows):
    """Each of these is refused as too large, and not for anything else that is wrong with it."""
    data = rewritten(xlsx_of([["external_id"], ["7"]]), {SHEET: sheet_xml(rows)})
    assert len(data) < SMALL

    with pytest.raises(BadFile, match="展開後太大"):
        reading.read(data, "f", members.TEMPLATE)


def test_entities_are_not_unfolded():
    lol = b'<!DOCTYPE x [<!ENTITY a "external_id">]><sst><si><t>&a;</t></si></sst>'
    rows = sheet_xml('<row><c t="s"><v>0</v></c></row><row><c><v>7</v></c></row>')

    with pytest.raises(BadFile):
        reading.read(with_shared(xlsx_of([["x"]]), lol, {SHEET: rows}), "f", members.TEMPLATE)


def test_shared_texts_have_a_smaller_cap_than_a_sheet():
    texts = b"<sst>" + b"<si/>" * (5 << 20) + b"</sst>"

    with pytest.raises(BadFile, match="展開後太大"):
        reading.read(with_shared(xlsx_of([["x"]]), texts), "f", members.TEMPLATE)
