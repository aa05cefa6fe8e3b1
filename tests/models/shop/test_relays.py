"""接龍: which line is asked about."""

from __future__ import annotations

import pytest

from models.shop import relays

LIST = "接龍\n1. 阿珠 +2\n2. 小林 A+1\n3. 小美 B+2"


@pytest.mark.parametrize(
    ("text", "writer", "line"),
    [
        (LIST, "小林", (2, "A+1")),
        (LIST, "小美", (3, "B+2")),
        (LIST, "", (3, "B+2")),
        (LIST, "阿土", (3, "B+2")),
        ("接龍\n1.阿珠 兩箱\n2.小美 一箱", "阿珠", (1, "+1")),
        ("+2", "小美", None),
        ("A+1\nB+2", "小美", None),
    ],
)
def test_it_is_the_writers_own_or_the_last(text: str, writer: str, line):
    assert relays.own_line(text, writer) == line
