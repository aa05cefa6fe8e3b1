"""What organisers call the messages of a rule."""

from __future__ import annotations

from bot.texts import _
from models.talk.broadcast_records import RULE as BROADCAST
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS


def title(rule: str) -> str:
    """A campaign's title, a broadcast's number, or that it was a notice about orders."""
    campaigns.load()
    if rule in CAMPAIGNS:
        return _(CAMPAIGNS[rule].title)
    if rule.startswith(BROADCAST):
        return _("推播 #{number}", number=rule.removeprefix(BROADCAST))
    return _("系統提醒") if rule == "alert" else _("訂單與服務通知")
