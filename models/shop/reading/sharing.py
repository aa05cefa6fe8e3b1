"""Shares in brackets behind what they are of: A+2（小美1、我1）B+1, +2（一箱小美的）."""

from __future__ import annotations

from models.shop.reading.elements import Element
from models.shop.reading.facts import Missing, Unclear
from models.shop.reading.parts import Step

SHARE = [Step.PERSON, Step.QUANTITY]


def shares_named(elements: list[Element]) -> list[Element]:
    """The elements with each such share made a pick and a quantity of its own.

    Raises:
        Unclear: shares that don't add up.
    """
    elements = _completed(elements)
    if sum(each.kind == Step.PICK for each in elements) < 2:
        return elements
    made: list[Element] = []
    at = 0
    while at < len(elements):
        shares = _shares(elements, at + 2) if _counted(elements, at) else []
        if not shares:
            made.append(elements[at])
            at += 1
            continue
        pick, counted = elements[at : at + 2]
        if sum(share.quantity.number for _, share in shares) != counted.quantity.number:
            raise Unclear(Missing.QUANTITY)
        for person, share in shares:
            made += [person, pick, share._replace(line=counted.line)]
        at += 2 + 2 * len(shares)
        if _counted(elements, at) and not _shares(elements, at + 2):
            owner = _noted(elements, at + 2)
            made += [owner or Element(Step.PERSON, "", line=elements[at].line)]
            made += elements[at : at + 2]
            at += 3 if owner else 2
    return made


def _completed(elements: list[Element]) -> list[Element]:
    """The elements with each share behind its owner, and what no share names for the writer."""
    made: list[Element] = []
    at = 0
    while at < len(elements):
        made.append(elements[at])
        at += 1
        if made[-1].kind != Step.QUANTITY or made[-1].quantity.bracketed:
            continue
        shares = _shares(elements, at) or _shares(_turned(elements[at:]), 0)
        at += 2 * len(shares)
        left = made[-1].quantity.number - sum(share.quantity.number for _, share in shares)
        whole, owners = made[-1], [owner.text for owner, _ in shares]
        made += [each for pair in shares for each in pair]
        if shares and left > 0 and "" not in owners:
            rest = shares[0][1].quantity._replace(number=left)
            made.append(Element(Step.PERSON, "", line=whole.line))
            made.append(Element(Step.QUANTITY, quantity=rest, line=whole.line))
    return made


def _turned(elements: list[Element]) -> list[Element]:
    """一箱小美 兩箱阿珠: each owner in front of the share."""
    made: list[Element] = []
    for share, owner in zip(elements[::2], elements[1::2], strict=False):
        if (owner.kind, share.kind) != tuple(SHARE) or not share.quantity.bracketed:
            break
        made += [owner, share]
    return made


def _noted(elements: list[Element], at: int) -> Element | None:
    """C+1（阿珠）: whose it is, behind it."""
    return elements[at] if at < len(elements) and elements[at].noted else None


def _counted(elements: list[Element], at: int) -> bool:
    pair = elements[at : at + 2]
    kinds = [each.kind for each in pair]
    return kinds == [Step.PICK, Step.QUANTITY] and not pair[1].quantity.bracketed


def _shares(elements: list[Element], at: int) -> list[tuple[Element, Element]]:
    """The pairs of somebody and a number between the brackets that open there."""
    made: list[tuple[Element, Element]] = []
    while [each.kind for each in elements[at : at + 2]] == SHARE:
        person, share = elements[at : at + 2]
        if not share.quantity.bracketed:
            break
        made.append((person, share))
        at += 2
    return made
