"""Elements to phrases: who gets how many of what, before it is known what the words mean.

Quantities stand behind what they count (A+1 B+2) or before it (2包A 1包B), once for
several with 各, and once more as a sum that is split behind it (+3 小美1 我2).
"""

from __future__ import annotations

from typing import NamedTuple

from models.shop.reading.elements import Element, Quantity
from models.shop.reading.facts import Missing, Unclear
from models.shop.reading.parts import SAID, Step
from models.shop.reading.picks import Pick, names_item
from models.shop.reading.sharing import shares_named


class Phrase(NamedTuple):
    """So many of what was picked, for somebody; `pick` None where nothing was named."""

    pick: Pick | None
    quantity: Quantity
    person: str | None
    line: int = 0


class Segment(NamedTuple):
    """What belongs to one person; `implicit` where nobody was named."""

    person: str | None
    implicit: bool
    elements: list[Element]
    noted: bool = False


def phrased(elements: list[Element]) -> list[Phrase]:
    """The phrases of an order.

    Raises:
        Unclear: a quantity that could belong to several things, or to none.
    """
    told = [each for each in elements if each.kind == Step.WHOSE]
    if told:
        return _owned(phrased([each for each in elements if each.kind != Step.WHOSE]), told)
    elements = shares_named(elements)
    made: list[Phrase] = []
    segments = _suffixed(_added(_shared_out(_noted(_segments(elements)))))
    segments = _each_at_last(_headed(_each_of(segments)))
    kinds = [each.kind for each in elements if each.kind in SAID]
    if kinds == [Step.QUANTITY] and elements[0].quantity.each:
        return [Phrase(Pick(every=True), elements[0].quantity, None)]
    waiting: list[str | None] = []
    for segment in segments:
        if not segment.elements:
            if not segment.implicit:
                waiting.append(segment.person)
            continue
        phrases = paired(segment.elements, segment.person)
        others = [person for person in waiting if person != segment.person]
        waiting = []
        if others and phrases:
            if not all(phrase.quantity.each for phrase in phrases):
                raise Unclear(Missing.QUANTITY)
            made += [phrase._replace(person=other) for other in others for phrase in phrases]
        made += phrases
    if any(person and all(person != phrase.person for phrase in made) for person in waiting):
        raise Unclear(Missing.QUANTITY if len(waiting) > 1 else Missing.PERSON)
    return made


def _owned(phrases: list[Phrase], told: list[Element]) -> list[Phrase]:
    """A+1 B+1 都寫小美: whose they are; of several without 都, only the last may be meant."""
    named = any(phrase.person for phrase in phrases)
    if named or len(told) > 1 or (len(phrases) > 1 and not told[0].all):
        raise Unclear(Missing.PERSON)
    return [phrase._replace(person=told[0].text or None) for phrase in phrases]


def _segments(elements: list[Element]) -> list[Segment]:
    """Cut before each person; a new line belongs to the writer again, unless a name headed it."""
    made = [Segment(None, True, [])]
    headed = False
    line = 0
    for at, element in enumerate(elements):
        if element.kind == Step.PERSON:
            alone = at + 1 < len(elements) and elements[at + 1].line > element.line
            headed = alone and (at == 0 or elements[at - 1].line < element.line)
            made.append(Segment(element.text or None, False, [], element.noted))
        elif element.kind in {Step.PICK, Step.QUANTITY}:
            if element.line > line and not headed and made[-1].elements:
                made.append(Segment(None, True, []))
            made[-1].elements.append(element)
        line = element.line
    return made


def _noted(segments: list[Segment]) -> list[Segment]:
    """A+1（小美） C+2: each name in brackets behind what it gets, the rest for the writer."""
    first, *named = segments
    if not named or not named[-1].elements or not first.elements:
        return segments
    if not all(each.noted for each in named):
        return segments
    whose = [*(each.person for each in named), None]
    return [
        Segment(person, False, each.elements) for each, person in zip(segments, whose, strict=True)
    ]


def _shared_out(segments: list[Segment]) -> list[Segment]:
    """+2，一箱我的一箱小美的: the sum first, then each name behind its part."""
    first, *named = segments
    kinds = "".join(each.kind for each in first.elements)
    if not named or named[-1].elements or not kinds.endswith(Step.QUANTITY * 2):
        return segments
    if any(len(each.elements) != 1 or each.implicit for each in named[:-1]):
        return segments
    *head, total, part = first.elements
    parts = [part, *(each.elements[0] for each in named[:-1])]
    if len(parts) < 2 or sum(each.quantity.number for each in parts) != total.quantity.number:
        return segments
    return [
        Segment(each.person, False, [*head, own]) for each, own in zip(named, parts, strict=True)
    ]


def _added(segments: list[Segment]) -> list[Segment]:
    """1盤+1盤給婆婆: one each; without the plus it may be one of so many."""
    first, *named = segments
    if [each.kind for each in first.elements] != [Step.QUANTITY] * 2 or len(named) != 1:
        return segments
    if named[0].elements or named[0].person is None:
        return segments
    own, theirs = first.elements
    if not theirs.quantity.plus:
        return segments
    return [Segment(None, False, [own]), Segment(named[0].person, False, [theirs])]


def _suffixed(segments: list[Segment]) -> list[Segment]:
    """`+1 小美 +2 阿珠`: each name behind what it gets."""
    first, *named = segments
    if not first.elements or not named or named[-1].elements:
        return segments
    if any(not each.elements or each.implicit for each in named[:-1]):
        return segments
    shifted = [first, *named[:-1]]
    return [
        Segment(behind.person, False, each.elements)
        for each, behind in zip(shifted, named, strict=True)
    ]


