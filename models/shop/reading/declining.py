"""What is not wanted beside what is: A+1 B先不要, 我A+1 阿珠不跟. It is left out.

Only of who has nothing of it yet; of others it takes something back.
"""

from __future__ import annotations

from models.shop.reading.elements import Element
from models.shop.reading.facts import Line, Missing, Unclear
from models.shop.reading.parts import Part, Step

CLEAR = {Step.PICK, Step.PERSON}
BESIDE = {Step.PICK, Step.QUANTITY}


def undeclined(elements: list[Element], had: tuple[Line, ...]) -> list[Element]:
    """The elements without what is declined, where something is ordered beside it."""
    elements = elements if had else _without_zeros(elements)
    kinds = [each.kind for each in elements]
    if Part.DECLINES not in kinds or Step.QUANTITY not in kinds:
        return elements
    made = _without_persons(elements, had)
    return made if had else _without_goods(made)


def _without_zeros(elements: list[Element]) -> list[Element]:
    """高麗菜 3 韭菜 0: a form filled in to the end."""
    made: list[Element] = []
    for element in elements:
        zero = element.kind == Step.QUANTITY and element.quantity.number == 0
        none = zero and element.quantity.unclear is None and not element.quantity.bracketed
        if none and made and made[-1].kind == Step.PICK:
            made.pop()
        else:
            made.append(element)
    return made if any(each.kind == Step.QUANTITY for each in made) else elements


def _without_goods(elements: list[Element]) -> list[Element]:
    """A+1 B先不要."""
    made: list[Element] = []
    for at, element in enumerate(elements):
        counted = at + 1 < len(elements) and elements[at + 1].kind == Step.QUANTITY
        if element.kind == Part.DECLINES and made and made[-1].kind == Step.PICK and not counted:
            made.pop()
        else:
            made.append(element)
    return made if any(each.kind == Step.QUANTITY for each in made) else elements


def _without_persons(elements: list[Element], had: tuple[Line, ...]) -> list[Element]:
    """我A+1 阿珠不跟; but +1 我不要 agrees with somebody else who does without.

    Raises:
        Unclear: somebody who has something does without, and something else is added.
    """
    if Part.SETS in {each.kind for each in elements}:
        return elements
    made: list[Element] = []
    for at, element in enumerate(elements):
        goes_on = at + 1 < len(elements) and elements[at + 1].kind in BESIDE
        same_line = goes_on and elements[at + 1].line == element.line
        person = made[-1] if made and made[-1].kind == Step.PERSON else None
        has = person is not None and any((line.person or "") == person.text for line in had)
        declined = element.kind == Part.DECLINES and person is not None and not same_line
        if declined and person and has and person.text and _adds(elements):
            raise Unclear(Missing.TARGET)
        if declined and not has:
            made.pop()
        else:
            made.append(element)
    clear = {each.kind for each in made} & CLEAR or any(each.quantity.unit for each in made)
    return made if len(made) < len(elements) and clear else elements


def _adds(elements: list[Element]) -> bool:
    return any(each.quantity.plus for each in elements)
