"""Tokens that mean something only beside certain others; the rest of them are unknown words.

A unit follows a number, 色 and 號 follow a choice, 加 stands before a number, and
where codes are numbers the one in front of a plus is a code.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from models.shop.reading.excepting import excepts
from models.shop.reading.lexicon import Lexicon
from models.shop.reading.numbering import coded, numbers_as_codes
from models.shop.reading.parts import GOODS, NUMBERS, SIGNS, Part, Ref, Token

ASKS_FOR = {Part.ME, Part.BEHALF, Part.WISH, Part.COURTESY, Part.GAP}
LONGED = {"想要", "想订", "想买"}
SOME_OF = {"来个", "要个"}
VAGUE = {"一些", "很多", "好多"}
ENDS = {Part.GAP, Part.LINE_END, Part.STOP, Part.COURTESY, Part.THANKS, Part.UNIT}
SORTS = {"款", "种", "项", "样", "色"}
CHOSEN = {Part.ITEM, Part.OPTION, Part.OWN, Part.EVERY, Part.COURTESY, Part.NO_SUCH}
BOPOMOFO = re.compile(r"[ㄅ-ㄩ]+")
MONEY_FROM = 10
COSTS = {"要", "才", "只要"}
EVERYBODY = {"all", "所有人", "全部", "大家"}
BEFORE_CORRECTION = {
    Part.GAP,
    Part.LINE_END,
    Part.STOP,
    Part.NUMBER,
    Part.UNIT,
    Part.MISTAKE,
    Part.COURTESY,
    Part.OWN,
    Part.SUM,
}
DOING = {Part.PLUS, Part.MORE, Part.WISH, Part.FEWER, Part.BEHALF, Part.EACH, Part.SETS}
# 的 belongs to what stands before it
OWNING = {
    Part.NAME,
    Part.KIN,
    Part.FROM,
    Part.ME,
    Part.SOMEBODY,
    Part.OWN,
    Part.UNIT,
    Part.CANCELS,
    Part.NUMBER,
    Part.SUFFIX,
}


Beside = Callable[[Token, list[Token], Token | None], Token]


def settled(found: list[Token], lexicon: Lexicon, shop: frozenset[str]) -> list[Token]:
    """The tokens with each doubtful one decided by its neighbours; `shop` are its own names."""
    made: list[Token] = []
    for at, token in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        decide = BY_TEXT.get(token.text) or BY_KIND.get(token.kind)
        if token.text == "的" and _heads(made, following):
            made.append(token._replace(kind=Part.COURTESY))
        elif token.kind == Part.SUFFIX:
            _suffix(token, made, lexicon)
        elif token.kind == Part.MENTIONED:
            made.append(_mention(token, shop))
        else:
            made.append(decide(token, made, following) if decide else token)
    if lexicon.sized:
        made = _sizes(made)
    if lexicon.numbered:
        made = numbers_as_codes(made, lexicon)
    return _spanned(made)


def _sizes(found: list[Token]) -> list[Token]:
    """黑41+1, where sizes are numbers and 41 is none of them."""
    made: list[Token] = []
    for at, token in enumerate(found):
        before = [each.kind for each in made if each.kind != Part.GAP][-1:]
        behind = [each.kind for each in found[at + 1 :] if each.kind != Part.GAP][:2]
        counted = len(behind) > 1 and behind[0] in SIGNS and behind[1] in NUMBERS
        sized = token.kind == Part.NUMBER and before == [Part.OPTION] and counted
        made.append(token._replace(kind=Part.NO_SUCH) if sized else token)
    return made


def _spanned(found: list[Token]) -> list[Token]:
    """A到D各1: those between are meant too; without 各 it stays open which."""
    made: list[Token] = []
    for at, token in enumerate(found):
        if token.kind != Part.SPAN:
            made.append(token)
            continue
        (first, *others), (last, *more) = made[-1].refs, found[at + 1].refs
        if others or more or not any(each.kind == Part.EACH for each in found[at + 2 :]):
            made.append(token._replace(kind=Part.EITHER))
            continue
        made += [
            token._replace(kind=Part.ITEM, refs=frozenset({Ref(item)}))
            for item in range(first.item + 1, last.item)
        ]
    return made


def _adding(token: Token, made: list[Token], following: Token | None) -> Token:
    """加一 is +1, 加B adds; 加我LINE is neither."""
    kind = following.kind if following is not None else ""
    if kind in GOODS:
        return token._replace(kind=Part.MORE)
    return token if kind in NUMBERS | {Part.PLUS} else token._replace(kind=Part.UNKNOWN)


def _correcting(token: Token, made: list[Token], following: Token | None) -> Token:
    """是 corrects at the start, or behind what was wrong; 我也是 agrees."""
    before = made[-1] if made else None
    corrects = before is None or before.kind in BEFORE_CORRECTION
    denied = any(each.kind == Part.NOT for each in made)
    if following is not None and following.kind == Part.ME and not denied:
        return token._replace(kind=Part.UNKNOWN)  # 一箱是我的: whose it is
    return token if corrects or denied else token._replace(kind=Part.UNKNOWN)


def _left_over(token: Token, made: list[Token], following: Token | None) -> Token:
    """還有3箱 tells what is left, unless more goes before it."""
    counts = following is not None and following.kind == Part.NUMBER
    told = counts and not any(each.kind == Part.NUMBER for each in made)
    return token._replace(kind=Part.OTHER) if told else token


def _span(token: Token, made: list[Token], following: Token | None) -> Token:
    """A到D: more items than are named."""
    between = made and following is not None and made[-1].kind == following.kind == Part.ITEM
    return token._replace(kind=Part.SPAN) if between else token


def _keeping(token: Token, made: list[Token], following: Token | None) -> Token:
    """B保留 leaves B as it is; 保留兩箱 wants two."""
    counts = following is not None and following.kind == Part.NUMBER
    named = bool(made) and made[-1].kind in GOODS
    return token._replace(kind=Part.STAYS) if named and not counts else token


def _several(token: Token, made: list[Token], following: Token | None) -> Token:
    """多買幾箱 and 幫我留幾箱 wish; 要幾箱 asks."""
    wishes = any(each.kind in (Part.MORE, Part.PLUS) for each in made[-2:])
    kinds = {each.kind for each in made}
    asked = Part.BEHALF in kinds or any(each.text in LONGED for each in made)
    asked = asked or (bool(made) and made[-1].text == "好")  # 我要好幾箱
    wishes = wishes or (bool(made) and made[-1].text in SOME_OF)
    wishes = wishes or (asked and Part.ME in kinds and kinds <= ASKS_FOR)
    return token if wishes else token._replace(kind=Part.OTHER)


def _vaguely(token: Token, made: list[Token], following: Token | None) -> Token:
    """我要一些, +很多: some number, where nothing else is said to be many."""
    wished = [each.kind for each in made[-2:]] in ([Part.PLUS], [Part.ME, Part.WISH])
    ends = following is None or following.kind in ENDS
    return token._replace(kind=Part.RANGE) if wished and ends else token


def _equals(token: Token, made: list[Token], following: Token | None) -> Token:
    """A=2 counts; 1+1=3 reckons."""
    named = bool(made) and made[-1].kind in GOODS
    return token._replace(kind=Part.COLON) if named else token


def _price(token: Token, made: list[Token], following: Token | None) -> Token:
    """一顆100, 一盤要200: a number right behind a counted thing, itself counting nothing."""
    before = made[:-1] if made and made[-1].text in COSTS else made
    if len(before) < len(made) and len(before) > 1 and before[-1].kind == Part.ITEM:
        before = before[:-1]  # 一杯珍奶要70
    counted = bool(before) and before[-1].kind == Part.UNIT
    counts = following is not None and following.kind == Part.UNIT and following.text != "块"
    money = token.number >= MONEY_FROM or (following is not None and following.text == "块")
    told = money and counted and not counts
    return token._replace(kind=Part.OTHER) if told else token


def _unit(token: Token, made: list[Token], following: Token | None) -> Token:
    """箱 behind a number; 那箱 points; elsewhere it is part of some other word."""
    before = made[-1] if made else None
    if before is not None and before.kind == Part.GAP and before.text == " " and len(made) > 1:
        before = made[-2]
    if before is not None and before.kind in NUMBERS:
        return token
    if before is not None and token.text in SORTS and before.kind in CHOSEN:
        return token._replace(kind=Part.SUFFIX)
    if token.text == "只":
        return token._replace(kind=Part.COURTESY)  # 只買3顆: only; 隻 is written so too
    pointed = before is not None and (before.kind == Part.ME or before.text in {"那", "这", "的"})
    return token._replace(kind=Part.OWN if pointed or token.text in {"单", "把"} else Part.UNKNOWN)


def _particle(token: Token, made: list[Token], following: Token | None) -> Token:
    """ㄇ asks, others soften; but only right behind something."""
    if not BOPOMOFO.fullmatch(token.text):
        return token
    if set(token.text) <= set("ㄏㄎ"):
        return token._replace(kind=Part.THANKS)
    softens = token.text != "ㄇ" and len(made) > 1 and made[-2].kind in (Part.NUMBER, Part.UNIT)
    if not made or (made[-1].kind == Part.GAP and not softens):
        return token
    return token._replace(kind=Part.ASKS if token.text == "ㄇ" else Part.COURTESY)


def _only(token: Token, made: list[Token], following: Token | None) -> Token:
    """就2箱 says how many it is to be; elsewhere 就 says nothing."""
    return (
        token._replace(kind=Part.ENOUGH) if following and following.kind == Part.NUMBER else token
    )


def _needless(token: Token, made: list[Token], following: Token | None) -> Token:
    """不用再加, 不要加: what need not be done; 不要A does without A."""
    done = following is not None and following.kind in DOING
    return token._replace(kind=Part.OTHER) if done else token


def _each_of(token: Token, made: list[Token], following: Token | None) -> Token:
    """A到C每種1包: each of those that were named."""
    kinds = [each.kind for each in made]
    several = Part.SPAN in kinds or sum(kind in GOODS for kind in kinds) > 1
    counts = following is not None and following.kind in {Part.NUMBER, Part.PLUS}
    meant = several and counts and token.text.startswith("每") and Part.NUMBER not in kinds
    return token._replace(kind=Part.EACH) if meant else token


def _by_now(token: Token, made: list[Token], following: Token | None) -> Token:
    """本來+2 現在+1就好, 昨天忘了 今天+1: behind what was before, and in front of a number."""
    counts = following is not None and following.kind in {Part.PLUS, Part.NUMBER}
    before = bool(made) and made[-1].kind == Part.GAP
    return token._replace(kind=Part.COURTESY) if counts and before else token


BY_TEXT: dict[str, Beside] = {
    **dict.fromkeys(("现在", "今天"), _by_now),
    "就": _only,
    **dict.fromkeys(("不要", "不用", "不需要", "先不要", "先不用"), _needless),
    "加": _adding,
    "是": _correcting,
    "还有": _left_over,
    "几": _several,
    "数": _several,
    **dict.fromkeys(VAGUE, _vaguely),
    "=": _equals,
    **dict.fromkeys(("~", "到", "至"), _span),
    **dict.fromkeys(("保留", "留"), _keeping),
}
BY_KIND: dict[str, Beside] = {
    Part.UNIT: _unit,
    Part.UNKNOWN: _particle,
    Part.NUMBER: _price,
    Part.EVERY: _each_of,
    Part.EXCEPT: excepts,
    Part.REST: excepts,
}


def _suffix(token: Token, made: list[Token], lexicon: Lexicon) -> None:
    """色 after a colour, 號 after a code; 的 after anything known."""
    before = made[-1] if made else None
    if (
        before is not None
        and before.kind == Part.NUMBER
        and token.text in {"号", "款", "项", "种"}
    ):
        if lexicon.numbered:
            made[-1] = coded(before, lexicon)
            return
        made.append(token._replace(kind=Part.UNIT if token.text in {"款", "种"} else Part.UNKNOWN))
        return
    good = before is not None and (
        before.kind in CHOSEN or (token.text == "的" and before.kind in OWNING)
    )
    made.append(token._replace(kind=Part.SUFFIX if good else Part.UNKNOWN))


def _heads(made: list[Token], following: Token | None) -> bool:
    """我要的： heads what is wanted."""
    wished = bool(made) and made[-1].kind == Part.WISH
    return wished and following is not None and following.kind == Part.COLON


def _mention(token: Token, shop: frozenset[str]) -> Token:
    if token.text in shop:
        return token._replace(kind=Part.COURTESY)
    return token._replace(kind=Part.OTHER) if token.text in EVERYBODY else token
