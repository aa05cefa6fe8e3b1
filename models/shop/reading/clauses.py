"""A message cut into what may be an order and what is talk around it.

One unknown word makes its whole clause talk: `A肝疫苗+1` must not leave an A+1 behind.
Only words about getting the goods may stand right behind an order (`+1自取`).
"""

from __future__ import annotations

from typing import NamedTuple

from models.shop.reading import glued
from models.shop.reading.parts import GOODS, Part, Token

TALK = {
    Part.UNKNOWN,
    Part.OTHER,
    Part.NAME,
    Part.KIN,
    Part.FROM,
    Part.PRONOUN,
    Part.SAYS,
    Part.PICKUP,
}
DIVIDES = {Part.GAP, Part.LINE_END, Part.STOP, Part.OPEN, Part.CLOSE, Part.THANKS}
ACTS = {Part.NUMBER, Part.FRACTION, Part.RANGE, Part.SETS, Part.CANCELS}


class Talk(NamedTuple):
    """Words around an order: the text, and whether they stand before what is ordered."""

    text: str
    before: bool
    glued: bool


class Message(NamedTuple):
    """What may be an order, in order, and the talk around it."""

    core: tuple[Token, ...]
    talk: tuple[Talk, ...]


def divided(found: list[Token], text: str) -> Message:
    """Core and talk; talk is `before` as long as no quantity has been named."""
    core: list[Token] = []
    talk: list[Talk] = []
    for whole in _clauses(found):
        unheard = any(token.kind in TALK for token in whole)
        lead = glued.lead_at(whole, text) if unheard else 0
        if lead:
            talk.append(Talk(text[whole[0].start : whole[lead - 1].end], True, False))
        clause = whole[lead:]
        wish = glued.wish_at(clause, text) if unheard and not lead else 0
        if wish:
            talk.append(Talk(text[clause[0].start : clause[wish - 1].end], True, False))
            core += [token for token in clause[:wish] if token.kind in GOODS] + clause[wish:]
            continue
        cut = 0 if _counted(core) and _tasted(clause) else _cut(clause, text)
        if cut:
            core += clause[:cut]
        if cut < len(clause):
            rest = clause[cut:]
            counts = any(token.kind == Part.NUMBER for token in rest)
            talk.append(Talk(text[rest[0].start : rest[-1].end], not _counted(core), counts))
    return Message(tuple(core), tuple(talk))


def _counted(core: list[Token]) -> bool:
    return any(token.kind in {Part.NUMBER, Part.FRACTION} for token in core)


def _clauses(found: list[Token]) -> list[list[Token]]:
    made: list[list[Token]] = [[]]
    for token in found:
        asked = len(made) > 1 and not made[-1] and made[-2][-1].kind == Part.ASKS
        if asked and token.kind == Part.ASKS:
            made[-2].append(token)  # 嗎？
        elif token.kind in DIVIDES:
            made += [[token], []]
        else:
            made[-1].append(token)
            if token.kind == Part.ASKS:
                made.append([])
    return [clause for clause in made if clause]


def _asks_after(clause: list[Token]) -> bool:
    """B還有嗎: something is named, nothing counted, changed or cancelled."""
    kinds = {token.kind for token in clause}
    return bool(kinds & GOODS) and not kinds & ACTS


def _tasted(clause: list[Token]) -> bool:
    """好吃嗎 asks about the goods, not whether they can be had."""
    kinds = {token.kind for token in clause}
    return {Part.PRAISE, Part.ASKS} <= kinds and not kinds & ACTS


def _cut(clause: list[Token], text: str) -> int:
    """How much of a clause may be order: all, nothing, or what its pickup or reason follows."""
    for at, token in enumerate(clause):
        if token.kind == Part.ASKS and _asks_after(clause):
            return 0
        if token.kind not in TALK:
            continue
        ordered = any(each.kind == Part.NUMBER for each in clause[:at])
        signed = any(each.kind == Part.PLUS for each in clause[:at])
        asks = any(
            each.kind in {Part.MAY, Part.ASKS} for each in (clause[:at] if signed else clause)
        )
        if token.kind == Part.PICKUP and ordered and not asks:
            return 0 if clause[at - 1].text == "个" else at  # +1個假日
        open_yet = any(each.kind in {Part.MAY, Part.ASKS} for each in clause[:at])
        return 0 if open_yet else glued.reason_at(clause, at, text)
    return len(clause)
