"""What starts like a number: dates, prices, spans, ordinals, and counts of other things.

12/24, 7-11 and 十一點 count nothing that is sold; 450的 names it by its price; 兩三箱
is more than one number, and so none.
"""

from __future__ import annotations

import re

from models.shop.reading import numerals
from models.shop.reading.lexicon import Lexicon
from models.shop.reading.parts import Part, Ref, Token
from models.shop.reading.writing import each

ODD_NUMBERS = re.compile(
    r"https?://\S+|www\.\S+"
    r"|7-?11(?!\d)|0\d{1,3}-?\d{3,4}-?\d{3,4}(?!\d)"
    r"|\d{1,4}/\d{1,2}(?:/\d{1,2})?(?![\d+*:箱盒包袋])"
    r"|\d{1,2}:\d{2}(?!\d)(?:-\d{1,2}:\d{2})?"
    r"|\d+(?:\.\d+)?%|\d+(?:,\d{3})+"
    r"|(?:nt\$?|\$)\s?\d+元?"
)
COUNTED = each(
    "點 分鐘 小時 歲 樓 天 年 月 日 人 個人 度 折 次 位 名 週 秒 期 課 集 班 棟 房 "
    "坪 公分 萬 千 億 倍 層 站"
)
ELSE_COUNTED = re.compile(
    rf"(?:\d+|[一二两三四五六七八九十百半]+)(?:{'|'.join(COUNTED)}|cm|k(?!g)|f(?![a-z])|号出口)"
)
# one for each of them: 一人一箱
ALIKE = re.compile("[一每]人(?=\\d|[一二两三四五六七八九十](?!半|个|点|下|次|半))")
CENTIMETRES = "公分"
SPAN = re.compile(
    r"(?:(\d{1,3})\s?(?:[~]|-(?=\d+\s?[\u4e00-\u9fff])|到|至|或)\s?(\d{1,3})|"
    r"[一二两三四五六七八九](?:[,、、或到~至])?[二两三四五六七八九]|(?<=[+])[几](?!\w)|[几数](?=[箱盒包袋盘条瓶杯件份个组]))"
)
# of sizes and weights, as in S 58-62
MEASURED = re.compile(
    r"\d{1,3}\s?[-~]\s?\d{1,3}\s?(?:kg|cm|公斤|公分|岁|g(?![a-z]))"
    r"|(?:[2-9]\d|1\d\d)\s?[-~]\s?(?:[2-9]\d|1\d\d)(?!\d|[a-z]| ?[\u4e00-\u9fff])"
)
PRICED = re.compile(
    r"\$?(\d{2,5})(?:(?:元|块钱|块)?(?:的|那[个款种件箱盒包条袋份盘杯]|款)|(?:元|块钱|块)(?=[+*x\d一二两三]))"
)
ORDINAL = re.compile(
    r"第([\d一二三四五六七八九十]{1,3})[款个种项号样]|(?:#|no\.?|编号)\s?(\d{1,3})(?!\d)"
)


def figure(text: str, at: int, lexicon: Lexicon, before: list[Token]) -> Token | None:
    """The token that starts at `at`, if it is one of these; a plain number is not."""
    signed = bool(before) and before[-1].kind in (Part.PLUS, Part.TIMES, Part.MINUS, Part.COLON)
    ordinal = ORDINAL.match(text, at) if lexicon.numbered else None
    if ordinal:
        number = ordinal_number(ordinal[1] or ordinal[2])
        return _coded(str(number), at, ordinal.end(), lexicon)
    return (None if signed else _unsigned(text, at, lexicon)) or _several(text, at, lexicon)


def _unsigned(text: str, at: int, lexicon: Lexicon) -> Token | None:
    """A price that names a thing; a date, a time, a telephone."""
    priced = PRICED.match(text, at)
    if priced:
        refs = lexicon.prices.get(int(priced[1]))
        kind = Part.NO_SUCH if refs is None else _kind(refs)
        return Token(kind, at, priced.end(), priced[0], refs or frozenset())
    odd = ODD_NUMBERS.match(text, at)
    return Token(Part.OTHER, at, odd.end(), odd[0]) if odd else None


def _several(text: str, at: int, lexicon: Lexicon) -> Token | None:
    """Part of one, more than one, or so many of something else."""
    decimal = numerals.DECIMAL.match(text, at)
    if decimal:
        return Token(Part.FRACTION, at, decimal.end(), decimal[0])
    measured = MEASURED.match(text, at)
    if measured and not _is_word(text, at, lexicon):
        return Token(Part.OTHER, at, measured.end(), measured[0])
    span = SPAN.match(text, at)
    if span and not (lexicon.numbered and text[at].isdigit()) and not _is_word(text, at, lexicon):
        return Token(Part.RANGE, at, span.end(), span[0])
    odd = ELSE_COUNTED.match(text, at)
    if odd is None or ALIKE.match(text, at) or _is_word(text, odd.end() - 1, lexicon):
        return None
    if odd[0].removesuffix("cm").removesuffix(CENTIMETRES) in lexicon.choices:
        return None
    return Token(Part.FROM if odd[0][-1] in "楼栋f" else Part.OTHER, at, odd.end(), odd[0])


def _is_word(text: str, at: int, lexicon: Lexicon) -> bool:
    return any(
        text.startswith(word, at) and meaning.refs
        for word, meaning in lexicon.words.get(text[at], ())
    )


def _kind(refs: frozenset[Ref]) -> str:
    return Part.OPTION if any(ref.axis >= 0 for ref in refs) else Part.ITEM


def ordinal_number(written: str) -> int:
    """A number in digits or in Chinese; 0 if it is none."""
    return int(written) if written.isdigit() else numerals.value(written) or 0


def _coded(code: str, start: int, end: int, lexicon: Lexicon) -> Token:
    item = lexicon.codes.get(code)
    if item is None:
        return Token(Part.NO_SUCH, start, end, code)
    return Token(Part.ITEM, start, end, code, frozenset({Ref(item)}))
