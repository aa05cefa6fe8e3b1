"""改 and 換: a new quantity for a line, or one thing for another."""

from __future__ import annotations

from typing import NamedTuple

from models.shop.reading.elements import Element, Quantity
from models.shop.reading.facts import Line, Missing, Op, Unclear
from models.shop.reading.parts import COUNTED, Part, Step
from models.shop.reading.picks import Choice, Pick, candidates, choice, joined_option, names_item
from models.shop.reading.resolution import MOST, Scope
from models.shop.reading.standing import WRITER, index, matching, of, one, values


class Side(NamedTuple):
    """What stands on one side of 改."""

    picks: list[Pick]
    quantities: list[Quantity]
    every: bool
    person: str | None
    each: bool = False


class Statement(NamedTuple):
    """From what, to what, and the elements that go on behind it."""

    left: Side
    right: Side
    behind: list[Element]


def statements(elements: list[Element]) -> list[Statement]:
    """The elements cut so that each 改 has its own two sides."""
    marks = [at for at, element in enumerate(elements) if element.kind == Part.SETS]
    made: list[Statement] = []
    start = 0
    for nth, mark in enumerate(marks):
        end = marks[nth + 1] if nth + 1 < len(marks) else len(elements)
        between = elements[mark + 1 : end]
        last = nth + 1 == len(marks)
        cut = _right_end(between, last=last)
        behind = between[cut:] if last else []
        made.append(Statement(side(elements[start:mark]), side(between[:cut]), behind))
        start = mark + 1 + cut
    return made


def _right_end(between: list[Element], *, last: bool) -> int:
    """A right side is picks and at most one quantity; what follows is the next left side."""
    kinds = "".join(each.kind for each in between)
    picks = len(kinds) - len(kinds.lstrip(Step.PICK))
    if not last and picks > 1:
        return 1
    counted = [at for at, kind in enumerate(kinds) if kind in COUNTED]
    if not counted:
        return len(between)
    return counted[0] + 1


def side(elements: list[Element]) -> Side:
    """Picks, quantities and somebody, whatever their order."""
    picks = [each.pick for each in elements if each.kind == Step.PICK and each.pick.mentions]
    named = [each.text for each in elements if each.kind == Step.PERSON]
    return Side(
        picks,
        [each.quantity for each in elements if each.kind in COUNTED],
        any(each.pick.every or each.kind == Part.EACH for each in elements),
        next((name for name in named if name), WRITER if named else None),
        any(each.kind == Part.EACH for each in elements),
    )


def swapped(statement: Statement, scope: Scope) -> list[Line]:
    """The lines that one statement changes, what is dropped first.

    Raises:
        Unclear: it can be meant for several lines, or for none.
    """
    left, right = statement.left, statement.right
    mine = of(left.person if left.person is not None else right.person, scope)
    if len(right.picks) > 1 or len(left.quantities) > 1:
        raise Unclear(Missing.TARGET)
    if not right.picks:
        return _set(left, right, mine, scope)
    exact = matching(right.picks[0], mine, scope) if right.quantities else []
    named = [line for pick in left.picks for line in matching(pick, mine, scope)]
    if exact and not left.every and (not left.picks or exact == named):
        return [_total(one(exact), right.quantities[0])]
    sources = _sources(left, right.picks[0], mine, scope)
    return _moved(sources, left, right, scope)


def _set(left: Side, right: Side, mine: tuple[Line, ...], scope: Scope) -> list[Line]:
    if not right.quantities:
        raise Unclear(Missing.TARGET)
    if left.quantities and not left.picks and _could_be_code(left.quantities[0], scope):
        return [_total(_code_or_count(left, right, mine), right.quantities[0])]
    lines = _quoted(left, _left_lines(left, mine, scope), scope)
    if left.each and not left.quantities:
        return [_total(line, right.quantities[0]) for line in lines]  # A、B各改3, 都改2盤
    if len(lines) > 1 and left.quantities:
        lines = [line for line in lines if line.quantity == left.quantities[0].number]
    line = one(lines)
    if left.quantities and left.quantities[0].number != line.quantity:
        raise Unclear(Missing.TARGET)
    return [_total(line, right.quantities[0])]


def _quoted(left: Side, lines: list[Line], scope: Scope) -> list[Line]:
    """改2, said to a card: of that item."""
    if scope.quoted is None or left.picks or left.each:
        return lines
    code = scope.code(scope.quoted)
    return [line for line in lines if line.item == code] or lines


