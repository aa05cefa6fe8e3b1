"""Whether something is a change of what was ordered before, and which."""

from __future__ import annotations

from models.shop.reading import cues, numerals
from models.shop.reading.changes import changed
from models.shop.reading.facts import NONE, Expect, Missing, Reading, Unclear
from models.shop.reading.heard import Heard
from models.shop.reading.parts import Part, Step
from models.shop.reading.writing import each

BECAME = set(each("變 變成"))
CHANGES = {Part.SETS, Part.CORRECTS, Part.ANEW, Part.MISTAKE, Part.NOT, Part.ENOUGH}
UNSAID = {Part.SETS, Part.CORRECTS, Step.PERSON, Part.MAY, Part.ASKS}


def about_before(heard: Heard) -> bool:
    """Whether it is about what was ordered before."""
    said = heard.kinds & CHANGES
    if not heard.had:
        said -= {Part.ENOUGH}
    summed = bool(heard.had) and Step.SUM in heard.kinds and Step.QUANTITY not in heard.kinds
    said_so = bool(said) or summed or beside_what_stays(heard)
    return said_so or any(each.quantity.less for each in heard.elements)


def beside_what_stays(heard: Heard) -> bool:
    """A3 B不變: how many there are to be of the one, and the other stays."""
    kinds = "".join(each.kind for each in heard.elements)
    return bool(heard.had) and Step.PICK + Part.STAYS in kinds and Step.QUANTITY in kinds


def amended(heard: Heard) -> Reading:
    """The change, or none.

    Raises:
        Unclear: it is one, and it is open what is changed, or into what.
    """
    kinds = heard.kinds
    wants = bool(heard.had) or (heard.has_part(Part.WISH) and heard.has_part(Part.OWN))
    if wants and kinds <= UNSAID and not heard.message.talk:
        _unsaid(heard)
    points = bool(heard.had) and heard.has_part(Part.WISH, Part.OWN)
    if not (kinds & {Step.QUANTITY, Step.SUM, Step.PICK} or points):
        return NONE
    if not heard.had and (kinds & CHANGES == {Part.NOT} or _from_to(heard)):
        return NONE
    if _told(heard) or _became(heard) or _elsewhere(heard):
        return NONE
    if heard.in_pieces() and any(each.quantity.less for each in heard.elements):
        return NONE  # 少兩顆蛋, of what is sold by the tray: some were missing
    heard.need_no_answer()
    return Reading(Expect.CHANGE, tuple(changed(heard.elements, heard.scope)))


def _told(heard: Heard) -> bool:
    """喊+1就可以了 tells others how; 總共37份 counts everybody's."""
    if Step.PICK in heard.kinds:
        return False
    sums = [each.quantity.number for each in heard.elements if each.kind == Step.SUM]
    if sums and Step.QUANTITY not in heard.kinds and sums[0] > numerals.DOZEN:
        return True
    return Part.ENOUGH in heard.kinds and bool(cues.TELLS.search(heard.text))


def _became(heard: Heard) -> bool:
    """黑的變灰的了, 大辣變小辣 一點都不辣: what became of it."""
    sets = [each.text for each in heard.message.core if each.kind == Part.SETS]
    if not sets or not set(sets) <= BECAME or heard.has_part(Part.WISH, Part.BEHALF, Part.ME):
        return False
    return bool(heard.message.talk) or heard.text.rstrip(" .!~").endswith("了")


def _elsewhere(heard: Heard) -> bool:
    """Talk before it tells of the past, or of something else."""
    before = [talk.text for talk in heard.message.talk if talk.before]
    if any(map(cues.PAST.search, before)):
        return True
    others = any(cues.ELSEWHERE.search(text) or cues.AGREE.search(text) for text in before)
    return others and Step.PICK not in heard.kinds


def _unsaid(heard: Heard) -> None:
    """可以改嗎, 改一下: a change, and not which.

    Raises:
        Unclear: it is wanted, or asked for.
    """
    if {Part.MAY, Part.ASKS} <= heard.kinds:
        raise Unclear(Missing.INTENT)
    last = heard.message.core[-1]
    if last.kind not in {Part.ME, Part.ASKS, Part.SETS} and Step.PERSON not in heard.kinds:
        raise Unclear(Missing.TARGET)


def _from_to(heard: Heard) -> bool:
    """一箱換一箱: a number on the left of 改, of somebody who has nothing."""
    left, sets, _ = "".join(each.kind for each in heard.elements).partition(Part.SETS)
    return bool(sets) and Step.QUANTITY in left
