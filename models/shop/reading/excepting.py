"""All but one: 除了C其他各1, 玉米以外各一包.

What is excepted is taken out before anything else is understood; the rest is named instead.
"""

from __future__ import annotations

from models.shop.reading.elements import Element
from models.shop.reading.facts import Missing, Unclear
from models.shop.reading.lexicon import Lexicon
from models.shop.reading.parts import GOODS, WHOLE, Part, Ref, Step, Token
from models.shop.reading.picks import Pick, candidates
from models.shop.reading.writing import each

BEHIND = frozenset(each("以外 之外"))
ACTS = {Part.CANCELS, Part.DECLINES, Part.SETS, Part.CORRECTS, Part.FEWER}


def excepts(token: Token, made: list[Token], following: Token | None) -> Token:
    """除了 before a thing, 以外 behind one, 其他 after either; elsewhere it is other talk."""
    kinds = {before.kind for before in made}
    if token.kind == Part.EXCEPT:
        told = following is not None and following.kind in GOODS
    else:
        told = Part.EXCEPT in kinds or Part.REST in kinds
        told = told or (token.text in BEHIND and bool(made) and made[-1].kind in GOODS)
        shared = following is not None and following.text.startswith("各")
        told = told or (shared and Part.NUMBER in kinds)  # A兩包 其他各一
    return token if told else token._replace(kind=Part.OTHER)


def all_but(elements: list[Element], lexicon: Lexicon) -> list[Element]:
    """The elements with what is left named in place of what is excepted; none without a number.

    Raises:
        Unclear: something is done to the rest of an order, or its values are open.
    """
    kinds = [element.kind for element in elements]
    if Part.EXCEPT not in kinds and Part.REST not in kinds:
        return elements
    if set(kinds) & ACTS:
        raise Unclear(Missing.TARGET)
    named = [e for e in elements if e.kind == Step.PICK and e.pick.mentions]
    quantities = [e for e in elements if e.kind == Step.QUANTITY]
    if beside := _beside(elements, kinds, lexicon):
        return beside
    if len(quantities) != 1 or not named:
        return []
    counted = quantities[0]._replace(quantity=quantities[0].quantity._replace(each=True))
    rest = _rest([e.pick for e in named], lexicon)
    persons = [e for e in elements if e.kind == Step.PERSON]
    asked = [e for e in elements if e.kind in {Part.ASKS, Part.MAY}]
    picks = [Element(Step.PICK, "", Pick((frozenset({ref}),))) for ref in rest]
    return [*persons, *picks, counted, *asked]


def _beside(elements: list[Element], kinds: list[str], lexicon: Lexicon) -> list[Element]:
    """A兩包 其他各一: all that was not counted before, as many of each."""
    if Part.REST not in kinds or Part.EXCEPT in kinds:
        return []
    at = kinds.index(Part.REST)
    before = elements[:at]
    behind = [e for e in elements[at + 1 :] if e.kind != Part.EACH]
    counted = [e.kind for e in before] == [Step.PICK, Step.QUANTITY] * (at // 2) and at > 1
    if not counted or [e.kind for e in behind] != [Step.QUANTITY]:
        return []
    rest = _rest([e.pick for e in before if e.kind == Step.PICK], lexicon)
    picks = [Element(Step.PICK, "", Pick((frozenset({ref}),))) for ref in rest]
    quantity = behind[0].quantity._replace(each=True)
    return [*before, *picks, behind[0]._replace(quantity=quantity)]


def _rest(picks: list[Pick], lexicon: Lexicon) -> list[Ref]:
    mentioned = [ref for pick in picks for refs in pick.mentions for ref in refs]
    if any(ref.axis != WHOLE for ref in mentioned):
        return _values(mentioned, lexicon)
    gone = {item for pick in picks for item in candidates(pick, lexicon)}
    left = [at for at in range(len(lexicon.items)) if at not in gone]
    if not left or any(lexicon.axes(item) for item in left):
        raise Unclear(Missing.OPTION if left else Missing.ITEM)
    return [Ref(item) for item in left]


def _values(mentioned: list[Ref], lexicon: Lexicon) -> list[Ref]:
    """The other values of the only axis there is."""
    items = {ref.item for ref in mentioned}
    if len(items) != 1 or len(lexicon.axes(min(items))) != 1:
        raise Unclear(Missing.OPTION)
    item = min(items)
    gone = {ref.value for ref in mentioned}
    values = lexicon.axes(item)[0][1]
    return [Ref(item, 0, value) for value in values if value not in gone]