def _each_of(segments: list[Segment]) -> list[Segment]:
    """各一箱 我和小美: the same for everybody named behind it."""
    first, *named = segments
    counted = [each for each in first.elements if each.kind == Step.QUANTITY]
    if len(named) < 2 or not counted or not all(each.quantity.each for each in counted):
        return segments
    if any(each.elements or each.implicit for each in named):
        return segments
    return [each._replace(elements=first.elements) for each in named]


def _headed(segments: list[Segment]) -> list[Segment]:
    """芒果 小美1 我2: what is named first holds for everybody behind it."""
    first, *rest = segments
    if not rest or not first.elements or any(each.kind != Step.PICK for each in first.elements):
        return segments
    counts = [each for each in rest if each.elements]
    if not counts or any(e.kind != Step.QUANTITY for each in counts for e in each.elements):
        return segments
    return [
        each._replace(elements=[*first.elements, *each.elements]) if each.elements else each
        for each in rest
    ]


def _each_at_last(segments: list[Segment]) -> list[Segment]:
    """我黑L 老公灰2XL 各一件: how many, said once for all behind the last."""
    *before, last = [each for each in segments if each.elements] or [Segment(None, True, [])]
    kinds = {element.kind for each in before for element in each.elements}
    if kinds != {Step.PICK} or not last.elements[-1].quantity.each:
        return segments
    counted = last.elements[-1]
    alone = len(last.elements) == 1  # 各1杯 on a line of its own
    return [
        each._replace(elements=[*each.elements, counted]) if each in before else each
        for each in segments
        if not (alone and each is last)
    ]


def paired(elements: list[Element], person: str | None) -> list[Phrase]:
    """Picks and quantities brought together.

    Raises:
        Unclear: they cannot be, in one way only.
    """
    kinds = "".join(element.kind for element in elements)
    if Step.PICK not in kinds:
        if len(kinds) > 1 and not _repeated(elements):
            raise Unclear(Missing.QUANTITY)
        return [Phrase(None, elements[0].quantity, person, elements[0].line)]
    if _split(elements, kinds):
        one = elements[0].quantity._replace(number=1)
        return [Phrase(each.pick, one, person, each.line) for each in elements[1:]]
    if kinds == (Step.QUANTITY + Step.PICK) * (len(kinds) // 2) and not elements[0].quantity.each:
        return _pairs(elements, person)
    if kinds[0] == Step.QUANTITY and not elements[0].quantity.each:
        first = Phrase(None, elements[0].quantity, person, elements[0].line)
        return [first, *paired(elements[1:], person)]
    return _counted(elements, person)


def _repeated(elements: list[Element]) -> bool:
    """+3 三箱, +2（兩箱）: the same number once more, with its unit."""
    first, *others = [each.quantity for each in elements]
    again = others[0]
    same = len(others) == 1 and first.number == again.number
    return same and first.plus and not first.unit and bool(again.unit) and not again.plus


def _split(elements: list[Element], kinds: str) -> bool:
    """+2 黑L 白L: a sum, and as many different things behind it."""
    first = elements[0].quantity
    several = kinds == Step.QUANTITY + Step.PICK * first.number and first.number > 1
    return several and first.plus and not first.each


def _pairs(elements: list[Element], person: str | None) -> list[Phrase]:
    return [
        Phrase(pick.pick, counted.quantity, person, counted.line)
        for counted, pick in zip(elements[::2], elements[1::2], strict=True)
    ]


def _counted(elements: list[Element], person: str | None) -> list[Phrase]:
    made: list[Phrase] = []
    picks: list[Pick] = []
    for at, element in enumerate(elements):
        if element.kind == Step.PICK:
            picks.append(element.pick)
            continue
        if not picks:
            if _told_again(element.quantity, made):
                continue
            if element.quantity.each and not made:
                picks = [Pick(every=True)]
            elif made and Step.PICK in "".join(each.kind for each in elements[at:]):
                return made + paired(elements[at:], person)
            else:
                raise Unclear(Missing.QUANTITY)
        if len(picks) > 1 and not element.quantity.each:
            raise Unclear(Missing.QUANTITY)
        made += [Phrase(pick, element.quantity, person, element.line) for pick in picks]
        picks = []
    return _trailed(made, picks, person)


def _told_again(quantity: Quantity, made: list[Phrase]) -> bool:
    """A+1 B+1 各一包: what was said of each, once more for all."""
    same = all(phrase.quantity.number == quantity.number for phrase in made)
    return quantity.each and len(made) > 1 and same and quantity.unclear is None


def _trailed(made: list[Phrase], picks: list[Pick], person: str | None) -> list[Phrase]:
    """A choice behind 各 holds for all before it; all there is needs no quantity."""
    if not picks:
        return made
    if not made and all(pick.every for pick in picks):
        return [Phrase(pick, Quantity(1, each=True), person) for pick in picks]
    if len(picks) > 1 or not made or names_item(picks[0]):
        raise Unclear(Missing.QUANTITY)
    each = all(phrase.quantity.each for phrase in made)
    kept = [] if each else made[:-1]
    return [*kept, *(_with(phrase, picks[0]) for phrase in made[len(kept) :])]


def _with(phrase: Phrase, pick: Pick) -> Phrase:
    """珍奶*1 半糖: a choice behind a quantity belongs to what was counted."""
    named = phrase.pick or Pick()
    return phrase._replace(pick=named._replace(mentions=(*named.mentions, *pick.mentions)))
