"""Whether something is an order, and which: the last judge, when it is no change."""

from __future__ import annotations

from models.shop.reading import cues, judgement, numerals, paying
from models.shop.reading.elements import Element, sums_as_quantities
from models.shop.reading.facts import NONE, Expect, Line, Missing, Reading, Unclear
from models.shop.reading.heard import Heard
from models.shop.reading.lexicon import SIZE
from models.shop.reading.parts import SAID, Part, Step
from models.shop.reading.phrases import phrased
from models.shop.reading.resolution import counted, lines

MINE = "我的"


def ordered(heard: Heard) -> Reading:
    """The order, or none.

    Raises:
        Unclear: it may be one, and something about it is open.
    """
    answers = heard.setting.quotes_chat and Step.PICK not in heard.kinds
    if answers or not heard.kinds & {Step.QUANTITY, Step.SUM, Step.PICK}:
        return NONE
    if not judgement.is_order(
        heard.elements, heard.message, heard.chat, heard.scope.lexicon, heard.text
    ):
        return NONE
    if _about_goods(heard) or {Part.MENTIONED, Part.ASKS} <= heard.kinds:
        return NONE  # @阿珠 要+1嗎 asks somebody else
    if _for_everybody(heard):
        return NONE
    if _partly_theirs(heard):
        raise Unclear(Missing.QUANTITY)
    if _more_goods(heard):
        raise Unclear(Missing.INTENT)
    if _perhaps_theirs(heard):
        raise Unclear(Missing.PERSON)
    if any(cues.ANY_LEFT.search(talk.text) for talk in heard.message.talk):
        raise Unclear(Missing.INTENT)
    heard.need_no_answer()
    if Step.SUM in heard.kinds and not heard.kinds & {Step.QUANTITY, Step.PICK}:
        if _first_sum(heard.elements) > numerals.DOZEN:
            return NONE
        if not heard.has_part(Part.WISH, Part.THANKS):
            raise Unclear(Missing.INTENT)  # 總共3箱: a wish, or a count of everybody's
    said = sums_as_quantities(heard.elements)
    sums = [each for each in said if each.kind == Step.SUM]
    made = _more_of_each(said, heard)
    if not made:
        phrases = phrased([each for each in said if each.kind in SAID])
        made = lines(phrases, sums, heard.scope)
    paying.agree(heard.elements, made, heard.scope)
    return NONE if _told_again(made, heard) else Reading(Expect.ORDER, tuple(made))


def _told_again(made: list[Line], heard: Heard) -> bool:
    """我的A2 B1 已轉: exactly what one has, said once more to tell something of it."""
    mine = heard.text.lstrip().startswith(MINE) and bool(heard.message.talk)
    paid = mine or any(cues.PAYMENT.search(talk.text) for talk in heard.message.talk)
    return paid and sorted(line[:4] for line in made) == sorted(line[:4] for line in heard.had)


def _more_of_each(elements: list[Element], heard: Heard) -> list[Line]:
    """各加1, of somebody who has several things: so many more of each of them."""
    said = [each for each in elements if each.kind in SAID]
    if len(heard.had) < 2 or [each.kind for each in said] != [Step.QUANTITY]:
        return []
    if not said[0].quantity.each or not cues.EACH_MORE.search(heard.text):
        return []
    return [line._replace(quantity=counted(said[0].quantity)) for line in heard.had]


def _first_sum(elements: list[Element]) -> int:
    return next(each.quantity.number for each in elements if each.kind == Step.SUM)


def _partly_theirs(heard: Heard) -> bool:
    """兩盤，其中一盤是小美的: a part for somebody, in words that are not understood."""
    told = [
        talk.text
        for talk in heard.message.talk
        if talk.glued and not talk.before and not cues.PAST.search(talk.text)
    ]
    return any(name in text for text in told for name in heard.setting.names)


def _for_everybody(heard: Heard) -> bool:
    """一人一箱: what everybody may have, where nobody is named."""
    if heard.kinds & {Step.PERSON, Step.PICK}:
        return False
    return any(each.kind == Part.EACH and "人" in each.text for each in heard.message.core)


def _more_goods(heard: Heard) -> bool:
    """A+1 ... B兩包: goods counted behind it, in words that are not understood."""
    told = [talk.text for talk in heard.message.talk if talk.glued and not talk.before]
    lexicon = heard.scope.lexicon
    return any(
        word in text
        for text in told
        if not cues.PAST.search(text) and not cues.ASKS.search(text)
        for word in lexicon.names | lexicon.choices
        if len(word) > 1
    )


def _perhaps_theirs(heard: Heard) -> bool:
    """+1，小美託我訂的: somebody asked for it, and it is not said whether it is theirs."""
    if heard.kinds & {Step.PERSON, Step.WHOSE}:
        return False
    behind = [talk.text for talk in heard.message.talk if not talk.before]
    return any(
        name in text and cues.ASKED_FOR.search(text.split(name, 1)[1])
        for text in behind
        for name in heard.setting.names
    )


def _about_goods(heard: Heard) -> bool:
    """一盤30顆對嗎 asks what is in a pack, 一盤=200 tells what it costs."""
    picks = [each for each in heard.elements if each.kind == Step.PICK]
    if paying.tells_prices(heard.elements):
        return True
    sizes = bool(picks) and all(SIZE.fullmatch(each.text) for each in picks)
    return sizes and Part.ASKS in heard.kinds
