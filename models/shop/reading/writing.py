"""One way of writing for all: half width, one character for its variants, signs as ASCII.

Compared are simplified forms, since many traditional characters share one and
none is lost the other way round. `Folded.raw` gives back what somebody wrote.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache

from models import characters

LONGEST = 1500
KEPT = 30_000
SIGNS = {
    **dict.fromkeys("+＋﹢⁺➕✚╋✛⊕", "+"),
    **dict.fromkeys("-－﹣−–➖‐‑", "-"),
    **dict.fromkeys("*＊×✕✖∗⨉✱╳", "*"),
    **dict.fromkeys(":：︰﹕", ":"),
    **dict.fromkeys("~～〜∼", "~"),
    **dict.fromkeys("()（）[]【】「」『』〔〕{}《》〈〉", ""),
    "🅰": "a",
    "🅱": "b",
    "🔟": "10",
    "½": "0.5",
    "…": "。",
    "．": ".",
}
SIGNS |= dict.fromkeys("(（[【「『〔{《〈", "(") | dict.fromkeys(")）]】」』〕}》〉", ")")
# characters that are written for one another; the tables of conversion leave them apart
VARIANTS = dict(zip("鳯菓苺塩麵痲俩倆盬壹貳贰叁", "凤果莓盐面麻两两盐一二二三", strict=True))
TONES = "ˇˋˊ˙"
DROPPED = {"Cf", "Mn", "Me", "Sk", "Cs", "Co", "Cn"}

DIGIT_KEYS = dict(zip("ㄅㄉˇˋㄓˊ˙ㄚㄞㄢ", "1234567890", strict=True))
LETTER_KEYS = dict(zip("ㄇㄖㄏㄎㄍㄑㄕ", "abcdefg", strict=True))
DIGITS, LETTERS = "".join(DIGIT_KEYS), "".join(LETTER_KEYS)
EMOJI = "爱心|心|比心|赞|合十|双手合十|感谢|鲜花|花|玫瑰|举手|太阳|星星|飞吻|亲亲"
# a keyboard left in bopomofo; elsewhere these letters are particles (+1ㄇ asks)
KEYS = re.compile(f"[ㄅ-ㄩ{TONES}]")
KEY_SLIPS = (
    # the bopomofo letter i is typed for 一
    (re.compile(rf"(?<![ㄅ-ㄩ\d])ㄧ(?![ㄅ-ㄩ{TONES}])"), lambda m: "一"),
    (re.compile(rf"(?:(?<=^)|(?<=[\s,、,]))ㄦ(?=[\d{DIGITS}])"), lambda m: "-"),
    (
        re.compile(rf"(?<=[-+*加])[{DIGITS}]+(?![ㄅ-ㄩ\d])"),
        lambda m: "".join(map(DIGIT_KEYS.__getitem__, m[0])),
    ),
    (re.compile(rf"(?<![ㄅ-ㄩ\w])[{LETTERS}](?=[+*\d])"), lambda m: LETTER_KEYS[m[0]]),
    (re.compile(rf"(?<![ㄅ-ㄩ\w])[{DIGITS}](?=[+*]\d)"), lambda m: DIGIT_KEYS[m[0]]),
)
SLIPS = (
    # 十 is drawn where a plus is meant
    (re.compile(r"(?<![一二三四五六七八九两百\d第])[十土](?=\d)"), lambda m: "+"),
    (re.compile(r"(?<=[+*])[li](?![a-z0-9])"), lambda m: "1"),
)
# a telephone from abroad, and the names that emoji have in a text
BLANK = (
    (re.compile(r"(?<!\d)\+?886[ -]?9(?:[ -]?\d){8}(?!\d)"), lambda m: " " * len(m[0])),
    (re.compile(rf"\((?:[a-z]{{4,}}(?: [a-z]+)*|{EMOJI})\)"), lambda m: " " * len(m[0])),
)


class _Foldings(dict[str, str]):
    def __missing__(self, character: str) -> str:
        found = _fold(character)
        if len(self) < KEPT:
            self[character] = found
        return found


class Folded:
    """A text in the form in which it is read, and the way back to what was written."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._parts = list(map(FOLDINGS.__getitem__, raw))
        text = "".join(self._parts)
        rare = KEY_SLIPS if KEYS.search(text) else ()
        blank = BLANK if "(" in text or "886" in text else ()
        for slip, meant in (*rare, *SLIPS, *blank):
            text = slip.sub(meant, text)
        self.text = text

    @cached_property
    def _origins(self) -> list[int]:
        return [at for at, part in enumerate(self._parts) for _ in part] + [len(self._raw)]

    def raw(self, start: int, end: int) -> str:
        """What was written from `start` to `end` of the folded text."""
        written = self._raw[self._origins[start] : self._origins[end - 1] + 1].strip()
        return written if written.isprintable() else "".join(filter(str.isprintable, written))


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The form in which words are compared."""
    return Folded(text).text


def each(words: str) -> list[str]:
    """The words of a list, each in the form in which it is compared."""
    return [fold(word) for word in words.split()]


def pattern(written: str) -> re.Pattern[str]:
    """A pattern for folded texts, its Chinese letters folded and its signs left alone."""
    return re.compile("".join(FOLDINGS[c] if c > "\u2e7f" else c for c in written))


def _fold(character: str) -> str:
    if character in SIGNS:
        return SIGNS[character]
    if character in TONES:
        return character
    category = unicodedata.category(character)
    if category in DROPPED:
        return "" if category in {"Cf", "Mn", "Me", "Sk"} else " "
    if character.isspace() or category == "Cc":
        return "\n" if character in "\n\u2028\u2029" else " "
    plain = unicodedata.normalize("NFKC", character).casefold()
    if category == "So" and not plain.isascii():
        return " "
    return plain if plain.isascii() else "".join(map(_simplified, plain))


def _simplified(character: str) -> str:
    if character in VARIANTS:
        return VARIANTS[character]
    found = characters.simplified(character)
    return found if len(found) == 1 else character


FOLDINGS = _Foldings()
