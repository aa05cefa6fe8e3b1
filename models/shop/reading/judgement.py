"""Order or chatter: what the talk around a well-formed order makes of it.

An order where there is none is the worst mistake here. A bare +1 is also how people
agree, so beside words it does not know it is left alone, or asked about.
"""

from __future__ import annotations

from itertools import pairwise

from models.shop.reading import cues, numerals, stories
from models.shop.reading.clauses import Message
from models.shop.reading.elements import Element
from models.shop.reading.facts import Chat, Missing, Unclear
from models.shop.reading.lexicon import Lexicon
from models.shop.reading.measures import GENERIC, UNITS
from models.shop.reading.parts import BREAKS, COUNTED, GOODS, Part, Step
from models.shop.reading.writing import each, fold

# wishes that may be about anything, and what says nothing of an order before or behind it
FEEBLE = set(each("想 拿 來 取 帶 點 團 報 收 包 敗 記 報名"))
# nothing that is sold by the case or the tray is counted in these
ELSEWHERE_ONLY = set(each("杯 件 張 本 把 頂 雙 塊 支"))
PEOPLE = {Step.PERSON, Step.WHOSE}
MORE_THAN_AGREEING = range(2, 10)
AGAIN = fold("回購")
ABSURD = 1000  # +10086 agrees with all one's heart
ENTERS = {fold("報名"), fold("報")}
SHOP = set(each("老闆 老闆娘 闆娘 團主 團媽 團爸 團長 主揪 版主 小編"))
GREETS = {
    who + fold(hour) for who in ("", "大家", "各位") for hour in ("早安", "午安", "晚安", "早")
}
LAUGHS = set(each("哈 哈哈 哈哈哈 呵呵 嘻嘻 lol xd haha ㄏㄏ ㄎㄎ"))
WISHING = {
    Part.FOLLOW,
    Part.BEHALF,
    Part.MORE,
    Part.FEWER,
    Part.CORRECTS,
    Part.ANEW,
    Part.EACH,
    Step.SUM,
}


class Sight:
    """What an order shows of itself: how plainly it says that it is one."""

    def __init__(self, elements: list[Element], message: Message, lexicon: Lexicon) -> None:
        quantities = [each.quantity for each in elements if each.kind in COUNTED]
        kinds = {token.kind for token in message.core}
        self.picks = [each for each in elements if each.kind in {Step.PICK, Step.NO_SUCH}]
        self.persons = any(each.kind in PEOPLE and each.text for each in elements)
        self.plus = any(quantity.plus for quantity in quantities)
        self.units = any(quantity.unit for quantity in quantities)
        self.verbs = bool(kinds & WISHING) or any(
            token.kind == Part.WISH and token.text not in FEEBLE for token in message.core
        )
        self.again = any(token.text.startswith("再") for token in message.core)
        self.generic = all(UNITS.get(quantity.unit, GENERIC) == GENERIC for quantity in quantities)
        self.number = quantities[0].number if quantities else None
        self.bare = not (self.picks or self.units or self.verbs or self.persons)
        self.wonders = any(
            token.kind == Part.WISH and token.text == "想" for token in message.core
        )
        praising = [two for one, two in pairwise(message.core) if one.kind == Part.PRAISE]
        self.praised = any(token.kind in GOODS for token in praising)
        self.agrees = any(token.kind == Part.PLUS for token in praising)
        english = any(token.text in numerals.ENGLISH for token in message.core)
        self.backwards = _backwards(elements) and not english
        sold = {fold(item.unit) for item in lexicon.items}
        self.foreign = any(quantity.unit in ELSEWHERE_ONLY - sold for quantity in quantities)
        self.coded = bool(self.picks) and all(each.text in lexicon.codes for each in self.picks)


