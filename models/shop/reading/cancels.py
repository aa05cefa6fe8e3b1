"""Taking back: all of it, what is named, or some of it."""

from __future__ import annotations

from models.shop.reading.elements import Element
from models.shop.reading.facts import Expect, Line, Missing, Op, Reading, Unclear
from models.shop.reading.parts import Part, Step
from models.shop.reading.picks import Pick
from models.shop.reading.resolution import Scope
from models.shop.reading.standing import WRITER, matching, of, one, unchanged_left_out


def cancelled(elements: list[Element], scope: Scope) -> Reading:
    """What is to be cancelled.

    Raises:
        Unclear: nothing that was ordered is meant, or only some of it and not which.
    """
    if not scope.had:
        raise Unclear(Missing.TARGET)
    stays = any(each.kind == Part.STAYS for each in elements)
    elements = unchanged_left_out(elements)
    person = _person(elements)
    mine = of(person, scope)
    picks = [each.pick for each in elements if each.kind == Step.PICK and each.pick.mentions]
    counts = [each.quantity for each in elements if each.kind == Step.QUANTITY]
    if not picks and not counts:
        named = person not in (None, WRITER)
        if named and not mine:
            raise Unclear(Missing.TARGET)
        return Reading(Expect.CANCEL, mine if named or (stays and mine != scope.had) else ())
    if len(counts) > 1 or (counts and len(picks) > 1):
        raise Unclear(Missing.TARGET)
    named_lines = _named(picks, mine, scope)
    if not counts:
        return Reading(Expect.CANCEL, tuple(named_lines))
    return _some(one(named_lines), counts[0].number, whole=not picks and len(scope.had) == 1)


def _person(elements: list[Element]) -> str | None:
    named = [each.text for each in elements if each.kind == Step.PERSON]
    return next((name for name in named if name), WRITER if named else None) if named else None


def _named(picks: list[Pick], mine: tuple[Line, ...], scope: Scope) -> list[Line]:
    if not picks:
        return list(mine)
    found: list[Line] = []
    for pick in picks:
        lines = matching(pick, mine, scope)
        if not lines:
            raise Unclear(Missing.TARGET)
        found += [line for line in lines if line not in found]
    return found


def _some(line: Line, number: int, *, whole: bool) -> Reading:
    """So many of a line: all of it is a cancellation, fewer a change."""
    if number == line.quantity:
        return Reading(Expect.CANCEL, () if whole else (line,))
    if not 0 < number < line.quantity:
        raise Unclear(Missing.QUANTITY)
    return Reading(Expect.CHANGE, (line._replace(quantity=-number, op=Op.DELTA),))
