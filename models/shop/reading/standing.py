"""What somebody has ordered so far, and which of it words point at."""

from __future__ import annotations

from models.shop.reading.elements import Element
from models.shop.reading.facts import Line, Missing, Unclear
from models.shop.reading.parts import Part, Ref, Step
from models.shop.reading.picks import Choice, Pick, choice
from models.shop.reading.resolution import Scope

WRITER = ""


def index(line: Line, scope: Scope) -> int | None:
    """Which item of the catalogue a line is for; None if it is no longer open."""
    for at, item in enumerate(scope.lexicon.items):
        if item.code == line.item:
            return at
    return None


def values(line: Line, scope: Scope) -> Choice:
    """The values of a line, axis by axis."""
    at = index(line, scope)
    axes = scope.lexicon.axes(at) if at is not None else ()
    said = (line.option or "").split("/")
    return tuple(said) if len(said) == len(axes) and line.option else (None,) * len(axes)


def matching(pick: Pick, lines: tuple[Line, ...], scope: Scope) -> list[Line]:
    """The lines a pick names: of its item, with the values it gives."""
    found = []
    for line in lines:
        at = index(line, scope)
        wanted = choice(pick, at, scope.lexicon) if at is not None else None
        if wanted is None or at is None:
            continue
        if all(w in (None, v) for w, v in zip(wanted, values(line, scope), strict=True)):
            found.append(line)
    return found


def of(person: str | None, scope: Scope) -> tuple[Line, ...]:
    """Lines for `person`; all of them where nobody was named (None), `WRITER` for one's own."""
    if person is None:
        return scope.had
    return tuple(line for line in scope.had if (line.person or WRITER) == person)


def quoted_named(elements: list[Element], scope: Scope) -> list[Element]:
    """取消 said to a card: of that item, where several were ordered and none is named."""
    kinds = {each.kind for each in elements}
    others = {line.item for line in scope.had}
    acts = kinds & {Part.CANCELS, Part.DECLINES} or any(each.quantity.less for each in elements)
    if scope.quoted is None or len(others) < 2 or Step.PICK in kinds or not acts:
        return elements
    if scope.code(scope.quoted) not in others:
        return elements
    pick = Pick((frozenset({Ref(scope.quoted)}),))
    return [Element(Step.PICK, scope.code(scope.quoted), pick), *elements]


def unchanged_left_out(elements: list[Element]) -> list[Element]:
    """Without what is said to stay as it is."""
    made: list[Element] = []
    for element in elements:
        if element.kind != Part.STAYS:
            made.append(element)
        elif made and made[-1].kind in {Step.PICK, Step.PERSON}:
            made.pop()
    return made


def one(lines: tuple[Line, ...] | list[Line]) -> Line:
    """The one line meant: the only one, or the writer's own if there is one such.

    Raises:
        Unclear: there is none, or several.
    """
    if len(lines) == 1:
        return lines[0]
    own = [line for line in lines if line.person is None]
    if len(own) == 1:
        return own[0]
    raise Unclear(Missing.TARGET)