def is_order(
    elements: list[Element], message: Message, chat: Chat, lexicon: Lexicon, text: str
) -> bool:
    """Whether well-formed words were meant as an order.

    Raises:
        Unclear: they may or may not have been.
    """
    sight = Sight(elements, message, lexicon)
    if message.core[0].text == "同" and not (sight.picks or sight.units):
        return False  # 同小美+1
    before = " ".join(talk.text for talk in message.talk if talk.before)
    behind = " ".join(talk.text for talk in message.talk if not talk.before)
    talk = f"{before} {behind}".strip()
    if cues.declines(before) or _counts(talk) or _counts(text, plus=True):
        return False
    if not (sight.plus or sight.units or sight.verbs or sight.picks or sight.persons):
        if chat is Chat.DIRECT and not talk:
            raise Unclear(Missing.INTENT)
        return False
    if chat is Chat.DIRECT:
        return _private(sight, before, behind, text)
    if sight.backwards or _of_others(sight, text) or _goes_on_telling(sight, message, lexicon):
        return False
    return (
        _bare(sight, message, before, behind, text, lexicon)
        if sight.bare
        else _plain(sight, message, before, behind, text)
    )


def _goes_on_telling(sight: Sight, message: Message, lexicon: Lexicon) -> bool:
    """我煮了高麗菜1包 韭菜1包: a list whose beginning is told is told to its end.

    Raises:
        Unclear: its beginning is not understood.
    """
    if sight.plus or sight.verbs or not sight.picks:
        return False
    listed = [
        talk.text
        for talk in message.talk
        if talk.before and talk.glued and any(word in talk.text for word in _goods(lexicon))
    ]
    if listed and not any(cues.AT_HOME.search(said) or cues.PAST.search(said) for said in listed):
        raise Unclear(Missing.INTENT)
    return bool(listed)


def _goods(lexicon: Lexicon) -> list[str]:
    return [word for word in lexicon.names | lexicon.choices if len(word) > 1]


def _of_others(sight: Sight, text: str) -> bool:
    """Counted in what is not sold here, or told to others."""
    if sight.picks or sight.persons:
        return False
    return sight.foreign or bool(cues.TELLS.search(text))


def _private(sight: Sight, before: str, behind: str, text: str) -> bool:
    """In 1:1 there is nobody to agree with; what does not fit an order is asked about.

    Raises:
        Unclear: it may be about something else.
    """
    if cues.PLACE.search(before) or cues.ELSEWHERE.search(before):
        return False
    named = sight.picks or sight.persons
    if not named and cues.TELLS.search(text):
        return False
    leads = cues.WARM.search(before) or sight.verbs or (named and sight.plus)
    agrees = sight.bare and cues.AGREE.search(f"{before} {behind}")
    if (before and not leads) or agrees or sight.backwards:
        raise Unclear(Missing.INTENT)
    return True


def _counts(talk: str, *, plus: bool = False) -> bool:
    """Whether it tells how many there are by now."""
    if plus:
        so_far = cues.SO_FAR.search(talk) or cues.CALLS.search(talk)
        return bool(so_far) and not cues.ASKS.search(talk)
    return bool(cues.TALLY.search(talk)) and not cues.ASKS.search(talk)


