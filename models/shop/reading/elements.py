"""Tokens gathered into picks, quantities, persons and sums; the rest stay single signs.

An element's `kind` is P pick, Q quantity, W somebody, T sum, E no such thing, or the
letter of the token it came from.
"""

from __future__ import annotations

from typing import NamedTuple

from models.shop.reading.facts import Missing
from models.shop.reading.lexicon import UNIT, Lexicon, Ref
from models.shop.reading.parts import (
    ASKS,
    COLON,
    FRACTION,
    GAP,
    MAYBE_NAME,
    MENTIONED,
    NO_SUCH,
    NUMBER,
    OPEN,
    PLUS,
    RANGE,
    SOMEBODY,
    Token,
)
from models.shop.reading.picks import Pick
from models.shop.reading.writing import fold

KINDS_OF = {"种", "款", "样", "项", "色"}
MONEY_FROM = 100
CONTROLS = set("syzmxdnuic|fje?")


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


def gathered(core: tuple[Token, ...], lexicon: Lexicon) -> list[Element]:
    """The elements of what may be an order."""
    return _Gathering(core, lexicon).elements


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
            case "I" | "O":
                self._pick(token)
            case "a":
                self._every(token, at)
            case "9" | "8" | "&":
                return self._number(at)
            case "T":
                return self._sum(at)
            case "/":
                self.line += 1
                self.joins = False
            case "(" | ")":
                self.bracketed = token.kind == OPEN
            case _ if not self._flagged(token, at):
                self._other(token)
        return at + 1

    def _flagged(self, token: Token, at: int) -> bool:
        """Signs and words that say how the next quantity is meant."""
        match token.kind:
            case "+" | "*":
                self.plus = True
            case ":":
                self.plus = self._follows(at, NUMBER)
            case "-" | "l":
                self.less = token.kind == "l" or self._follows(at, NUMBER)
            case "g":
                self.more = True
            case "e" if not self._follows(at, "s"):
                self.each = True
            case _:
                return False
        return True

    def _other(self, token: Token) -> None:
        if token.kind == "M" and self._topical():
            return
        if token.kind in (SOMEBODY, "M"):
            self._add(Element("W", token.text if token.kind == SOMEBODY else ""))
        elif token.kind in (MAYBE_NAME, MENTIONED, NO_SUCH) or token.kind in CONTROLS:
            self._add(Element(token.kind, token.text))

    def _topical(self) -> bool:
        """抹茶的我要兩盒: between a thing and its number the writer names nobody."""
        people = [token for token in self.core if token.kind in (SOMEBODY, "M")]
        named = bool(self.elements) and self.elements[-1].kind == "P"
        return named and len(people) == 1 and not self._quantified()

    def _add(self, element: Element) -> None:
        self.elements.append(element._replace(line=self.line))
        self.joins = element.kind == "P"

    def _pick(self, token: Token) -> None:
        last = self.elements[-1] if self.elements else None
        if last is not None and last.kind == "Q":
            self.plus = False  # 黑L*1+白M*1: a plus that joins
        if last is not None and last.kind == "P" and self.joins and not self.plus:
            grown = last.pick.joined(token.refs, self.lexicon)
            if grown is not None:
                self.elements[-1] = last._replace(pick=grown)
                return
        self._add(Element("P", token.text, Pick((token.refs,))))

    def _every(self, token: Token, at: int) -> None:
        """All there is; all values of an axis where one is named behind it (每種辣度)."""
        last = self.elements[-1] if self.elements else None
        if last is not None and last.kind == "P" and self.joins:
            self.elements[-1] = last._replace(text=token.text, pick=last.pick._replace(every=True))
            return
        axis = self.core[at + 1].text if at + 1 < len(self.core) else ""
        items = {
            Ref(item)
            for item, each in enumerate(self.lexicon.items)
            if axis in [fold(name) for name, _ in each.options]
        }
        mentions = (frozenset(items),) if items else ()
        self._add(Element("P", token.text, Pick(mentions, every=True)))

    def _follows(self, at: int, kind: str) -> bool:
        rest = [each.kind for each in self.core[at + 1 :] if each.kind != GAP][:1]
        return rest == [kind]

    def _number(self, at: int) -> int:
        token = self.core[at]
        end, unit = self._unit_behind(at + 1)
        if token.kind == NUMBER and unit in KINDS_OF and self._goes_on_to_each(end):
            self._add(Element("P", token.text, Pick(every=True, kinds=token.number)))
            return end
        unclear = None
        if token.kind == FRACTION:
            unclear = Missing.UNIT if token.text == "半" else Missing.QUANTITY
        elif token.kind == RANGE:
            unclear = Missing.QUANTITY
        unit = unit or ("打" if "打" in token.text else "")
        self._quantity(Quantity(token.number, unit, unclear=unclear))
        return end

    def _quantity(self, quantity: Quantity) -> None:
        said = quantity._replace(
            plus=self.plus,
            less=self.less,
            more=self.more,
            each=self.each,
            bracketed=self.bracketed,
        )
        self._add(Element("Q", quantity=said))
        self.plus = self.less = self.more = self.each = False

    def _unit_behind(self, at: int) -> tuple[int, str]:
        """Where the unit behind a number ends, and which it is; one space may be between."""
        spaced = at
        if at + 1 < len(self.core) and self.core[at].text == " ":
            spaced += 1
        if spaced < len(self.core) and self.core[spaced].kind == UNIT:
            return spaced + 1, self.core[spaced].text
        return at, ""

    def _goes_on_to_each(self, at: int) -> bool:
        for token in self.core[at:]:
            if token.kind == "e":
                return True
            if token.kind not in ("o", "D", "k"):
                return False
        return False

    def _sum(self, at: int) -> int:
        """`共3包` is kept to be checked; an amount of money is left to the quote."""
        end = at + 1
        while end < len(self.core) and self.core[end].kind in (
            "v",
            "k",
            "n",
            GAP,
            PLUS,
            COLON,
            "o",
        ):
            end += 1
        if end >= len(self.core) or self.core[end].kind != NUMBER:
            return at + 1
        number = self.core[end].number
        end, unit = self._unit_behind(end + 1)
        money = number >= MONEY_FROM and not unit
        if not money:
            self._add(Element("T", quantity=Quantity(number, unit)))
        behind = end < len(self.core) and self.core[end].kind == ASKS
        return end + 1 if behind and (money or self._quantified()) else end

    def _quantified(self) -> bool:
        return any(element.kind == "Q" for element in self.elements)
