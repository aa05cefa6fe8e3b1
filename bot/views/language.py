"""The language in which somebody is spoken to."""

from __future__ import annotations

from bot.texts import _
from bot.views import kit
from bot.views.kit import Message


def which() -> Message:
    """Both languages, each called by its own name."""
    choices = [kit.choice("中文", "語言 中文"), kit.choice("English", "語言 English")]
    return kit.text(_("要用哪一種語言？"), choices=choices)


def switched() -> Message:
    """From now on they hear it like this."""
    choices = [kit.choice(_("會員卡")), kit.choice(_("團購")), kit.choice(_("說明"))]
    return kit.text(_("好，之後都用中文。"), choices=choices)
