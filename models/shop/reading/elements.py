"""Tokens gathered into picks, quantities, persons and sums; the rest stay single signs.

An element's `kind` is a `Step`, or the `Part` of the token it came from.
"""

from __future__ import annotations

from typing import NamedTuple

from models.shop.reading.facts import Missing
from models.shop.reading.lexicon import Lexicon
from models.shop.reading.parts import COUNTED, Part, Ref, Step, Token
from models.shop.reading.picks import Pick
from models.shop.reading.writing import fold

KINDS_OF = {"种", "款", "样", "项", "色"}
MONEY_FROM = 100
# between 共 and its number
BEFORE_SUM = {
    Part.WISH,
    Part.COURTESY,
    Part.NOT,
    Part.GAP,
    Part.PLUS,
    Part.COLON,
    Part.OWN,
}
BEFORE_EACH = {Part.OWN, Part.SUFFIX, Part.COURTESY, Part.OPTION, Part.GAP}
CONTROLS = {
    Part.SETS,
    Part.CORRECTS,
    Part.ANEW,
    Part.MISTAKE,
    Part.CANCELS,
    Part.DECLINES,
    Part.NOT,
    Part.STAYS,
    Part.ENOUGH,
    Part.MAY,
    Part.EITHER,
    Part.FOLLOW,
    Part.JOINS,
    Part.EACH,
    Part.ASKS,
    Part.EXCEPT,
    Part.REST,
}


class Quantity(NamedTuple):
    """How many, and how that was said."""

    number: int
    unit: str = ""
    plus: bool = False
    less: bool = False
    more: bool = False
    each: bool = False
    bracketed: bool = False
    unclear: Missing | None = None


class Element(NamedTuple):
    """One step of the grammar."""

    kind: str
    text: str = ""
    pick: Pick = Pick()
    quantity: Quantity = Quantity(0)
    line: int = 0
    noted: bool = False
    all: bool = False


def gathered(core: tuple[Token, ...], lexicon: Lexicon) -> list[Element]:
    """The elements of what may be an order."""
    return _Gathering(core, lexicon).elements


def sums_as_quantities(elements: list[Element]) -> list[Element]:
    """共3箱 is how many, where nothing else says it."""
    counted = [each for each in elements if each.kind in COUNTED]
    eaches = [each.quantity.each for each in counted]
    if eaches == [False, True] and not any(each.kind == Step.PICK for each in elements):
        summed = counted[0]._replace(kind=Step.SUM)  # +4 各一種
        return [summed if each is counted[0] else each for each in elements]
    if any(each.kind == Step.QUANTITY for each in elements):
        return elements
    return [
        each._replace(kind=Step.QUANTITY) if each.kind == Step.SUM else each for each in elements
    ]


