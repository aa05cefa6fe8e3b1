"""Text to tokens: catalogue words, general words, numbers, names, and what is unknown.

The longest word wins wherever several begin at one place. A token's `kind` is one
letter: those of `vocabulary.KINDS`, and below.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from models.shop.reading import chunks, numerals
from models.shop.reading.lexicon import ITEM, OPTION, Lexicon, Meaning, Ref
from models.shop.reading.names import NAMELESS
from models.shop.reading.writing import each

NUMBER, FRACTION, UNKNOWN, GAP, LINE_END, STOP = "9", "8", "Z", "_", "/", "."
MINUS, PLUS, TIMES, COLON, OPEN, CLOSE = "-", "+", "*", ":", "(", ")"
OTHER, NAME, NO_SUCH, RANGE, PARTICLE, ASKS = "R", "W", "E", "&", "k", "?"
MENTIONED, SOMEBODY, MAYBE_NAME = "@", "B", "%"
MARKS = {
    "\n": LINE_END,
    **dict.fromkeys(" ,、/;|·・•_&", GAP),
    **dict.fromkeys("。.!", STOP),
    "?": ASKS,
    "+": PLUS,
    "-": MINUS,
    "*": TIMES,
    ":": COLON,
    "(": OPEN,
    ")": CLOSE,
    "~": PARTICLE,
    "#": "#",
}
TIMES_APART = re.compile(r"x\s+\d")
ODD_STARTS = frozenset("一二两三四五六七八九十百半第#nh$w编几数")
ALNUM = re.compile(r"[a-z0-9]+")
MENTION = re.compile(r"@\s?([^\s@+,:/]{1,20})")
ODD_NUMBERS = re.compile(
    r"https?://\S+|www\.\S+"
    r"|7-?11(?!\d)|0\d{1,3}-?\d{3,4}-?\d{3,4}(?!\d)"
    r"|\d{1,4}/\d{1,2}(?:/\d{1,2})?(?![\d+*:])"
    r"|\d{1,2}:\d{2}(?!\d)(?:-\d{1,2}:\d{2})?"
    r"|\d+(?:\.\d+)?%|\d+(?:,\d{3})+"
    r"|(?:nt\$?|\$)\s?\d+元?"
)
COUNTED = each(
    "點 分鐘 小時 歲 樓 天 年 月 日 人 度 折 次 位 名 週 秒 期 課 集 班 棟 房 "
    "坪 公分 萬 千 億 倍 層 站"
)
ELSE_COUNTED = re.compile(
    rf"(?:\d+|[一二两三四五六七八九十百半]+)(?:{'|'.join(COUNTED)}|cm|k(?!g)|号出口)"
)
SPAN = re.compile(
    r"(?:(\d{1,3})\s?(?:[~]|-(?=\d+\s?[\u4e00-\u9fff])|到|至|或)\s?(\d{1,3})|"
    r"[一二两三四五六七八九](?:[,、、或到~至])?[二两三四五六七八九]|[几数](?=[箱盒包袋盘条瓶杯件份个组]))"
)
PRICED = re.compile(
    r"\$?(\d{2,5})(?:(?:元|块钱|块)?(?:的|那个|那款|款)|(?:元|块钱|块)(?=[+*x\d一二两三]))"
)
ORDINAL = re.compile(
    r"第([\d一二三四五六七八九十]{1,3})[款个种项号样]|(?:#|no\.?|编号)\s?(\d{1,3})(?!\d)"
)


class Token(NamedTuple):
    """A piece of the text: its part, where it is, and what it can stand for."""

    kind: str
    start: int
    end: int
    text: str = ""
    refs: frozenset[Ref] = frozenset()
    number: int = 0


def tokens(text: str, lexicon: Lexicon, names: frozenset[str]) -> list[Token]:
    """Every character of `text` in one token or another, in order."""
    found: list[Token] = []
    at, length = 0, len(text)
    while at < length:
        new = _next(text, at, lexicon, names, found)
        if new[0].kind == UNKNOWN and found and found[-1].kind == UNKNOWN:
            last = found.pop()
            new = [Token(UNKNOWN, last.start, new[0].end, text[last.start : new[0].end])]
        found += new
        at = found[-1].end
    return found


def _next(
    text: str, at: int, lexicon: Lexicon, names: frozenset[str], before: list[Token]
) -> list[Token]:
    character = text[at]
    found = None
    if character == "@" and (mention := MENTION.match(text, at)):
        found = Token(MENTIONED, at, mention.end(), mention[1])
    elif character.isdigit() or character in ODD_STARTS:
        found = _odd(text, at, lexicon, before)
    word = None if found else _word(text, at, lexicon, names)
    if word is not None and len(word.text) > 1:
        found = word
    if found is None and character.isascii():
        run = ALNUM.match(text, at)
        if run is not None:
            return _chunk(text, run[0], at, lexicon, before)
    found = found or _name(text, at) or _spoken(text, at) or word
    return [found or Token(MARKS.get(character, UNKNOWN), at, at + 1, character)]


def _odd(text: str, at: int, lexicon: Lexicon, before: list[Token]) -> Token | None:
    """What starts like a number and is none, or more than one, or names something."""
    signed = bool(before) and before[-1].kind in (PLUS, TIMES, MINUS, COLON)
    ordinal = ORDINAL.match(text, at)
    if ordinal and lexicon.numbered:
        number = _ordinal(ordinal[1] or ordinal[2])
        return _coded(str(number), at, ordinal.end(), lexicon)
    priced = None if signed else PRICED.match(text, at)
    if priced:
        refs = lexicon.prices.get(int(priced[1]))
        kind = NO_SUCH if refs is None else _kind(refs)
        return Token(kind, at, priced.end(), priced[0], refs or frozenset())
    odd = None if signed else ODD_NUMBERS.match(text, at)
    if odd:
        return Token(OTHER, at, odd.end(), odd[0])
    decimal = numerals.DECIMAL.match(text, at)
    if decimal:
        return Token(FRACTION, at, decimal.end(), decimal[0])
    span = SPAN.match(text, at)
    if span and not (lexicon.numbered and text[at].isdigit()) and not _is_word(text, at, lexicon):
        return Token(RANGE, at, span.end(), span[0])
    odd = ELSE_COUNTED.match(text, at)
    if odd and _is_word(text, odd.end() - 1, lexicon):
        odd = None
    return Token(OTHER, at, odd.end(), odd[0]) if odd else None


def _is_word(text: str, at: int, lexicon: Lexicon) -> bool:
    return any(
        text.startswith(word, at) and meaning.refs
        for word, meaning in lexicon.words.get(text[at], ())
    )


def _kind(refs: frozenset[Ref]) -> str:
    return OPTION if any(ref.axis >= 0 for ref in refs) else ITEM


def _ordinal(written: str) -> int:
    return int(written) if written.isdigit() else numerals.value(written) or 0


def _coded(code: str, start: int, end: int, lexicon: Lexicon) -> Token:
    item = lexicon.codes.get(code)
    if item is None:
        return Token(NO_SUCH, start, end, code)
    return Token(ITEM, start, end, code, frozenset({Ref(item)}))


def _word(text: str, at: int, lexicon: Lexicon, names: frozenset[str]) -> Token | None:
    for word, meaning in lexicon.words.get(text[at], ()):
        if text.startswith(word, at) and _bounded(text, at, word, meaning):
            if names and (name := _known(text, at, names, len(word))):
                return name
            return Token(meaning.kind, at, at + len(word), word, meaning.refs)
    return _known(text, at, names, 0) if names else None


def _known(text: str, at: int, names: frozenset[str], longer: int) -> Token | None:
    for name in names:
        if len(name) >= longer and text.startswith(name, at):
            return Token(NAME, at, at + len(name), name)
    return None


def _bounded(text: str, at: int, word: str, meaning: Meaning) -> bool:
    """Whether a word with Latin letters stands by itself; others may be glued."""
    end = at + len(word)
    first, last = word[0], word[-1]
    if first.isascii() and first.isalpha() and at and _latin(text[at - 1]):
        return False
    if not last.isascii() or not last.isalnum() or end >= len(text):
        return True
    following = text[end]
    if last.isdigit():
        return not following.isdigit()
    return not _latin(following) and not (following.isdigit() and not meaning.refs)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _chunk(text: str, run: str, at: int, lexicon: Lexicon, before: list[Token]) -> list[Token]:
    """A run of Latin letters and digits: cut into codes, values and numbers, or unknown."""
    signed = bool(before) and before[-1].kind in (PLUS, MINUS, TIMES)
    if run.isdigit():
        decimal = len(run) > 3 and not signed
        if decimal or len(run) > numerals.LONGEST_DIGITS:
            return [Token(OTHER, at, at + len(run), run)]
        return [Token(NUMBER, at, at + len(run), run, number=int(run))]
    if run == "x" and TIMES_APART.match(text, at):
        return [Token(TIMES, at, at + 1, run)]
    if run in numerals.ENGLISH:
        return [Token(NUMBER, at, at + len(run), run, number=numerals.ENGLISH[run])]
    cut = chunks.cut(run, lexicon)
    if cut is None:
        shaped = len(run) <= 4 and lexicon.shape.fullmatch(run)
        return [Token(NO_SUCH if shaped else UNKNOWN, at, at + len(run), run)]
    made, start = [], at
    for kind, piece, refs in cut:
        number = int(piece) if kind == NUMBER else 0
        made.append(Token(kind, start, start + len(piece), piece, refs, number))
        start += len(piece)
    return made


def _name(text: str, at: int) -> Token | None:
    """小 or 阿 and one more letter, where that makes a name."""
    if text[at] not in "小阿" or at + 1 >= len(text):
        return None
    following = text[at + 1]
    if following in NAMELESS or not "\u4e00" <= following <= "\u9fff":
        return None
    return Token(NAME, at, at + 2, text[at : at + 2])


def _spoken(text: str, at: int) -> Token | None:
    """A number in Chinese, 半打 and 一打 with it; 半 alone is a fraction."""
    if text.startswith("半打", at):
        return Token(NUMBER, at, at + 2, "半打", number=numerals.DOZEN // 2)
    dozens = numerals.DOZENS.match(text, at)
    if dozens:
        count = _ordinal(dozens[1].replace("两", "二"))
        return Token(NUMBER, at, dozens.end(), dozens[0], number=numerals.DOZEN * count)
    spoken = numerals.SPOKEN.match(text, at)
    if spoken:
        number = numerals.value(spoken[0])
        if number is None:
            return Token(RANGE, at, spoken.end(), spoken[0])
        return Token(NUMBER, at, spoken.end(), spoken[0], number=number)
    if text[at] == "半":
        return Token(FRACTION, at, at + 1, "半")
    return None
