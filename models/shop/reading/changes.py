"""Changing an order: new totals, more and fewer, one thing for another, all of it anew."""

from __future__ import annotations

import re

from models.shop.reading import swaps
from models.shop.reading.elements import Element, sums_as_quantities
from models.shop.reading.facts import Line, Missing, Op, Unclear
from models.shop.reading.parts import COUNTED, SAID, Part, Step
from models.shop.reading.phrases import Phrase, phrased
from models.shop.reading.resolution import Scope, counted, lines
from models.shop.reading.standing import WRITER, matching, of, one, unchanged_left_out
from models.shop.reading.swaps import Side, Statement

TOLD = SAID | {Step.SUM}
STATED = TOLD | {Part.SETS, Part.EACH}
GONE = re.compile(f"{Step.PICK}[{Part.CANCELS}{Part.DECLINES}](?={Step.PICK}{Part.SETS})")
DENIES = {"不是", "非", "not"}


def changed(elements: list[Element], scope: Scope) -> list[Line]:
    """The lines of a change.

    Raises:
        Unclear: there is nothing to change, or it is not clear what.
    """
    if not scope.had:
        raise Unclear(Missing.TARGET)
    elements = _corrected(unchanged_left_out(elements))
    kept, gone = _dropped(elements, scope)
    kept, denied = _denied(kept)
    kinds = {element.kind for element in kept}
    if Part.SETS in kinds:
        return gone + _statements(kept, scope)
    if any(each.kind == Step.QUANTITY and each.quantity.less for each in kept):
        return _differences(kept, scope)
    if denied and not any(each.kind in COUNTED for each in kept):
        picks = [each for each in kept if each.kind == Step.PICK]
        return swaps.swapped(Statement(swaps.side(denied), swaps.side(picks), []), scope)
    made = _totals(kept, scope, anew=Part.ANEW in kinds)
    return _instead(made, scope) if kinds & {Part.MISTAKE, Part.NOT} else made


def _instead(made: list[Line], scope: Scope) -> list[Line]:
    """打錯了 是B+2: what was ordered by mistake goes, if it is one thing and not the same."""
    own = of(WRITER, scope)
    if len(own) != 1 or any(line[:2] == own[0][:2] for line in made):
        return made
    return [own[0]._replace(quantity=0, op=Op.SET), *made]


def _corrected(elements: list[Element]) -> list[Element]:
    """A+1 打錯 是A+2: what stands before the mistake was it."""
    kinds = "".join(each.kind for each in elements)
    before, _, behind = kinds.partition(Part.MISTAKE)
    return (
        elements[len(before) :]
        if Step.QUANTITY in before and Step.QUANTITY in behind
        else elements
    )


def _dropped(elements: list[Element], scope: Scope) -> tuple[list[Element], list[Line]]:
    """A不要 B改2: what goes altogether, beside what is changed.

    Raises:
        Unclear: it cannot be told from what is changed.
    """
    kinds = "".join(each.kind for each in elements)
    found = GONE.match(kinds)
    if found:
        lines = matching(elements[0].pick, scope.had, scope)
        if not lines:
            raise Unclear(Missing.TARGET)
        return elements[2:], [line._replace(quantity=0, op=Op.SET) for line in lines]
    if Part.SETS in kinds and kinds.endswith((Part.CANCELS, Part.DECLINES)):
        raise Unclear(Missing.TARGET)
    return elements, []


def _denied(elements: list[Element]) -> tuple[list[Element], list[Element]]:
    """What holds, and what 不是 takes back."""
    kept: list[Element] = []
    denied: list[Element] = []
    taking = False
    for element in elements:
        if element.kind in {Part.NOT, Part.DECLINES}:
            taking = element.text in DENIES or element.kind == Part.DECLINES
        elif taking and element.kind in {Step.PICK, Step.QUANTITY}:
            denied.append(element)
            taking = element.kind != Step.QUANTITY
        else:
            taking = False
            kept.append(element)
    return kept, denied


def _statements(elements: list[Element], scope: Scope) -> list[Line]:
    made: list[Line] = []
    found = swaps.statements([each for each in elements if each.kind in STATED])
    listed = found[0].right
    if len(found) == 1 and not _says(found[0].left) and found[0].behind and listed.picks:
        rest = [each for each in elements if each.kind in TOLD]
        return _totals(rest, scope, anew=False)
    if any(quantity.less for statement in found for quantity in statement.left.quantities):
        # A少一包 改D一包: what is fewer here is more there
        return _differences([each for each in elements if each.kind in SAID], scope)
    for statement in found:
        made += swaps.swapped(statement, scope)
    behind = [each for each in found[-1].behind if each.kind in {Step.PICK, Step.QUANTITY}]
    if behind:
        known = {line[:2] for line in scope.had}
        made += [
            line if line[:2] in known else line._replace(op=Op.SET)
            for line in _differences(behind, scope)
        ]
    return made


def _says(side: Side) -> bool:
    return bool(side.picks or side.quantities or side.every)


def _differences(elements: list[Element], scope: Scope) -> list[Line]:
    """More and fewer than there is."""
    made: list[Line] = []
    for phrase in phrased([each for each in elements if each.kind in SAID]):
        number = counted(phrase.quantity)
        if not phrase.quantity.less:
            if phrase.pick is None:
                raise Unclear(Missing.QUANTITY)
            made += [line._replace(op=Op.DELTA) for line in lines([phrase], [], scope)]
            continue
        meant = _meant(phrase, scope)
        fewer = meant if phrase.quantity.each and meant else [one(meant)]  # 各減1
        if any(number > line.quantity for line in fewer):
            raise Unclear(Missing.QUANTITY)
        made += [line._replace(quantity=-number, op=Op.DELTA) for line in fewer]
    if not made:
        raise Unclear(Missing.TARGET)
    return made


def _meant(phrase: Phrase, scope: Scope) -> list[Line]:
    mine = of(phrase.person, scope)
    return matching(phrase.pick, mine, scope) if phrase.pick else list(mine)


def _totals(elements: list[Element], scope: Scope, *, anew: bool) -> list[Line]:
    """What the order comes to from now on."""
    said = sums_as_quantities(elements)
    sums = [each for each in said if each.kind == Step.SUM]
    phrases = phrased([each for each in said if each.kind in SAID])
    if not phrases:
        raise Unclear(Missing.TARGET)
    made: list[Line] = []
    named = [phrase for phrase in phrases if phrase.pick is not None]
    for phrase in phrases:
        if phrase.pick is None and not anew:
            line = one(of(phrase.person, scope))
            made.append(line._replace(quantity=counted(phrase.quantity), op=Op.SET))
    if named or anew:
        chosen = phrases if anew else named
        made += [line._replace(op=Op.SET) for line in lines(chosen, sums, scope)]
    if anew:
        keys = {line[:2] for line in made}
        own = [line for line in of(WRITER, scope) if line[:2] not in keys]
        made = [line._replace(quantity=0, op=Op.SET) for line in own] + made
    return made
