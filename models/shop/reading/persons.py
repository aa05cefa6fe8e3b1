"""For whom: 幫媽媽, 小美：, 我家隔壁陳太太. Only where an order stands beside it.

A name nobody told us is believed if it is said to be one (幫X, X：), if it ends in a
title or in family, or if it has the form 小X or 阿X.
"""

from __future__ import annotations

from models.shop.reading.lexicon import ITEM, OPTION, UNIT
from models.shop.reading.names import GIVEN_NAMES, LABELS, NOT_HELPED, SURNAMES
from models.shop.reading.parts import (
    CLOSE,
    COLON,
    FRACTION,
    GAP,
    LINE_END,
    MAYBE_NAME,
    MINUS,
    NAME,
    NO_SUCH,
    NUMBER,
    OPEN,
    PLUS,
    RANGE,
    SOMEBODY,
    STOP,
    TIMES,
    UNKNOWN,
    Token,
)
from models.shop.reading.writing import Folded, each, pattern

KIN, FROM, ME, PRONOUN, HELPS, SAYS = "K", "N", "M", "P", "h", "p"
NOTICES = pattern("通知|統計|明細|清單|名單|公告|庫存|剩|現貨|缺貨|到貨|出貨|收單|團|訂單")
PRONOUNS = frozenset(each("她 他 她們 他們"))
RUN = {UNKNOWN, NAME, KIN, FROM, ME, PRONOUN, "D"}
LONGEST = 12
LONGEST_TOLD = 8
# between a name and what it is for: 小美、阿珠各1, 她也要
SKIPPED = {GAP, LINE_END, SAYS, NAME, KIN, FROM, ME, *"cojf"}
STARTS = {
    PLUS,
    TIMES,
    MINUS,
    COLON,
    ITEM,
    OPTION,
    NUMBER,
    FRACTION,
    RANGE,
    NO_SUCH,
    *"veaglsxdjfTuE",
}
ENDS = {GAP, LINE_END, STOP, CLOSE, "t", "k", "?"}
OPENS = {
    SOMEBODY,
    COLON,
    GAP,
    LINE_END,
    STOP,
    OPEN,
    UNIT,
    NUMBER,
    CLOSE,
    HELPS,
    *"jfktxysgvnmzcwo?+",
}


def with_persons(found: list[Token], folded: Folded) -> list[Token]:
    """The tokens with each run that names somebody made into one."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        helped = bool(made) and made[-1].kind == HELPS
        fits = token.kind in RUN or (token.kind == SAYS and (helped or token.text in PRONOUNS))
        end = max(_run(found, at), at + 1) if fits and _opens(made, token) else at
        kind, end = _judged(found, at, end, made, folded) if end > at else (None, at)
        if kind is None:
            made.append(token)
            at += 1
            continue
        start, stop = found[at].start, _without_of(found, at, end).end
        if made and made[-1].kind == HELPS:
            made.pop()
            if kind == ME and not any(each.kind == SOMEBODY for each in made):
                kind = "v"  # 給我, 幫我: asks, and names nobody
        text = "" if kind in (ME, "v") else folded.raw(start, stop)
        made.append(Token(kind, start, stop, text))
        at = end
        while at < len(found) and (found[at].kind == SAYS or found[at].text == "也"):
            at += 1
    return made


def _opens(made: list[Token], token: Token) -> bool:
    """Whether somebody may be named here; right behind a thing only if it is surely a name."""
    if not made or made[-1].kind in OPENS:
        return True
    return token.kind == NAME and made[-1].kind in (ITEM, OPTION)


def _run(found: list[Token], at: int) -> int:
    end = at
    while end < len(found) and found[end].kind in RUN:
        another = end > at and found[end].kind in (NAME, ME) and found[end - 1].kind in (NAME, KIN)
        if another:
            break
        end += 1
    return end


def _without_of(found: list[Token], at: int, end: int) -> Token:
    """The last token of a run, 的 behind a name being no part of it."""
    last = end - 1
    while last > at and found[last].kind == "D":
        last -= 1
    return found[last]


def _judged(
    found: list[Token], at: int, end: int, made: list[Token], folded: Folded
) -> tuple[str | None, int]:
    """What the run from `at` to `end` is: somebody, the writer, perhaps somebody, or nothing."""
    run = found[at:end]
    while len(run) > 1 and run[-1].kind == "D":
        run = run[:-1]
    text = folded.text[run[0].start : run[-1].end]
    helped = bool(made) and made[-1].kind == HELPS
    told = helped or _colon(found, end)
    if len(text) > LONGEST or not (_before_order(found, end) or _behind_order(found, end, made)):
        return None, end
    kinds = [token.kind for token in run if token.kind != "D"]
    told = told and not (helped and not _before_order(found, end))
    kind = None
    if set(kinds) <= {ME}:
        kind = ME
    elif set(kinds) <= {PRONOUN, SAYS}:
        kind = MAYBE_NAME if helped or run[0].text in PRONOUNS else None
    elif _named(run, kinds) or (told and _can_be_told(text)):
        kind = SOMEBODY
    elif kinds == [UNKNOWN] and _full_name(text):
        kind = MAYBE_NAME
    return kind, end


def _can_be_told(text: str) -> bool:
    unheard = text in NOT_HELPED or text in LABELS or NOTICES.search(text)
    return not unheard and len(text) <= LONGEST_TOLD


def _full_name(text: str) -> bool:
    """陳雅婷, and 白內障: only asking tells them apart."""
    return len(text) == 3 and text[0] in SURNAMES and text.isalpha()


def _named(run: list[Token], kinds: list[str]) -> bool:
    """Ends in a name, a title or family, with nothing before it that says otherwise."""
    if len(kinds) > 1 and run[-1].text == "家" and kinds[-2] in (NAME, KIN):
        run, kinds = run[:-1], kinds[:-1]
    last = run[-1]
    if kinds[-1] not in (NAME, KIN) and last.text not in GIVEN_NAMES:
        return kinds[-1] == UNKNOWN and len(kinds) > 1 and kinds[-2] == KIN and last.text.isascii()
    for token in run[:-1]:
        if token.kind == UNKNOWN and not _surname(token.text):
            return False
        if token.kind == PRONOUN:
            return False
    return last.text != "朋友" or kinds[0] != UNKNOWN


def _surname(text: str) -> bool:
    """A surname, alone or with the given name between it and a title."""
    return text[0] in SURNAMES and len(text) <= 3


def _colon(found: list[Token], end: int) -> bool:
    return end < len(found) and found[end].kind == COLON


def _before_order(found: list[Token], end: int) -> bool:
    at = end
    while at < len(found) and (found[at].kind in SKIPPED or found[at].text in {"也", "那"}):
        at += 1
    return at < len(found) and found[at].kind in STARTS


def _behind_order(found: list[Token], end: int, made: list[Token]) -> bool:
    """`+1 小美`, `+1（小美）`, `一箱給小美`."""
    if end < len(found) and found[end].kind not in ENDS:
        return False
    solid = [token for token in made if token.kind not in (GAP, OPEN, HELPS, "D")]
    return bool(solid) and solid[-1].kind in {NUMBER, UNIT, SOMEBODY, *"xsdl"}