class _Gathering:
    def __init__(self, core: tuple[Token, ...], lexicon: Lexicon) -> None:
        self.core, self.lexicon = core, lexicon
        self.elements: list[Element] = []
        self.plus = self.less = self.more = self.each = False
        self.bracketed, self.line, self.joins = False, 0, True
        at = 0
        while at < len(core):
            at = self._step(at)
        if self.plus and not self._quantified():
            self._quantity(Quantity(0, plus=True, unclear=Missing.QUANTITY))

    def _step(self, at: int) -> int:
        token = self.core[at]
        match token.kind:
            case Part.ITEM | Part.OPTION:
                self._pick(token)
            case Part.EVERY:
                self._every(token, at)
            case Part.NUMBER | Part.FRACTION | Part.RANGE:
                return self._number(at)
            case Part.SUM:
                return self._sum(at)
            case Part.LINE_END:
                self.line += 1
                self.joins = False
            case Part.OPEN | Part.CLOSE:
                self.bracketed = token.kind == Part.OPEN
            case _ if not self._flagged(token, at):
                self._other(token, at)
        return at + 1

    def _flagged(self, token: Token, at: int) -> bool:
        """Signs and words that say how the next quantity is meant."""
        match token.kind:
            case Part.PLUS | Part.TIMES:
                self.plus = True
            case Part.COLON:
                self.plus = self._follows(at, Part.NUMBER)
            case Part.MINUS | Part.FEWER:
                self.less = token.kind == Part.FEWER or self._follows(at, Part.NUMBER)
            case Part.MORE:
                self.more = True
            case Part.EACH if not self._follows(at, Part.SETS):
                self.each = True
            case _:
                return False
        return True

    def _other(self, token: Token, at: int) -> None:
        if token.kind == Part.OWN and token.text.startswith("其中") and self._quantified():
            self.bracketed = True  # +2 其中一箱給小美
            return
        if token.kind == Part.ME and self._topical():
            return
        if token.kind == Part.STAYS and at and self.core[at - 1].kind == Part.OWN:
            return  # 顏色不變: no thing, but what is not swapped of it
        if token.kind in (Part.SOMEBODY, Part.ME):
            name = token.text if token.kind == Part.SOMEBODY else ""
            self._add(Element(Step.PERSON, name, noted=self._noted(at)))
        elif token.kind == Part.PAYS:
            self._add(Element(Part.PAYS, quantity=Quantity(token.number)))
        elif token.kind == Part.WHOSE:
            self._add(Element(Step.WHOSE, token.text, all=bool(token.number)))
        elif (
            token.kind in (Part.MAYBE_NAME, Part.MENTIONED, Part.NO_SUCH) or token.kind in CONTROLS
        ):
            self._add(Element(token.kind, token.text))

    def _noted(self, at: int) -> bool:
        """A+1（小美）: a name alone between brackets, about what stands before it."""
        around = [each.kind for each in self.core[max(0, at - 1) : at + 2]]
        return len(around) > 1 and around[0] == Part.OPEN and around[2:] in ([], [Part.CLOSE])

    def _topical(self) -> bool:
        """抹茶的我要兩盒: between a thing and its number the writer names nobody."""
        people = [token for token in self.core if token.kind in (Part.SOMEBODY, Part.ME)]
        named = bool(self.elements) and self.elements[-1].kind == Step.PICK
        return named and len(people) == 1 and not self._quantified()

    def _add(self, element: Element) -> None:
        self.elements.append(element._replace(line=self.line))
        self.joins = element.kind == Step.PICK

    def _pick(self, token: Token) -> None:
        last = self.elements[-1] if self.elements else None
        if last is not None and last.kind == Step.QUANTITY:
            self.plus = False  # 黑L*1+白M*1: a plus that joins
        if last is not None and last.kind == Step.PICK and self.joins and not self.plus:
            grown = last.pick.joined(token.refs, self.lexicon)
            if grown is not None:
                self.elements[-1] = last._replace(pick=grown)
                return
        self._add(Element(Step.PICK, token.text, Pick((token.refs,))))

    def _every(self, token: Token, at: int) -> None:
        """All there is; all values of an axis where one is named behind it (每種辣度)."""
        last = self.elements[-1] if self.elements else None
        if last is not None and last.kind == Step.PICK and self.joins:
            self.elements[-1] = last._replace(text=token.text, pick=last.pick._replace(every=True))
            return
        items = self._axis(at + 1)
        self._add(Element(Step.PICK, token.text, Pick((items,) if items else (), every=True)))

    def _axis(self, at: int) -> frozenset[Ref]:
        """The items with the axis that is named there."""
        axis = self.core[at].text if at < len(self.core) else ""
        return frozenset(
            Ref(item)
            for item, each in enumerate(self.lexicon.items)
            if axis in [fold(name) for name, _ in each.options]
        )

    def _follows(self, at: int, kind: str) -> bool:
        rest = [each.kind for each in self.core[at + 1 :] if each.kind != Part.GAP][:1]
        return rest == [kind]

    def _number(self, at: int) -> int:
        token = self.core[at]
        end, unit = self._unit_behind(at + 1)
        axis = self._axis(end)
        if token.kind == Part.NUMBER and (unit in KINDS_OF or axis) and self._goes_on_to_each(end):
            mentions = (axis,) if axis else ()
            self._add(Element(Step.PICK, token.text, Pick(mentions, True, token.number)))
            return end
        unclear = None
        if token.kind == Part.FRACTION:
            behind = self._quantified() and self.elements[-1].quantity.unit  # 兩箱半
            unclear = Missing.UNIT if token.text == "半" and not behind else Missing.QUANTITY
        elif token.kind == Part.RANGE:
            unclear = Missing.QUANTITY
        unit = unit or ("打" if "打" in token.text else "")
        self._quantity(Quantity(token.number, unit, unclear=unclear))
        return end

    def _quantity(self, quantity: Quantity) -> None:
        if self.less and self.plus and quantity.unclear is None:
            quantity = quantity._replace(unclear=Missing.INTENT)  # 退+1
        said = quantity._replace(
            plus=self.plus,
            less=self.less,
            more=self.more,
            each=self.each,
            bracketed=self.bracketed,
        )
        self._add(Element(Step.QUANTITY, quantity=said))
        self.plus = self.less = self.more = self.each = False

    def _unit_behind(self, at: int) -> tuple[int, str]:
        """Where the unit behind a number ends, and which it is; one space may be between."""
        spaced = at
        if at + 1 < len(self.core) and self.core[at].text == " ":
            spaced += 1
        if spaced < len(self.core) and self.core[spaced].kind == Part.UNIT:
            return spaced + 1, self.core[spaced].text
        return at, ""

    def _goes_on_to_each(self, at: int) -> bool:
        for token in self.core[at:]:
            if token.kind == Part.EACH:
                return True
            if token.kind not in BEFORE_EACH:
                return False
        return False

    def _sum(self, at: int) -> int:
        """`共3包` is kept to be checked; an amount of money is left to the quote."""
        end = at + 1
        while end < len(self.core) and self.core[end].kind in BEFORE_SUM:
            end += 1
        if end >= len(self.core) or self.core[end].kind != Part.NUMBER:
            return at + 1
        number = self.core[end].number
        end, unit = self._unit_behind(end + 1)
        money = number >= MONEY_FROM and not unit
        if not money:
            self._add(Element(Step.SUM, quantity=Quantity(number, unit)))
        behind = end < len(self.core) and self.core[end].kind == Part.ASKS
        return end + 1 if behind and (money or self._quantified()) else end

    def _quantified(self) -> bool:
        return any(element.kind == Step.QUANTITY for element in self.elements)
