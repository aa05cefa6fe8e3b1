"""Wishes without a number: 我要, 登記, 跟團, 跟上次一樣, a name and nothing else."""

from __future__ import annotations

import re

from models.shop.reading import cues
from models.shop.reading.clauses import Message
from models.shop.reading.elements import Element
from models.shop.reading.facts import Chat, Line, Missing, Unclear
from models.shop.reading.lexicon import SIZE
from models.shop.reading.measures import CASE, RETAIL, UNITS
from models.shop.reading.parts import Part, Step, Token
from models.shop.reading.picks import candidates, choice, names_item
from models.shop.reading.resolution import Scope
from models.shop.reading.writing import each, pattern

STRONG = set(
    each(
        "要 想要 登記 下單 喊單 訂購 要訂 要買 想訂 想買 預訂 預購 訂 認購 算我 登記我 "
        "收我 留我 want order"
    )
)
HELPS = set(each("留 保留 留一下"))  # 幫我留
FEEBLE = {
    Part.WISH,
    Part.COURTESY,
    Part.THANKS,
    Part.PRAISE,
    Part.ME,
    Part.FOLLOW,
    Part.OWN,
    Part.GAP,
    Part.STOP,
    Part.LINE_END,
    Part.BEHALF,
    Part.JOINS,
    Part.PLUS,
    Part.OPEN,
    Part.CLOSE,
    Part.SOMEBODY,
    Part.MORE,
}
LEFT = set(each("還有沒有 還有嗎 有嗎 還收嗎 來得及嗎 還來得及嗎"))
PRAISES = set(each("讚讚 棒棒"))
SAME = pattern(
    r"^(?:我|我要|我也要|也|請|麻煩)?(?:改[成為]?|換成)?(?:跟|和|照|同|比照).{1,6}?(?:一樣|相同|同款|仝款|仝樣|同樣)的?(?:\d.{0,2}|謝謝|喔|就好|感恩|的)?$"
    r"|^(?:同上|照舊|老樣子|同上次|(?:照|同|跟|比照)(?:上次|之前|上回|以前|舊單)(?:的|那樣|一樣)?|再來一次|再買一次一樣的|一樣的再來一次|我要一樣的|再一次)(?:謝謝|喔)?$"
)
_PACKS = "|".join(word for word, size in UNITS.items() if size in (RETAIL, CASE) or word == "份")
# at the end of a sentence nobody understands: asked about, not left alone
WANTS = pattern(
    rf"我(?:也)?(?:要|想要|訂|想訂|登記)(?:再)?\s?(?:\d{{1,2}}|[一二兩三四五六七八九十])\s?(?:{_PACKS})(?:謝謝|喔)?$"
)
NUMBERS = re.compile(r"\d{1,6}")
DOUBTS = {Part.ASKS, Part.MAY, Part.NOT, Part.STAYS, Part.ENOUGH, Part.DECLINES}
FOLLOWING = {Part.FOLLOW, Part.COURTESY, Part.THANKS, Part.ME, Part.GAP, Part.STOP, Part.PRAISE}


def same_again(text: str) -> bool:
    """跟上次一樣, 同上: what exactly, only the writer knows."""
    return SAME.match(text.replace(" ", "").strip(".。!~")) is not None


def wished(
    message: Message, elements: list[Element], scope: Scope, chat: Chat, text: str
) -> list[Line]:
    """The lines of a follow; nothing where nothing is wished.

    Raises:
        Unclear: a wish is there, its number or its thing is not.
    """
    if chat is Chat.DIRECT and NUMBERS.fullmatch(text.strip()):
        raise Unclear(Missing.INTENT)
    if any(WANTS.search(talk.text) for talk in message.talk):
        raise Unclear(Missing.INTENT)
    core = _behind_question(message)
    doubts = any(element.kind in DOUBTS for element in elements) and core == message.core
    left = all(talk.before and cues.ANY_LEFT.search(talk.text) for talk in message.talk)
    if not left or doubts:
        return []
    kinds = {token.kind for token in core}
    picks = [element for element in elements if element.kind == Step.PICK]
    strong = any(token.kind == Part.WISH and token.text in STRONG for token in message.core)
    helped = any(token.kind == Part.WISH and not token.text for token in message.core)
    strong = strong or (helped and any(token.text in HELPS for token in message.core))
    if picks and (Part.PRAISE in kinds or any(token.text in PRAISES for token in core)):
        return []
    if picks and kinds <= FEEBLE | {Part.ITEM, Part.OPTION, Part.SUFFIX, Part.EVERY}:
        return _picked(picks, strong or Part.ME in kinds, scope, chat)
    if not picks and kinds <= FEEBLE:
        if {Part.FOLLOW, Part.WISH} <= kinds:
            raise Unclear(Missing.QUANTITY)
        if kinds <= FOLLOWING and Part.FOLLOW in kinds:
            return _followed(scope)
        if strong:
            raise Unclear(Missing.QUANTITY)
    return []


def _behind_question(message: Message) -> tuple[Token, ...]:
    """還有沒有 我要: what is wished whatever the answer is."""
    core = message.core
    asks = [at for at, token in enumerate(core) if token.kind == Part.ASKS]
    if not asks or core[0].text not in LEFT:
        return core
    rest = core[asks[-1] + 1 :]
    return rest if any(token.kind == Part.ME for token in rest) else core


def _picked(picks: list[Element], wishes: bool, scope: Scope, chat: Chat) -> list[Line]:
    if len(picks) == 1 and SIZE.fullmatch(picks[0].text):
        raise Unclear(Missing.UNIT)
    if wishes or chat is Chat.DIRECT:
        raise Unclear(Missing.QUANTITY)
    for element in picks:
        items = candidates(element.pick, scope.lexicon)
        coded = element.text in scope.lexicon.codes and len(picks) == 1
        whole = len(items) == 1 and None not in (
            choice(element.pick, items[0], scope.lexicon) or ()
        )
        chosen = whole and bool(scope.lexicon.axes(items[0]))
        if coded or chosen or (whole and not names_item(element.pick)):
            raise Unclear(Missing.QUANTITY)
    return []


def _followed(scope: Scope) -> list[Line]:
    item = scope.quoted if scope.quoted is not None else scope.lexicon.sole
    if item is None:
        raise Unclear(Missing.ITEM)
    if scope.lexicon.axes(item):
        raise Unclear(Missing.OPTION)
    return [Line(scope.code(item), None, 1)]
