"""Changes told another way than the grammar has them: A→C, A改1 B取消, 前面的不算 重喊B2.

Each is put in the usual order of words, for who has something to change.
"""

from __future__ import annotations

import re

from models.shop.reading.elements import Element
from models.shop.reading.facts import Line, Missing, Unclear
from models.shop.reading.parts import GOODS, Part, Step, Token
from models.shop.reading.phrases import phrased
from models.shop.reading.resolution import Scope, lines
from models.shop.reading.writing import each

ARROW = re.compile(r"-+>|=+>|[→⇒➔➜]")
AT_FIRST = set(each("原本 原來 本來 原先 上面 前面"))
TAKES = {Part.CANCELS, Part.DECLINES}
ENDING = re.compile(f"{Part.SETS}{Step.PICK}?{Step.QUANTITY}?$")


def arrows_read(found: list[Token], text: str) -> list[Token]:
    """The tokens with each arrow made into 改, and A不要改B into A不要了 改B."""
    made: list[Token] = []
    for at, token in enumerate(found):
        if made and token.start < made[-1].end:
            continue
        arrow = ARROW.match(text, token.start)
        if arrow and token.kind in {Part.UNKNOWN, Part.MINUS}:
            made.append(Token(Part.SETS, token.start, arrow.end(), "改"))
        elif token.kind == Part.DECLINES and _swaps(made, found[at + 1 : at + 3]):
            made.append(token._replace(text=""))
        else:
            made.append(token)
    return made


def _swaps(before: list[Token], behind: list[Token]) -> bool:
    named = [token.kind for token in before if token.kind != Part.SUFFIX][-1:]
    becomes = [token.kind for token in behind]
    return bool(named) and named[0] in GOODS and _into(becomes)


def _into(kinds: list[str]) -> bool:
    return len(kinds) > 1 and kinds[0] == Part.SETS and kinds[1] in GOODS


def retold(elements: list[Element], core: tuple[Token, ...], scope: Scope) -> list[Element]:
    """The elements in their usual order; what somebody has already is not ordered again.

    Raises:
        Unclear: what somebody says they have is not what they have.
    """
    kinds = "".join(each.kind for each in elements)
    before, anew, _ = kinds.partition(Part.ANEW)
    if anew and set(before) & TAKES and Step.QUANTITY not in before:
        return elements[len(before) :]
    if Part.SETS in kinds and set(kinds) & TAKES:
        return _gone_first(elements, kinds)
    if kinds == Step.QUANTITY * 2 + Part.ENOUGH:
        return _only_now(elements, core, scope)
    return _added(elements, core, scope)


def _only_now(elements: list[Element], core: tuple[Token, ...], scope: Scope) -> list[Element]:
    """本來+2 現在+1就好, of who has two: one."""
    had = {line.quantity for line in scope.had}
    first = next((token for token in core if token.kind not in {Part.GAP, Part.ME}), None)
    told = first is not None and first.text in AT_FIRST
    return elements[1:] if told and elements[0].quantity.number in had else elements


def _gone_first(elements: list[Element], kinds: str) -> list[Element]:
    """A改1 B取消, A改1 取消B, 取消A B改3: what goes is said first, in front of 取消."""
    for takes in TAKES:
        if ENDING.search(kinds[:-2]) and kinds.endswith((Step.PICK + takes, takes + Step.PICK)):
            return [*sorted(elements[-2:], key=_control), *elements[:-2]]
        if kinds.startswith(takes + Step.PICK * 2 + Part.SETS):
            return [elements[1], elements[0], *elements[2:]]
    return elements


def _control(element: Element) -> bool:
    return element.kind in TAKES


def _added(elements: list[Element], core: tuple[Token, ...], scope: Scope) -> list[Element]:
    """原本+2，再追加+3, of who has two: three more."""
    first = next((token for token in core if token.kind not in {Part.GAP, Part.ME}), None)
    more = next((at for at, each in enumerate(elements) if each.quantity.more), 0)
    while more and elements[more - 1].kind != Step.QUANTITY:
        more -= 1
    if first is None or first.text not in AT_FIRST or not more:
        return elements
    told = lines(phrased(elements[:more]), [], scope)
    if not all(_has(line, scope.had) for line in told):
        raise Unclear(Missing.QUANTITY)
    return elements[more:]


def _has(line: Line, had: tuple[Line, ...]) -> bool:
    return any(line[:4] == each[:4] for each in had)
