"""What one word of an expression means in this shop: a condition, or a saved segment by name."""

from __future__ import annotations

import re

from models.insight.segments import keyed, names, operators, refusals
from models.insight.segments.belongings import Tagged
from models.insight.segments.keyed import Asked
from models.insight.segments.known import Known, nearest
from models.insight.segments.refusals import BadSegment
from models.insight.segments.tree import Condition
from models.insight.segments.writing import Word, bare, key, quoted

KEYED = re.compile(
    r"(?P<name>[^:<>=\"「『“]+)(?P<sign>:|>=|=>|<=|=<|==|>|<|=)(?P<value>.*)", re.DOTALL
)
DENIED = (*operators.NOTS, "除了", "扣掉", "不要", "沒有")  # what a denial begins with
SAME = {"=>": ">=", "=<": "<=", "==": "="}


def condition(word: Word, known: Known) -> Condition:
    """The condition that a word is.

    Raises:
        BadSegment: it is none.
    """
    if word.text.startswith("#"):
        return _tag(word, known)
    found = KEYED.fullmatch(word.text)
    if found is not None and key(found["name"]) in keyed.BY_NAME:
        return _keyed(word, found, known)
    meant = names.meaning(bare(word.text), known)
    if meant is not None:
        return meant
    raise _unknown(word, found, known)


def _keyed(word: Word, found: re.Match[str], known: Known) -> Condition:
    kind = keyed.BY_NAME[key(found["name"])]
    sign = SAME.get(found["sign"], found["sign"])
    asked = Asked(word, sign, found["value"].strip())
    compares = kind.signs or (kind.names[0] == "入會" and sign != ":")
    if compares and sign == ":":
        raise asked.bad(refusals.NOT_A_NUMBER, example=kind.example)
    if not bare(asked.value):
        missing = refusals.NOT_A_NUMBER if compares else refusals.NO_VALUE
        raise asked.bad(missing, example=kind.example)
    if not compares and sign not in (":", "="):
        raise asked.bad(refusals.NO_VALUE, example=kind.example)
    return kind.read(kind, asked if compares else asked._replace(sign=":"), known)


def _tag(word: Word, known: Known) -> Condition:
    said = bare(word.text[1:])
    if not said:
        raise BadSegment(refusals.NO_VALUE, word.position, word.text, example="#母嬰")
    tag = known.tag(said)
    if tag is not None:
        return Tagged(tag, quoted(tag))
    close = nearest(said, known.tags)
    raise refused(word, None if close is None else f"#{quoted(close)}")


def _unknown(word: Word, found: re.Match[str] | None, known: Known) -> BadSegment:
    """What the word may have been meant to be."""
    said = bare(word.text)
    if found is None:
        tag = known.tag(said)
        if tag is not None:
            return refused(word, f"#{quoted(tag)}")
        if key(said) in keyed.BY_NAME:
            return refused(word, keyed.BY_NAME[key(said)].example)
        return refused(word, _nearest(said, known))
    close = nearest(found["name"], (name for kind in keyed.KINDS for name in kind.names))
    return refused(word, close and keyed.BY_NAME[key(close)].example)


def _nearest(said: str, known: Known) -> str | None:
    """The name most like it; of what is denied, denied as well."""
    every = [*names.every(known), *(kind.example for kind in keyed.KINDS)]
    denied = next((each for each in DENIED if said.startswith(each)), "")
    close = nearest(said.removeprefix(denied), every)
    if close is None or close.startswith(denied):
        return close
    return f"非{close}"


def refused(word: Word, near: str | None) -> BadSegment:
    """That the word is nothing the shop knows, and what may have been meant."""
    if near is None:
        return BadSegment(refusals.UNKNOWN, word.position, word.text)
    return BadSegment(refusals.UNKNOWN_NEAR, word.position, word.text, nearest=near)
