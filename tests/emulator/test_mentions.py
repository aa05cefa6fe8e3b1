"""Who is meant by `@name`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from emulator.mentions import mentionees
from emulator.validation.lengths import utf16

NAMES = {"U1": "小林", "U2": "小林太太", "U3": "a", "UB": "團友小舖"}


def found(text: str) -> list[tuple[object, ...]]:
    return [
        (each.get("userId", each["type"]), each["index"], each["length"])
        for each in mentionees(text, NAMES, bot_id="UB")
    ]


def test_the_longer_name_is_meant() -> None:
    assert found("@小林太太 @小林") == [("U2", 0, 5), ("U1", 6, 3)]


def test_everybody_can_be_meant() -> None:
    assert found("好 @All") == [("all", 2, 4)]


def test_an_unknown_name_means_nobody() -> None:
    assert found("me@example.com @小王 @") == []


def test_at_most_twenty_are_meant() -> None:
    assert len(found("@小林" * 30)) == 20


@given(st.text("@小林太a😀 ", max_size=40))
def test_a_mention_lies_where_it_says(text: str) -> None:
    units = text.encode("utf-16-le")
    for person, index, length in found(text):
        assert isinstance(index, int)
        assert isinstance(length, int)
        word = units[index * 2 : (index + length) * 2].decode("utf-16-le")
        assert word == f"@{NAMES[str(person)]}"
        assert utf16(word) == length
