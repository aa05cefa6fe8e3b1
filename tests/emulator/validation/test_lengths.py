"""Two ways to count characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.validation.lengths import graphemes, utf16


@pytest.mark.parametrize(
    ("text", "units", "seen"),
    [
        ("", 0, 0),
        ("芒果", 2, 2),
        ("😀", 2, 1),
        ("👨‍👩‍👧‍👦", 11, 1),
        ("🇹🇼", 4, 1),
        ("e\u0301", 2, 1),
        ("\r\n", 2, 1),
    ],
)
def test_characters_are_counted_in_units_or_as_they_are_seen(
    text: str, units: int, seen: int
) -> None:
    assert (utf16(text), graphemes(text)) == (units, seen)


@given(st.text())
def test_units_are_those_of_the_encoding_and_never_fewer_than_what_is_seen(text: str) -> None:
    assert utf16(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert graphemes(text) <= len(text) <= utf16(text)
