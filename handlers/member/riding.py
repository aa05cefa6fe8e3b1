"""News that rides along with an answer: brought up to date before it goes."""

from bot.context import Context, Reply
from bot.dispatch import RIDING
from bot.router import event
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS
from scheduler.planning import refresh


@event(RIDING)
def keep_true(ctx: Context) -> Reply:
    """Points may have been spent, and coupons used, since it was written."""
    campaigns.load()
    for campaign in CAMPAIGNS.values():
        if campaign.rides:
            refresh(
                campaign(ctx.session, now=ctx.now, programme=ctx.programme), only=ctx.member.id
            )
    return None
