"""For whom: 幫媽媽, 小美：, 我家隔壁陳太太. Only where an order stands beside it.

A name nobody told us is believed if it is said to be one (幫X, X：), if it ends in a
title or in family, or if it has the form 小X or 阿X.
"""

from __future__ import annotations

from models.shop.reading.names import GIVEN_NAMES, LABELS, NOT_HELPED, SURNAMES
from models.shop.reading.parts import GOODS, Part, Token
from models.shop.reading.slips import near
from models.shop.reading.writing import Folded, each, pattern

NOTICES = pattern("通知|統計|明細|清單|名單|公告|庫存|剩|現貨|缺貨|到貨|出貨|收單|團|訂單")
PRONOUNS = frozenset(each("她 他 她們 他們"))
RUN = {Part.UNKNOWN, Part.NAME, Part.KIN, Part.FROM, Part.ME, Part.PRONOUN, Part.SUFFIX}
TOGETHER = {Part.JOINS, Part.FOLLOW}
WHO = {Part.NAME, Part.KIN, Part.ME}
LONGEST = 12
LONGEST_TOLD = 8
# between a name and what it is for: 小美、阿珠各1, 她也要
SKIPPED = {
    Part.GAP,
    Part.LINE_END,
    Part.SAYS,
    Part.NAME,
    Part.KIN,
    Part.FROM,
    Part.ME,
    Part.MAY,
    Part.OWN,
    Part.JOINS,
    Part.FOLLOW,
    Part.OPEN,
}
BETWEEN = frozenset(each("也 那 這次 先 就 這團 這回"))
STARTS = {
    Part.PLUS,
    Part.TIMES,
    Part.MINUS,
    Part.COLON,
    Part.ITEM,
    Part.OPTION,
    Part.NUMBER,
    Part.FRACTION,
    Part.RANGE,
    Part.NO_SUCH,
    Part.WISH,
    Part.EACH,
    Part.EVERY,
    Part.MORE,
    Part.FEWER,
    Part.SETS,
    Part.CANCELS,
    Part.DECLINES,
    Part.JOINS,
    Part.FOLLOW,
    Part.SUM,
    Part.STAYS,
    Part.NO_SUCH,
}
ENDS = {Part.GAP, Part.LINE_END, Part.STOP, Part.CLOSE, Part.THANKS, Part.COURTESY, Part.ASKS}
OPENS = {
    Part.SOMEBODY,
    Part.COLON,
    Part.GAP,
    Part.LINE_END,
    Part.STOP,
    Part.OPEN,
    Part.UNIT,
    Part.NUMBER,
    Part.CLOSE,
    Part.BEHALF,
    Part.JOINS,
    Part.FOLLOW,
    Part.COURTESY,
    Part.THANKS,
    Part.CANCELS,
    Part.CORRECTS,
    Part.SETS,
    Part.MORE,
    Part.WISH,
    Part.NOT,
    Part.MISTAKE,
    Part.ANEW,
    Part.MAY,
    Part.PRAISE,
    Part.OWN,
    Part.ASKS,
    Part.PLUS,
}
COUNTED_BEFORE = {
    Part.NUMBER,
    Part.UNIT,
    Part.SOMEBODY,
    Part.CANCELS,
    Part.SETS,
    Part.DECLINES,
    Part.FEWER,
}


