"""Looking up who did what."""

from bot.context import Context, Reply
from bot.router import Number, command
from bot.views import audits as cards
from models.people import audit
from models.people.roles import Role

NEWEST = Number("0")


@command("/操作紀錄", "/稽核", role=Role.ORGANISER, topic="店務")
def pages(ctx: Context, before: Number = NEWEST) -> Reply:
    """看誰在什麼時候做了什麼"""
    return cards.page(audit.page(ctx.session, before=before or None, limit=cards.PAGE + 1))
