"""A +1 behind a story: an order if the story leads to one, else somebody who agrees.

Whoever agrees says +1; +2 behind words that nobody understands is asked about.
"""

from __future__ import annotations

from models.shop.reading import cues
from models.shop.reading.facts import Missing, Unclear


def leads_to_order(before: str, behind: str, text: str, *, several: bool) -> bool:
    """Whether what is told before (and behind) a bare number makes it an order.

    `several`: it is a plus with more than one, and stands apart.

    Raises:
        Unclear: it may be one.
    """
    if cues.AGREE.search(before) or cues.SPOILT.search(before):
        return False
    fetched = cues.HANDED.search(behind) and not cues.NOT_GOT_YET.search(before)
    if _leads(before, text) or fetched:
        if cues.TOO_LATE.search(before):
            raise Unclear(Missing.INTENT)  # 我來晚了嗎 +1
        return True
    if several and not cues.PAST.search(before):
        raise Unclear(Missing.INTENT)
    return False


def _leads(before: str, text: str) -> bool:
    """Whether a story before it ends in buying, or it is told why it comes late."""
    cue = (
        cues.RUN_OUT.search(before)
        or cues.WARM.search(before)
        or cues.LEADS_ON.search(before)
        or cues.EXCUSED.search(before)
    )
    return bool(cue or cues.AT_FIRST.search(before) or (before and cues.NOW.search(text)))
