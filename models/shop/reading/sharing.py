"""Shares in brackets behind what they are of: A+2（小美1、我1）B+1."""

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
