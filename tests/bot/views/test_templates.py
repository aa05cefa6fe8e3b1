"""A message filled in as JSON says what it would say if it were drawn for one member alone."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.views import kit
from bot.views.kit import Message
from bot.views.moulds import FIRST, PAD, mark
from bot.views.templates import template
from models.talk import personal_fields
from models.talk.personal_fields import Field

LENGTHS = 100, 9
HOSTILE = [
    "",
    " ",
    "小美",
    '"}]," \\',
    "\\u0022",
    "{點數}",
    "%s {0} {{}}",
    "一\n二\t三",
    "\x00\x07\u202e反",
    "👨\u200d👩\u200d👧",
    "😀" * 100,
    "字" * 101,
    " 前後 ",
    mark(0, 100),
    mark(1, 9),
    chr(FIRST),
]
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=110))
TEXTS = st.one_of(
    st.text(alphabet=f'字😀"\\ \n{{}}稱呼點數{chr(FIRST)}{PAD}', max_size=40),
    st.builds("{}{{稱呼}}{}{{點數}}".format, st.text(max_size=30), st.sampled_from(HOSTILE)),
)


def drawn(text: str, words: Sequence[str]) -> list[Message]:
    name, held = words
    said = personal_fields.filled(text, {Field.NAME: name, Field.POINTS: held})
    text_alone = kit.text(said, choices=[kit.choice("團購")])
    return [text_alone] if len(said) > 800 else [text_alone, kit.card("團購", kit.line(said))]


def same(text: str, words: Sequence[str]) -> bool:
    """Whether it was filled in; then it must say the same."""
    found = template(lambda each: drawn(text, each), LENGTHS)
    filled = None if found is None else found.filled(words)
    if filled is not None:
        assert filled == orjson.dumps(drawn(text, words)).decode()
    return filled is not None


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, name=NAMES, held=st.sampled_from(["0", "9,999,999", "12,345,678"]))
@example(text="{稱呼}" * 3, name="好。", held="0")
@example(text=f"{mark(0, 100)}{{稱呼}}", name="小美", held="0")
def test_whatever_the_words_it_is_as_it_would_be_drawn(text: str, name: str, held: str) -> None:
    same(text, [name, held])


@settings(max_examples=100, deadline=None)
@given(
    fixed=st.integers(4750, 5010),
    at=st.sampled_from(["{稱呼}x", "x{稱呼}", "{稱呼}{點數}", "{點數}字{稱呼}"]),
    name=st.sampled_from(["美", "字" * 100, "😀" * 100, "小美"]),
    behind=st.booleans(),
)
def test_near_the_end_of_a_text_nothing_else_is_cut(
    fixed: int, at: str, name: str, behind: bool
) -> None:
    text = "字" * fixed + at if behind else at + "字" * fixed
    same(text, [name, "9,999,999"])


def test_usual_words_are_filled_in() -> None:
    for name in ("小美", 'O\'Neil "Bob" \\', "林 小美", "😀"):
        assert same('{稱呼}早安，你有 {點數} 點 😀 "引號" \\', [name, "1,234"])


def test_words_that_do_not_fit_are_left_to_be_drawn() -> None:
    for name in ("", " 美", "一\n二", "字" * 101, "\u202e反", mark(0, 100)):
        assert not same("{稱呼}早安", [name, "0"])
    assert not same("{點數}", ["小美", "12,345,678"])
    assert same("字" * 4800 + "{稱呼}", ["😀" * 100, "0"])
    assert not same("字" * 4801 + "{稱呼}", ["小美", "0"])
    assert not same(f"{mark(1, 9)}{{稱呼}}", ["小美", "0"])


def test_a_word_that_is_not_said_may_be_anything() -> None:
    assert same("你有 {點數} 點", ["一\n二", "0"])