def _backwards(elements: list[Element]) -> bool:
    """1A, with nothing that says it is a number of something: a seat, a class."""
    said = [each for each in elements if each.kind != Step.PERSON]
    kinds = "".join(each.kind for each in said)
    first = said[0].quantity if said else None
    bald = first is not None and not (first.plus or first.unit or first.each)
    return bald and bool(kinds) and kinds == (Step.QUANTITY + Step.PICK) * (len(kinds) // 2)


def _bare(
    sight: Sight, message: Message, before: str, behind: str, text: str, lexicon: Lexicon
) -> bool:
    """A +1 and nothing else: an order only among words that go with one."""
    absurd = (before or behind) and (sight.number or 0) >= ABSURD
    elsewhere = cues.ELSEWHERE.search(f"{before} {behind}") and not cues.EXCUSED.search(before)
    if absurd or elsewhere or _joins_in(message, behind):
        return False
    if _thanks_first(message):
        return bool(cues.RECOMMENDED.search(f"{before} {behind}")) or _addressed(message)
    if any(token.kind == Part.THANKS and token.text in LAUGHS for token in message.core):
        raise Unclear(Missing.INTENT)
    if (sight.wonders and not before) or cues.ADDRESS.fullmatch(before):
        raise Unclear(Missing.INTENT)
    if before:
        apart = message.core[0].kind in BREAKS and sight.plus
        several = apart and sight.number in MORE_THAN_AGREEING
        return stories.leads_to_order(before, behind, text, several=several)
    if not behind:
        return True
    surely = sight.number != 1 or message.core[0].text == AGAIN
    told = surely and cues.WARM.search(behind)  # +2 笑死 上次一天就吃完
    told = told or cues.NOT_GOT.search(behind)
    if cues.AGREE.search(behind) and not told:
        return False
    thanked = any(token.kind == Part.THANKS for token in message.core)
    liked = thanked and any(word in behind for word in _goods(lexicon))  # +1謝謝 芒果控無法抗拒
    if told or liked or cues.BEHIND.search(behind) or sight.number != 1:
        return True
    raise Unclear(Missing.INTENT)


def _joins_in(message: Message, behind: str) -> bool:
    """同+1 agrees; 報名+1 瑜珈課 is about the words behind it."""
    first = message.core[0].text
    return first == "同" or (first in ENTERS and bool(behind) and not cues.GETS.search(behind))


def _addressed(message: Message) -> bool:
    """謝謝老闆 +1 speaks to the shop; 謝謝 +1 may speak to anybody.

    Raises:
        Unclear: it may be either.
    """
    spaced = any(each.kind in BREAKS for each in message.core)
    if spaced and not any(each.text in SHOP for each in message.core):
        warm = any(each.kind == Part.THANKS and each.text in LAUGHS for each in message.core)
        if not warm:
            raise Unclear(Missing.INTENT)
        return False
    return spaced


def _thanks_first(message: Message) -> bool:
    """哈哈+1, 辛苦了+1: an answer to what somebody else said."""
    for token in message.core:
        if token.kind in {Part.PLUS, Part.NUMBER, Part.ITEM}:
            return False
        if token.kind in {Part.THANKS, Part.PRAISE}:
            spaced = any(each.kind in BREAKS for each in message.core)
            return (token.kind == Part.THANKS and token.text not in GREETS) or not spaced
    return False


def _plain(sight: Sight, message: Message, before: str, behind: str, text: str) -> bool:
    """Something was named or counted: what is said around it may still tell of the past."""
    named_only = sight.persons and not (sight.picks or sight.units)
    if sight.agrees or (named_only and cues.AGREE.search(behind)):
        return False
    if named_only and _thanks_first(message):
        return _addressed(message)  # 謝謝小美+1
    if cues.AGREE.search(before) and any(each.kind == Part.PRAISE for each in message.core):
        return False  # 同感 芒果很甜 +1
    if sight.praised:
        raise Unclear(Missing.INTENT)
    leads = not before or cues.NOW.search(text) or cues.RUN_OUT.search(before)
    return bool(leads or _goes_on(sight, before)) and (not behind or _ends(sight, behind))


def _goes_on(sight: Sight, before: str) -> bool:
    """Whether words before it lead on to an order."""
    if cues.ELSEWHERE.search(before) or cues.PLACE.search(before):
        return False
    past, asks = cues.PAST.search(before), cues.ASKS.search(before)
    if not sight.picks and not sight.persons:
        counted = sight.plus or (sight.units and not sight.generic)
        if asks and counted and (sight.plus or sight.verbs) and not past:
            raise Unclear(Missing.INTENT)
        if cues.AGREE.search(before) or asks or not counted:
            return False
    if sight.plus:
        return True
    if sight.verbs:
        return not past or bool(sight.again and cues.WARM.search(before))
    if sight.coded or not sight.picks:
        return bool(cues.WARM.search(before)) and (not past or sight.again)
    return not past and not asks


def _ends(sight: Sight, behind: str) -> bool:
    """Whether words behind it leave it an order."""
    if sight.plus:
        return True
    past = cues.PAST.search(behind) and not cues.WARM.search(behind)
    return not cues.SPOILT.search(behind) and (sight.verbs or not past)
