"""Phrases to lines: which item and which values were meant, and whether sums agree.

What a phrase leaves open is taken from the card that was quoted, from the phrase
before it, or from there being only one thing it can be; never from a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from models.shop.reading.elements import Element, Quantity
from models.shop.reading.facts import Line, Missing, Unclear
from models.shop.reading.lexicon import Lexicon
from models.shop.reading.measures import CASE, GENERIC, PIECE, RETAIL, UNITS, WEIGHT
from models.shop.reading.phrases import Phrase
from models.shop.reading.picks import Choice, Pick, candidates, choice, joined_option, names_item
from models.shop.reading.writing import fold

MOST = 50


@dataclass
class Scope:
    """What helps to understand a phrase: the card quoted, and what was ordered already.

    `before` is what the phrase before it was about; it `lends` its values to the same
    person, or on the same line.
    """

    lexicon: Lexicon
    quoted: int | None = None
    had: tuple[Line, ...] = ()
    before: list[tuple[int, Choice]] = field(default_factory=list)
    lends: bool = False

    def code(self, item: int) -> str:
        return self.lexicon.items[item].code


def lines(phrases: list[Phrase], sums: list[Element], scope: Scope) -> list[Line]:
    """The lines of an order.

    Raises:
        Unclear: something is missing, unusual, or does not add up.
    """
    phrases = _split(phrases, scope)
    resolved: list[tuple[int, Choice]] = []
    made: list[Line] = []
    for at, phrase in enumerate(phrases):
        quantity = counted(phrase.quantity)
        scope.before = resolved[-1:]
        beside = phrases[at - 1] if at else phrase
        scope.lends = beside.person == phrase.person or beside.line == phrase.line
        for item, values in meanings(phrase, phrases, scope):
            checked_unit(phrase.quantity, item, scope)
            resolved.append((item, values))
            made.append(Line(scope.code(item), joined_option(values), quantity, phrase.person))
    made = _merged(made)
    for each in sums:
        _agrees(each.quantity, made, scope)
    return made


def counted(quantity: Quantity) -> int:
    """A number of whole units in the usual range.

    Raises:
        Unclear: it is none.
    """
    if quantity.unclear is not None:
        raise Unclear(quantity.unclear)
    if not 0 < quantity.number < MOST:
        pieces = UNITS.get(quantity.unit) in (PIECE, WEIGHT)  # 60顆 may be two trays
        raise Unclear(Missing.UNIT if pieces else Missing.QUANTITY)
    return quantity.number


def meanings(phrase: Phrase, phrases: list[Phrase], scope: Scope) -> list[tuple[int, Choice]]:
    """What a phrase is about: usually one item and its values, several for 每種.

    Raises:
        Unclear: the item or one of its values is open.
    """
    pick = phrase.pick or Pick()
    if pick.every or (phrase.quantity.each and _shared(pick, scope)):
        return _every(pick, scope)
    if phrase.pick is None and phrase.quantity.more and (more := _more(scope)) is not None:
        return [more]
    item = _item(pick, scope)
    values = choice(pick, item, scope.lexicon)
    if values is None:
        raise Unclear(Missing.OPTION)
    if None in values:
        values = _inherited(item, values, pick, phrase, phrases, scope)
    if None in values:
        raise Unclear(Missing.OPTION)
    return [(item, values)]


def _shared(pick: Pick, scope: Scope) -> bool:
    """濾掛各一盒: a name that several items have, each of them meant."""
    found = candidates(pick, scope.lexicon)
    return len(found) > 1 and names_item(pick) and scope.quoted not in found


def _more(scope: Scope) -> tuple[int, Choice] | None:
    """再+1 of somebody who has one thing only: more of that."""
    kinds = {(line.item, line.option) for line in scope.had}
    if len(kinds) != 1 or scope.quoted is not None:
        return None
    code, option = kinds.pop()
    item = next((at for at, each in enumerate(scope.lexicon.items) if each.code == code), None)
    if item is None:
        return None
    values: Choice = tuple(option.split("/")) if option else ()
    return (item, values) if len(values) == len(scope.lexicon.axes(item)) else None


def _item(pick: Pick, scope: Scope) -> int:
    open_items = candidates(pick, scope.lexicon)
    if not open_items:
        raise Unclear(Missing.OPTION)
    if len(open_items) == 1:
        return open_items[0]
    if scope.quoted in open_items:
        return scope.quoted
    if not names_item(pick) and pick.mentions:
        for item, _ in reversed(scope.before):
            if item in open_items:
                return item
    raise Unclear(Missing.ITEM)


def _inherited(
    item: int, values: Choice, pick: Pick, phrase: Phrase, phrases: list[Phrase], scope: Scope
) -> Choice:
    """黑M、L各1: what one phrase leaves open its neighbours may say."""
    if not pick.mentions:
        return values
    found = list(values)
    earlier = [each for each in scope.before if each[0] == item]
    if earlier and scope.lends and any(values) and not names_item(pick):
        found = [own or said for own, said in zip(found, earlier[-1][1], strict=True)]
    if phrase.quantity.each and None in found:
        for other in phrases:
            said = choice(other.pick, item, scope.lexicon) if other.pick else None
            if said is not None and other.quantity.each and not names_item(pick):
                found = [own or theirs for own, theirs in zip(found, said, strict=True)]
    return tuple(found)


def _every(pick: Pick, scope: Scope) -> list[tuple[int, Choice]]:
    """All items, or all values of the one axis that is left open."""
    open_items = candidates(pick, scope.lexicon)
    if scope.quoted in open_items:
        open_items = [scope.quoted]
    if len(open_items) == 1:
        found = _every_value(open_items[0], pick, scope)
    else:
        found = []
        for item in open_items:
            if scope.lexicon.axes(item):
                raise Unclear(Missing.OPTION)
            found.append((item, ()))
    if pick.kinds is not None and pick.kinds != len(found):
        raise Unclear(Missing.ITEM)
    return found


def _every_value(item: int, pick: Pick, scope: Scope) -> list[tuple[int, Choice]]:
    values = choice(pick, item, scope.lexicon) or ()
    axes = scope.lexicon.axes(item)
    left = [axis for axis, value in enumerate(values) if value is None]
    if not axes:
        return [(item, ())]
    if len(left) != 1:
        raise Unclear(Missing.OPTION)
    return [
        (item, (*values[: left[0]], value, *values[left[0] + 1 :])) for value in axes[left[0]][1]
    ]


def checked_unit(quantity: Quantity, item: int, scope: Scope) -> None:
    """Whether what was counted is what is sold.

    Raises:
        Unclear: pieces or weight where packs are sold, or cases where single ones are.
    """
    said = quantity.unit
    sold = fold(scope.lexicon.items[item].unit)
    if not said or said == sold:
        return
    size, wanted = UNITS.get(said, GENERIC), UNITS.get(sold, GENERIC)
    if said in {"box", "boxes"} or size == GENERIC:
        return
    loose = {RETAIL, GENERIC}
    if size in (PIECE, WEIGHT) or (size == CASE) != (wanted == CASE):
        raise Unclear(Missing.UNIT)
    if size != wanted and not {size, wanted} <= loose:
        raise Unclear(Missing.UNIT)


def _split(phrases: list[Phrase], scope: Scope) -> list[Phrase]:
    """A sum said first and split behind it: the parts must make it up.

    Raises:
        Unclear: they don't.
    """
    if len(phrases) < 2:
        return phrases
    first, *parts = phrases
    open_yet = not _complete(first, scope)
    if open_yet and first.pick is not None and not _shares(first, parts):
        return phrases
    persons = first.person is None and all(part.pick is None for part in parts)
    bracketed = all(part.quantity.bracketed for part in parts) and not first.quantity.bracketed
    total = sum(part.quantity.number for part in parts)
    agrees = total == first.quantity.number
    if open_yet and agrees and _fits(first, parts, scope):
        return [_with_pick(part, first) for part in parts]
    if persons and (bracketed or (len(parts) > 1 and agrees)):
        if not agrees:
            raise Unclear(Missing.QUANTITY)
        if not bracketed and all(part.quantity.plus for part in parts):
            raise Unclear(Missing.QUANTITY)
        return [_with_pick(part, first) for part in parts]
    if open_yet and first.pick is None:
        raise Unclear(Missing.QUANTITY)
    return phrases


def _shares(first: Phrase, parts: list[Phrase]) -> bool:
    """黑色+2 L1 M1 is shared out; 黑+1 L+1, or what somebody else wants, are halves."""
    same = all(part.person == first.person for part in parts)
    return len(parts) > 1 and (same or first.person is None)


def _fits(first: Phrase, parts: list[Phrase], scope: Scope) -> bool:
    return all(_complete(_with_pick(part, first), scope) for part in parts)


def _with_pick(part: Phrase, first: Phrase) -> Phrase:
    mentions = (*(first.pick or Pick()).mentions, *(part.pick or Pick()).mentions)
    return part._replace(pick=Pick(mentions) if mentions else None)


def _complete(phrase: Phrase, scope: Scope) -> bool:
    pick = phrase.pick or Pick()
    if pick.every:
        return True
    found = candidates(pick, scope.lexicon)
    if scope.quoted in found:
        found = [scope.quoted]
    if len(found) != 1:
        return False
    values = choice(pick, found[0], scope.lexicon)
    return values is not None and None not in values


def _merged(made: list[Line]) -> list[Line]:
    """One line for the same thing for the same person."""
    merged: dict[tuple[str, str | None, str | None], Line] = {}
    for line in made:
        key = (line.item, line.option, line.person)
        known = merged.get(key)
        more = known.quantity if known else 0
        merged[key] = line._replace(quantity=line.quantity + more)
    return list(merged.values())


def _agrees(said: Quantity, made: list[Line], scope: Scope) -> None:
    """A sum of pieces, with what there was before or without, or of kinds.

    Raises:
        Unclear: it is neither.
    """
    pieces = sum(line.quantity for line in made)
    before = sum(line.quantity for line in scope.had)
    if said.number not in (pieces, pieces + before, len(made)):
        raise Unclear(Missing.QUANTITY)
