"""Whose it is, said behind what was ordered: 都寫小美, 算小美的, 以上是我媽的, 阿珠要的.

The words around the name must be known ones; what else is told about somebody is talk.
"""

from __future__ import annotations

from models.shop.reading.names import SURNAMES
from models.shop.reading.parts import BREAKS, NUMBERS, Part, Token
from models.shop.reading.writing import Folded, pattern

LEAD = pattern(
    r"(?:(?:名字|姓名|署名|名稱)?(?:麻煩|請|再)?(?:幫我|幫忙)?(?=[要請]?[寫記掛登]))?(?:這些?|那)?(?P<all>以上|上面)?(?P<both>全部?|通通|統統|都|皆)?"
    r"(?:(?P<said>[要請]?[寫記掛算歸登列](?:記|給|在|到|成)?|是)?(?P<handed>我?要?[幫給替代])?)(?P<mine>我)?"
)
TAIL = pattern(
    r"(?P<own>的|[要訂買喊叫登]的|的名字|名下|頭上|帳上|那邊|那裡|那|家的|的份)?(?:喔|哦|啦|唷|了)?"
)
WRITES = pattern(r"(?:都|全部|以上)?[寫記掛]")
NAMES = {Part.NAME, Part.KIN}
BEFORE_NAME = {Part.ME, Part.FROM, *NAMES}
ENDS = {*BREAKS, Part.OPEN, Part.CLOSE, Part.THANKS, Part.ASKS}
STARTS = {*ENDS, *NUMBERS, Part.UNIT}
STRANGE = range(2, 4)


def with_owners(found: list[Token], folded: Folded) -> list[Token]:
    """The tokens with each such remark made into one; `number` is 1 where it is about all."""
    if not any(token.kind in NUMBERS for token in found):
        return found
    made: list[Token] = []
    counted = False
    at = 0
    while at < len(found):
        token = found[at]
        counted = counted or token.kind in NUMBERS
        starts = counted and bool(made) and made[-1].kind in STARTS and token.kind not in STARTS
        end = _end(found, at) if starts else at
        glued = bool(made) and made[-1].kind not in ENDS
        remark = _remark(found[at:end], folded, glued) if end > at else None
        made.append(remark or token)
        at = end if remark else at + 1
    return made


def _end(found: list[Token], at: int) -> int:
    while at < len(found) and found[at].kind not in ENDS:
        at += 1
    return at


def _remark(clause: list[Token], folded: Folded, glued: bool) -> Token | None:
    """The remark that a clause makes; a `glued` 是小美的 is only about the part before it."""
    names = [at for at, token in enumerate(clause) if token.kind in NAMES]
    if not names:
        return _strange(clause, folded)
    first = last = names[0]
    while last + 1 < len(clause) and clause[last + 1].kind in NAMES:
        last += 1
    while first and clause[first - 1].kind in BEFORE_NAME:
        first -= 1
    text = folded.text
    start, end = clause[0].start, clause[-1].end
    begins = clause[first].start
    if first and clause[first - 1].kind == Part.UNKNOWN and text[begins - 1] in SURNAMES:
        begins -= 1  # 寫陳小姐
    lead = LEAD.fullmatch(text[start:begins])
    tail = TAIL.fullmatch(text[clause[last].end : end])
    if lead is None or tail is None:
        return None
    owned = tail["own"] or ""
    told = lead["all"] or lead["both"] or lead["said"] or (len(owned) > 1 and not lead["handed"])
    if not told or (glued and lead["said"] == "是"):
        return None
    whole = int(bool(lead["all"] or lead["both"]))
    name = folded.raw(begins - len(lead["mine"] or ""), clause[last].end)
    return Token(Part.WHOSE, start, end, name, number=whole)


def _strange(clause: list[Token], folded: Folded) -> Token | None:
    """都寫沛嵐: a name nobody told."""
    start, end = clause[0].start, clause[-1].end
    said = WRITES.match(folded.text[start:end])
    rest = folded.text[start + said.end() : end] if said else ""
    unheard = clause[-1].kind == Part.UNKNOWN and rest and clause[-1].text.endswith(rest)
    return Token(Part.MAYBE_NAME, start, end, rest) if unheard and len(rest) in STRANGE else None
