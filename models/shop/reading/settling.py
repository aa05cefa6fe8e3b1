"""Tokens that mean something only beside certain others; the rest of them are unknown words.

A unit follows a number, 色 and 號 follow a choice, 加 stands before a number, and
where codes are numbers the one in front of a plus is a code.
"""

from __future__ import annotations

import re

from models.shop.reading.lexicon import ITEM, OPTION, UNIT, Lexicon, Ref
from models.shop.reading.parts import (
    ASKS,
    COLON,
    FRACTION,
    GAP,
    MENTIONED,
    MINUS,
    NO_SUCH,
    NUMBER,
    OTHER,
    PARTICLE,
    PLUS,
    RANGE,
    TIMES,
    UNKNOWN,
    Token,
)

SORTS = {"款", "种", "项", "样", "色"}
QUANTITIES = {NUMBER, FRACTION, RANGE}
CHOSEN = {ITEM, OPTION, "o", "a", "k", NO_SUCH}
BOPOMOFO = re.compile(r"[ㄅ-ㄩ]+")
MONEY_FROM = 30
EVERYBODY = {"all", "所有人", "全部", "大家"}


def settled(found: list[Token], lexicon: Lexicon, shop: frozenset[str]) -> list[Token]:
    """The tokens with each doubtful one decided by its neighbours; `shop` are its own names."""
    made: list[Token] = []
    for at, token in enumerate(found):
        before = made[-1] if made else None
        following = found[at + 1] if at + 1 < len(found) else None
        if token.kind == UNIT:
            made.append(_unit(token, made))
        elif token.kind == "D":
            _suffix(token, made, lexicon)
        elif token.kind == PLUS and token.text == "加":
            good = following is not None and following.kind in QUANTITIES | {PLUS}
            made.append(token if good else token._replace(kind=UNKNOWN))
        elif token.kind == NUMBER and token.number >= MONEY_FROM and _a_price(made, following):
            made.append(token._replace(kind=OTHER))
        elif token.kind == "n" and token.text == "是" and not _corrects(made):
            made.append(token._replace(kind=UNKNOWN))
        elif token.text == "还有" and following is not None and following.kind == NUMBER:
            counted = any(each.kind == NUMBER for each in made)
            made.append(token if counted else token._replace(kind=OTHER))
        elif token.kind == RANGE and token.text in {"几", "数"} and not _several(made):
            made.append(token._replace(kind=OTHER))
        elif token.text == "=" and before is not None and before.kind in (ITEM, OPTION):
            made.append(token._replace(kind=COLON))
        elif token.kind == UNKNOWN and BOPOMOFO.fullmatch(token.text):
            made.append(_particle(token, before))
        elif token.kind == MENTIONED:
            made.append(_mention(token, shop))
        else:
            made.append(token)
    return _numbers_as_codes(made, lexicon) if lexicon.numbered else made


def _corrects(made: list[Token]) -> bool:
    """是 corrects at the start, or behind what was wrong; 我也是 agrees."""
    before = made[-1] if made else None
    if any(token.kind == "n" for token in made):
        return True
    return before is None or before.kind in {GAP, "/", ".", NUMBER, UNIT, "m", "k", "o", "T"}


def _several(made: list[Token]) -> bool:
    """多買幾箱 wishes; 要幾箱 asks."""
    return any(token.kind == "g" for token in made[-2:])


def _a_price(made: list[Token], following: Token | None) -> bool:
    """一顆100: a number right behind a counted thing, itself counting nothing."""
    counted = bool(made) and made[-1].kind == UNIT
    return counted and (following is None or following.kind != UNIT)


def _unit(token: Token, made: list[Token]) -> Token:
    before = made[-1] if made else None
    if before is not None and before.kind == GAP and before.text == " " and len(made) > 1:
        before = made[-2]
    if before is not None and before.kind in QUANTITIES:
        return token
    if before is not None and token.text in SORTS and before.kind in CHOSEN:
        return token._replace(kind="D")
    pointed = before is not None and (before.kind == "M" or before.text in {"那", "这", "的"})
    return token._replace(kind="o" if pointed or token.text in {"单", "把"} else UNKNOWN)


def _suffix(token: Token, made: list[Token], lexicon: Lexicon) -> None:
    """色 after a colour, 號 after a code; 的 after anything known."""
    before = made[-1] if made else None
    if before is not None and before.kind == NUMBER and token.text in {"号", "款", "项", "种"}:
        if lexicon.numbered:
            made[-1] = coded(before, lexicon)
            return
        made.append(token._replace(kind=UNIT if token.text in {"款", "种"} else UNKNOWN))
        return
    good = before is not None and (
        before.kind in CHOSEN or (token.text == "的" and before.kind in set("WKNMBoUx9"))
    )
    made.append(token._replace(kind="D" if good else UNKNOWN))


def _particle(token: Token, before: Token | None) -> Token:
    """ㄇ asks, others soften; but only right behind something."""
    if set(token.text) <= set("ㄏㄎ"):
        return token._replace(kind="t")
    if before is None or before.kind == GAP:
        return token
    return token._replace(kind=ASKS if token.text == "ㄇ" else PARTICLE)


def _mention(token: Token, shop: frozenset[str]) -> Token:
    if token.text in shop:
        return token._replace(kind=PARTICLE)
    return token._replace(kind=OTHER) if token.text in EVERYBODY else token


def coded(token: Token, lexicon: Lexicon) -> Token:
    """A number taken for the code it is, or for one that does not exist."""
    item = lexicon.codes.get(str(token.number))
    if item is None:
        return token._replace(kind=NO_SUCH)
    return token._replace(kind=ITEM, refs=frozenset({Ref(item)}), number=0)


def _numbers_as_codes(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """`2+1`, `3 +2`, `1*2`, `2-1` and `1、2各1`: what stands in front is a code."""
    made: list[Token] = []
    for at, token in enumerate(found):
        digits = [_digit(token, nth) for nth in range(len(token.text))]
        together = token.kind == NUMBER and token.text.isdigit() and len(digits) > 1
        if together and _listed(found[at:]) and all(each.text in lexicon.codes for each in digits):
            made += digits
        else:
            made.append(token)
    for at, token in enumerate(made):
        if token.kind != NUMBER or (at and made[at - 1].kind in (PLUS, TIMES, MINUS)):
            continue
        beyond = [each for each in made[at + 1 :] if each.kind != GAP][:2]
        signed = (
            len(beyond) == 2
            and beyond[0].kind in (PLUS, TIMES, MINUS)
            and beyond[1].kind in QUANTITIES | {PLUS}
        )
        if signed or _listed(made[at:]):
            made[at] = coded(token, lexicon)
    return made


def _digit(token: Token, nth: int) -> Token:
    """One digit of 123各1, where codes are written together."""
    digit, start = token.text[nth], token.start + nth
    number = int(digit) if digit.isdecimal() else 0
    return Token(NUMBER, start, start + 1, digit, number=number)


def _listed(rest: list[Token]) -> bool:
    """Whether numbers go on to 各, as in `1、2各1`."""
    for token in rest:
        if token.kind == "e":
            return True
        if token.kind not in (NUMBER, GAP, "j"):
            return False
    return False
