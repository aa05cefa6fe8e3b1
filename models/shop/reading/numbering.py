"""Where codes are numbers: which number is a code, and which says how many.

The one in front of a sign is a code (`2+1`, `3 +2`), and those that go on to 各.
"""

from __future__ import annotations

from models.shop.reading.lexicon import Lexicon
from models.shop.reading.parts import BREAKS, NUMBERS, SIGNS, Part, Ref, Token


def coded(token: Token, lexicon: Lexicon) -> Token:
    """A number taken for the code it is, or for one that does not exist."""
    item = lexicon.codes.get(str(token.number))
    if item is None:
        return token._replace(kind=Part.NO_SUCH)
    return token._replace(kind=Part.ITEM, refs=frozenset({Ref(item)}), number=0)


def numbers_as_codes(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """`2+1`, `3 +2`, `1*2`, `2-1` and `1、2各1`: what stands in front is a code."""
    made: list[Token] = []
    found = _unbracketed(found, lexicon)
    for at, token in enumerate(found):
        digits = [_digit(token, nth) for nth in range(len(token.text))]
        together = token.kind == Part.NUMBER and token.text.isdigit() and len(digits) > 1
        if together and _listed(found[at:]) and all(each.text in lexicon.codes for each in digits):
            made += digits
        else:
            made.append(token)
    for at, token in enumerate(made):
        if token.kind != Part.NUMBER or (at and made[at - 1].kind in SIGNS):
            continue
        beyond = [each for each in made[at + 1 :] if each.kind != Part.GAP][:2]
        signed = (
            len(beyond) == 2
            and beyond[0].kind in SIGNS
            and beyond[1].kind in NUMBERS | {Part.PLUS}
        )
        if signed or _listed(made[at:]) or _valued(token, beyond, made[at + 1 :], lexicon):
            made[at] = coded(token, lexicon)
    return made


def _unbracketed(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """[2]+3: a code in brackets, before a sign or a number."""
    made = list(found)
    for at in range(len(made) - 3, -1, -1):
        kinds = [each.kind for each in made[at : at + 3]]
        behind = [each.kind for each in made[at + 3 :] if each.kind != Part.GAP][:1]
        counts = bool(behind) and behind[0] in SIGNS | NUMBERS
        if kinds == [Part.OPEN, Part.NUMBER, Part.CLOSE] and counts:
            made[at : at + 3] = [coded(made[at + 1], lexicon)]
    return made


def _valued(token: Token, beyond: list[Token], rest: list[Token], lexicon: Lexicon) -> bool:
    """2黑36+1: a code, one of its values, and only then how many."""
    item = lexicon.codes.get(str(token.number))
    if item is None or not beyond or item not in {ref.item for ref in beyond[0].refs}:
        return False
    behind = rest[rest.index(beyond[0]) + 1 :]
    ends = next((at for at, each in enumerate(behind) if each.kind in BREAKS), len(behind))
    return any(each.kind in SIGNS for each in behind[:ends])


def _digit(token: Token, nth: int) -> Token:
    """One digit of 123各1, where codes are written together."""
    digit, start = token.text[nth], token.start + nth
    number = int(digit) if digit.isdecimal() else 0
    return Token(Part.NUMBER, start, start + 1, digit, number=number)


def _listed(rest: list[Token]) -> bool:
    """Whether numbers go on to 各, as in `1、2各1`."""
    for token in rest:
        if token.kind == Part.EACH:
            return True
        if token.kind not in (Part.NUMBER, Part.GAP, Part.JOINS):
            return False
    return False