def with_persons(found: list[Token], folded: Folded, goods: frozenset[str]) -> list[Token]:
    """The tokens with each run that names somebody made into one; `goods` names nobody."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        helped = bool(made) and made[-1].kind == Part.BEHALF
        fits = token.kind in RUN or (
            token.kind == Part.SAYS and (helped or token.text in PRONOUNS)
        )
        end = max(_run(found, at), at + 1) if fits and _opens(made, token) else at
        kind, end = _judged(found, at, end, made, folded) if end > at else (None, at)
        if kind == Part.MAYBE_NAME and any(near(token.text, name) for name in goods):
            kind = None  # 高利菜 is no Mr Gao
        if kind == Part.SOMEBODY and _addresses(found, at, end) and not helped:
            made.append(token._replace(kind=Part.COURTESY))
            at = end
            continue
        if kind is None:
            made.append(token)
            at += 1
            continue
        start, stop = found[at].start, _without_of(found, at, end).end
        if made and made[-1].kind == Part.BEHALF:
            made.pop()
            if kind == Part.ME and not any(each.kind == Part.SOMEBODY for each in made):
                kind = Part.WISH  # 給我, 幫我: asks, and names nobody
        text = "" if kind in (Part.ME, Part.WISH) else folded.raw(start, stop)
        made.append(Token(kind, start, stop, text))
        at = end
        while at < len(found) and (found[at].kind == Part.SAYS or found[at].text == "也"):
            at += 1
        if kind == Part.SOMEBODY and _for_them(found, at):
            at += 2
    return made


def _addresses(found: list[Token], at: int, end: int) -> bool:
    """阿姨我要2箱: speaks to her, and orders for oneself."""
    rest = [each.kind for each in found[end:] if each.kind != Part.GAP][:2]
    return end == at + 1 and found[at].kind == Part.KIN and rest == [Part.ME, Part.WISH]


def _opens(made: list[Token], token: Token) -> bool:
    """Whether somebody may be named here; right behind a thing only if it is surely a name."""
    if not made or made[-1].kind in OPENS:
        return True
    return token.kind == Part.NAME and made[-1].kind in GOODS


def _run(found: list[Token], at: int) -> int:
    end = at
    while end < len(found) and found[end].kind in RUN:
        before = found[end - 1].kind if end > at else ""
        if found[end].kind == Part.ME and before in (Part.NAME, Part.KIN):
            break
        if found[end].kind == before == Part.NAME:
            break
        end += 1
    return end


def _without_of(found: list[Token], at: int, end: int) -> Token:
    """The last token of a run, 的 behind a name being no part of it."""
    last = end - 1
    while last > at and found[last].kind == Part.SUFFIX:
        last -= 1
    return found[last]


def _judged(
    found: list[Token], at: int, end: int, made: list[Token], folded: Folded
) -> tuple[str | None, int]:
    """What the run from `at` to `end` is: somebody, the writer, perhaps somebody, or nothing."""
    run = found[at:end]
    while len(run) > 1 and run[-1].kind == Part.SUFFIX:
        run = run[:-1]
    text = folded.text[run[0].start : run[-1].end]
    helped = bool(made) and made[-1].kind == Part.BEHALF
    told = helped or _colon(found, end)
    if len(text) > LONGEST or not (_before_order(found, end) or _behind_order(found, end, made)):
        return None, end
    kinds = [token.kind for token in run if token.kind != Part.SUFFIX]
    told = told and not (helped and not _before_order(found, end))
    kind = None
    if set(kinds) <= {Part.ME}:
        kind = Part.ME
    elif set(kinds) <= {Part.PRONOUN, Part.SAYS}:
        kind = Part.MAYBE_NAME if helped or run[0].text in PRONOUNS else None
    elif _named(run, kinds) or (told and _can_be_told(text)):
        kind = Part.SOMEBODY
    elif kinds == [Part.UNKNOWN] and _full_name(text):
        kind = Part.MAYBE_NAME
    return kind, end


def _can_be_told(text: str) -> bool:
    unheard = text in NOT_HELPED or text in LABELS or NOTICES.search(text)
    return not unheard and len(text) <= LONGEST_TOLD


def _full_name(text: str) -> bool:
    """陳雅婷, and 白內障: only asking tells them apart."""
    return len(text) == 3 and text[0] in SURNAMES and text.isalpha()


def _named(run: list[Token], kinds: list[str]) -> bool:
    """Ends in a name, a title or family, with nothing before it that says otherwise."""
    if len(kinds) > 1 and run[-1].text == "家" and kinds[-2] in (Part.NAME, Part.KIN):
        run, kinds = run[:-1], kinds[:-1]
    last = run[-1]
    if kinds[-1] not in (Part.NAME, Part.KIN) and last.text not in GIVEN_NAMES:
        return (
            kinds[-1] == Part.UNKNOWN
            and len(kinds) > 1
            and kinds[-2] == Part.KIN
            and last.text.isascii()
        )
    for token in run[:-1]:
        if token.kind == Part.UNKNOWN and not _surname(token.text):
            return False
        if token.kind == Part.PRONOUN:
            return False
    return last.text != "朋友" or kinds[0] != Part.UNKNOWN


def _surname(text: str) -> bool:
    """A surname, alone or with the given name between it and a title."""
    return text[0] in SURNAMES and len(text) <= 3


def _colon(found: list[Token], end: int) -> bool:
    return end < len(found) and found[end].kind == Part.COLON


def _before_order(found: list[Token], end: int) -> bool:
    at = end
    while at < len(found) and (found[at].kind in SKIPPED or found[at].text in BETWEEN):
        at += 1
        if _for_them(found, at):
            at += 2
    return at < len(found) and found[at].kind in STARTS


def _for_them(found: list[Token], at: int) -> bool:
    """小美叫我幫她+1: 幫她 says nothing new behind 叫我."""
    if at == 0 or at + 1 >= len(found) or found[at - 1].kind != Part.SAYS:
        return False
    return found[at].kind == Part.BEHALF and found[at + 1].text in PRONOUNS


def _behind_order(found: list[Token], end: int, made: list[Token]) -> bool:
    """`+1 小美`, `+1（小美）`, `一箱給小美`, `各一箱 我和小美`."""
    joined = end + 1 < len(found) and found[end].kind in TOGETHER and found[end + 1].kind in WHO
    ends = end >= len(found) or (found[end].kind in ENDS and found[end].text != "也")
    if not (ends or joined):
        return False  # +1 小美也說好吃
    solid = [
        token
        for token in made
        if token.kind not in (Part.GAP, Part.OPEN, Part.BEHALF, Part.SUFFIX)
    ]
    kinds = [token.kind for token in solid[-2:]]
    together = len(kinds) > 1 and kinds[1] in TOGETHER and kinds[0] in {Part.SOMEBODY, Part.ME}
    return together or (bool(kinds) and kinds[-1] in COUNTED_BEFORE)
