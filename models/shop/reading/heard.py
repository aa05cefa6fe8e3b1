"""A message as far as the grammar took it apart: what the judges of each kind of wish look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from models.shop.reading.clauses import Message
from models.shop.reading.elements import Element
from models.shop.reading.facts import Chat, Line, Missing, Setting, Unclear
from models.shop.reading.families import FAMILIES
from models.shop.reading.measures import PIECE, UNITS, WEIGHT
from models.shop.reading.parts import Part, Step
from models.shop.reading.picks import names_item
from models.shop.reading.resolution import Scope
from models.shop.reading.writing import fold

QUESTIONS = {Part.ASKS, Part.MAY}


@dataclass
class Heard:
    """`text` is folded; `elements` come from what may be an order in `message`."""

    elements: list[Element]
    message: Message
    setting: Setting
    scope: Scope
    text: str

    @property
    def had(self) -> tuple[Line, ...]:
        return self.setting.had

    @property
    def chat(self) -> Chat:
        return self.setting.chat

    @cached_property
    def kinds(self) -> set[str]:
        """What the elements are."""
        return {element.kind for element in self.elements}

    def has_part(self, *kinds: str) -> bool:
        """Whether what may be an order has a word of one of these parts."""
        return any(token.kind in kinds for token in self.message.core)

    def need_no_answer(self) -> None:
        """Whether nothing is left open that nobody can answer but the writer.

        Raises:
            Unclear: a thing that is not on offer, somebody unknown, or a question.
        """
        for element in self.elements:
            if element.quantity.unclear is not None:
                raise Unclear(element.quantity.unclear)
        if Step.NO_SUCH in self.kinds:
            raise Unclear(self._not_offered())
        if self.kinds & {Part.MAYBE_NAME, Part.MENTIONED}:
            raise Unclear(Missing.PERSON)
        if Part.EITHER in self.kinds:
            raise Unclear(self._undecided())
        if self.kinds & QUESTIONS:
            raise Unclear(Missing.UNIT if self.in_pieces() else Missing.INTENT)

    def in_pieces(self) -> bool:
        """可以只買3顆嗎: counted in what no item is sold by."""
        sold = {fold(item.unit) for item in self.scope.lexicon.items}
        units = {each.quantity.unit for each in self.elements} - sold
        return any(UNITS.get(unit) in (PIECE, WEIGHT) for unit in units)

    def _not_offered(self) -> Missing:
        """41 where there are sizes in numbers, S where there is L; else it is no such item."""
        said = [each.text for each in self.elements if each.kind == Step.NO_SUCH]
        choices = self.scope.lexicon.choices
        sized = self.scope.lexicon.sized and said[0].isdigit()
        alike = any(said[0] in family and family & choices for family in FAMILIES)
        return Missing.OPTION if sized or alike else Missing.ITEM

    def _undecided(self) -> Missing:
        """What 或 leaves open: A或B the item, 黑或白 the colour, 一或兩箱 the number."""
        at = next(at for at, each in enumerate(self.elements) if each.kind == Part.EITHER)
        behind = self.elements[at + 1 : at + 2]
        if not behind or behind[0].kind != Step.PICK:
            return Missing.QUANTITY
        return Missing.ITEM if names_item(behind[0].pick) else Missing.OPTION
