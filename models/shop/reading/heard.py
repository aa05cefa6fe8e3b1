"""A message as far as the grammar took it apart: what the judges of each kind of wish look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from models.shop.reading.clauses import Message
from models.shop.reading.elements import Element
from models.shop.reading.facts import Chat, Line, Missing, Setting, Unclear
from models.shop.reading.parts import Part, Step
from models.shop.reading.resolution import Scope


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
        for kinds, missing in OPEN:
            if kinds & self.kinds:
                raise Unclear(missing)


OPEN = (
    ({Step.NO_SUCH}, Missing.ITEM),
    ({Part.MAYBE_NAME, Part.MENTIONED}, Missing.PERSON),
    ({Part.EITHER}, Missing.QUANTITY),
    ({Part.ASKS, Part.MAY}, Missing.INTENT),
)
