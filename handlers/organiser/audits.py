"""Looking up who did what."""

from bot.context import Context, Reply
from bot.router import Number, command
from bot.views import audits as cards
from models.people import audit
from models.people.roles import Role
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS

NEWEST = Number("0")


@command("/操作紀錄", "/稽核", role=Role.ORGANISER, topic="店務")
def pages(ctx: Context, before: Number = NEWEST) -> Reply:
    """看誰在什麼時候做了什麼"""
    campaigns.load()
    found = audit.page(ctx.session, before=before or None, limit=cards.PAGE + 1)
    titles = {key: campaign.title for key, campaign in CAMPAIGNS.items()}
    return cards.page([each._replace(subject=_named(each, titles)) for each in found])


def _named(written: audit.Written, titles: dict[str, str]) -> str:
    """An automatic message goes by its title."""
    if written.action != "campaign.switch":
        return written.subject
    return titles.get(written.subject, written.subject)