def _code_or_count(left: Side, right: Side, mine: tuple[Line, ...]) -> Line:
    """2改成1箱, of two of item 2: whichever the 2 is, it is the same line.

    Raises:
        Unclear: it is not, or what stands on the right may be a code too.
    """
    first, becomes = left.quantities[0], right.quantities[0]
    if not (becomes.unit or becomes.plus):
        raise Unclear(Missing.TARGET)
    return one([line for line in mine if str(first.number) in (line.item, str(line.quantity))])


def _could_be_code(quantity: Quantity, scope: Scope) -> bool:
    return not quantity.unit and not quantity.plus and str(quantity.number) in scope.lexicon.codes


def _total(line: Line, quantity: Quantity) -> Line:
    if quantity.unclear is not None or not 0 <= quantity.number < MOST:
        raise Unclear(quantity.unclear or Missing.QUANTITY)
    return line._replace(quantity=quantity.number, op=Op.SET)


def _left_lines(left: Side, mine: tuple[Line, ...], scope: Scope) -> list[Line]:
    if not left.picks:
        return list(mine)
    found = [line for pick in left.picks for line in matching(pick, mine, scope)]
    if not found:
        raise Unclear(Missing.TARGET)
    return found


def _sources(left: Side, to: Pick, mine: tuple[Line, ...], scope: Scope) -> list[Line]:
    """The lines that are swapped."""
    lines = _left_lines(left, mine, scope)
    if left.picks:
        return lines
    counted = left.quantities[0].number if left.quantities else None
    meant = [line for line in lines if destination(line, to, scope) not in (None, line[:2])]
    if left.every or counted is not None:
        held = sum(line.quantity for line in lines)
        if counted is not None and counted not in (held, len(lines)):
            raise Unclear(Missing.TARGET)
        return [line for line in meant if line in lines]
    return [one(meant)]


def destination(line: Line, to: Pick, scope: Scope) -> tuple[str, str | None] | None:
    """What a line becomes by a pick: its item and option; None if that stays open."""
    at = index(line, scope)
    if at is None:
        return None
    wanted = choice(to, at, scope.lexicon)
    if wanted is not None and (any(wanted) or names_item(to)):
        kept: Choice = tuple(
            new or old for new, old in zip(wanted, values(line, scope), strict=True)
        )
        return None if None in kept else (line.item, joined_option(kept))
    items = candidates(to, scope.lexicon)
    if len(items) != 1:
        return None
    other = choice(to, items[0], scope.lexicon) or ()
    if scope.lexicon.axes(items[0]) == scope.lexicon.axes(at):
        had = values(line, scope)
        other = tuple(new or old for new, old in zip(other, had, strict=True))
    return None if None in other else (scope.code(items[0]), joined_option(other))


def _moved(sources: list[Line], left: Side, right: Side, scope: Scope) -> list[Line]:
    if not sources:
        raise Unclear(Missing.TARGET)
    arrived: dict[tuple[str, str | None, str | None], int] = {}
    part = left.quantities[0].number if left.quantities and len(sources) == 1 else None
    for line in sources:
        became = destination(line, right.picks[0], scope)
        if became is None:
            raise Unclear(Missing.OPTION)
        if became == (line.item, line.option) and len(sources) == 1:
            raise Unclear(Missing.TARGET)
        key = (*became, line.person)
        arrived[key] = arrived.get(key, 0) + (part or line.quantity)
    made = _replaced(sources, arrived, right, scope)
    if part is not None and part < sources[0].quantity and not right.quantities:
        left_over = sources[0].quantity - part
        return [sources[0]._replace(quantity=left_over, op=Op.SET), *made[1:]]
    return made


def _replaced(
    sources: list[Line],
    arrived: dict[tuple[str, str | None, str | None], int],
    right: Side,
    scope: Scope,
) -> list[Line]:
    dropped = [line for line in sources if (line.item, line.option, line.person) not in arrived]
    made = [line._replace(quantity=0, op=Op.SET) for line in dropped]
    for (item, option, person), number in arrived.items():
        standing = sum(
            line.quantity
            for line in scope.had
            if (line.item, line.option, line.person) == (item, option, person)
            and line not in sources
        )
        said = right.quantities[0].number if right.quantities and len(arrived) == 1 else None
        made.append(Line(item, option, said or number + standing, person, Op.SET))
    return made
