"""What it comes to, as members reckon it themselves: A*2=440.

Nothing is billed by it. It shows that the numbers were meant; where they don't agree with
the prices, the writer is asked.
"""

from __future__ import annotations

import re

from models.shop.reading.elements import Element
from models.shop.reading.facts import Item, Line, Missing, Unclear
from models.shop.reading.parts import NUMBERS, SIGNS, Part, Step, Token
from models.shop.reading.resolution import Scope

SAID = re.compile(r"=\s?(?:nt)?\$?\s?(\d{2,6})(?:元|块)?(?![\d+*])")


def reckoned(found: list[Token], text: str) -> list[Token]:
    """The tokens with each `=440` behind a quantity made into one."""
    made: list[Token] = []
    for token in found:
        if made and token.start < made[-1].end:
            continue  # inside the amount
        counted = token.text == "=" and _counted(made)
        amount = SAID.match(text, token.start) if counted else None
        made.append(
            Token(Part.PAYS, token.start, amount.end(), amount[0], number=int(amount[1]))
            if amount
            else token
        )
    return made


def _counted(made: list[Token]) -> bool:
    """Behind A*2, and not behind 450*3."""
    kinds = [each.kind for each in made if each.kind not in (Part.GAP, Part.UNIT)]
    reckons = len(kinds) > 2 and kinds[-2] in SIGNS and kinds[-3] in NUMBERS
    return bool(kinds) and kinds[-1] in NUMBERS and not reckons


def tells_prices(elements: list[Element]) -> bool:
    """高麗菜一包=220: what one costs, and no order."""
    counts = [each.quantity for each in elements if each.kind == Step.QUANTITY]
    pays = any(each.kind == Part.PAYS for each in elements)
    return pays and all(count.number == 1 and not count.plus for count in counts)


def agree(elements: list[Element], made: list[Line], scope: Scope) -> None:
    """Whether each amount is that of its line, or one that of all of them.

    Raises:
        Unclear: it is neither.
    """
    said = [each.quantity.number for each in elements if each.kind == Part.PAYS]
    items = {item.code: item for item in scope.lexicon.items}
    due = [_price(items[line.item], line.option) * line.quantity for line in made]
    if said and said not in (due, [sum(due)], [*due, sum(due)]):
        raise Unclear(Missing.QUANTITY)


def _price(item: Item, option: str | None) -> int:
    special = dict(item.option_prices)
    return next(
        (special[value] for value in (option or "").split("/") if value in special), item.price
    )
