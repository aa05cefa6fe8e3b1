"""Stickers, pictures, voice and the rest: a friendly line, never silence."""

from bot.context import Context, Reply
from bot.router import event
from bot.views import help as cards


@event("message:other")
def anything(ctx: Context) -> Reply:
    """Answer what is no text."""
    return cards.friendly(ctx.event.message_type or "")
