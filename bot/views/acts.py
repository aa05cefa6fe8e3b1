"""What was done, and what would be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.texts import _, clock, day
from bot.views import confirming, kit
from bot.views.kit import Block, Message


class Done(Protocol):
    """An act that can be undone."""

    @property
    def said(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def undoing(done: Done, *, nonce: str, final: str = "") -> Message:
    """What /復原 would undo; `final` is what was done since then and stays."""
    when = f"{day(done.at)} {clock(done.at)}"
    return confirming.preview(
        _("要復原這個操作嗎？"),
        kit.row(_("操作"), done.said, shares=kit.VALUE_WIDE),
        kit.row(_("時間"), when, shares=kit.VALUE_WIDE),
        *([kit.panel(_warned(final))] if final else []),
        nonce=nonce,
    )


def _warned(final: str) -> Block:
    said = _("你最後做的是「{final}」，那個不能復原；這是更早的操作，請看清楚再按。", final=final)
    return kit.line(said, size="sm", color=kit.WARM)
