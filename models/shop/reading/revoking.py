"""Whether something takes an order back; who ordered nothing only declines."""

from __future__ import annotations

from models.shop.reading import cues
from models.shop.reading.cancels import cancelled
from models.shop.reading.facts import NONE, Line, Missing, Reading, Unclear
from models.shop.reading.heard import Heard
from models.shop.reading.parts import Part, Step
from models.shop.reading.standing import matching

REVOKES = {Part.CANCELS, Part.DECLINES}
BARE = {*REVOKES, Part.MAY, Step.PERSON}  # no thing, no number: 取消, 我不要了


def only_kept(heard: Heard) -> list[Line]:
    """只留C: all the others go; nothing where there are none, or more is said."""
    kinds = "".join(each.kind for each in heard.elements)
    keeps = set(kinds) & {Part.ENOUGH, Part.STAYS}
    rest = [talk.text for talk in heard.message.talk if not cues.REST_GOES.fullmatch(talk.text)]
    if rest or not keeps or set(kinds) - keeps != {Step.PICK}:
        return []
    if keeps == {Part.STAYS} and not heard.message.talk:
        return []
    picks = [each.pick for each in heard.elements if each.kind == Step.PICK]
    kept = [matching(pick, heard.had, heard.scope) for pick in picks]
    if not all(kept):
        return []
    return [line for line in heard.had if not any(line in lines for lines in kept)]


def lessened(heard: Heard) -> bool:
    """不要三箱了一箱就好: not so many, but so many."""
    kinds = "".join(each.kind for each in heard.elements if each.kind != Step.PICK)
    return bool(heard.had) and kinds == Part.DECLINES + Step.QUANTITY * 2 + Part.ENOUGH


def revoked(heard: Heard) -> Reading:
    """The cancellation, or none.

    Raises:
        Unclear: it is one, and of what is open, or it may be none.
    """
    talk = " ".join(each.text for each in heard.message.talk)
    if heard.had and {Part.ASKS, Part.MAY} <= heard.kinds and not talk:
        raise Unclear(Missing.INTENT)
    if Part.ASKS in heard.kinds or cues.ASKS.search(talk) or cues.ELSEWHERE.search(talk):
        return NONE
    cancels = Part.CANCELS in heard.kinds
    if Part.MAYBE_NAME in heard.kinds or not (cancels or heard.had):
        return NONE
    if heard.kinds <= BARE and not heard.has_part(Part.OWN, Part.ME) and not cancels:
        said = [token.text for token in heard.message.core if token.kind in REVOKES]
        if not any(word.endswith("了") for word in said):
            raise Unclear(Missing.INTENT)
    named = heard.kinds & {Step.PICK, Step.PERSON, Part.MISTAKE} or heard.has_part(Part.OWN)
    if talk and not named and not cues.REASON.search(talk):
        if heard.had:
            raise Unclear(Missing.INTENT)
        return NONE
    said_of = [each for each in heard.elements if each.kind != Part.DECLINES]
    return cancelled(said_of, heard.scope)
