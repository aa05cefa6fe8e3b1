"""Automatic messages: which there are, when they run next, on or off."""

from bot import undoing
from bot.context import Context, Reply
from bot.router import command
from bot.texts import _
from bot.views import campaigns as cards
from models.base import N_, Refusal
from models.people.roles import Role
from models.talk import switches
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS, Campaign


class NoSuchCampaign(Refusal):
    buttons = ("/自動訊息",)

    def __init__(self, said: str) -> None:
        super().__init__(N_("沒有叫「{said}」的自動訊息，請看 /自動訊息。"), said=said)


@command("/自動訊息", role=Role.ORGANISER, topic="自動訊息")
def overview(ctx: Context) -> Reply:
    """看有哪些自動訊息、開或關"""
    campaigns.load()
    rows = [
        (each.title, None if each.often else each.hour, switches.is_on(ctx.session, key))
        for key, each in CAMPAIGNS.items()
    ]
    return cards.overview(rows)


@command("/開關", role=Role.ORGANISER, topic="自動訊息", careful=True, example="/開關 生日")
def switch(ctx: Context, name: str) -> Reply:
    """打開或關掉一種自動訊息：/開關 生日"""
    campaign = named(name)
    on = not switches.is_on(ctx.session, campaign.key)
    switches.switch(ctx.session, campaign.key, on=on, now=ctx.now)
    ctx.audit("campaign.switch", campaign.key, "on" if on else "off")
    title = campaign.title
    said = _("打開「{title}」", title=title) if on else _("關掉「{title}」", title=title)
    undoing.remember(ctx, "campaign.switch", said=said, key=campaign.key, on=on)
    return cards.switched(campaign.title, on=on)


@undoing.undoes("campaign.switch")
def switch_back(ctx: Context, *, key: str, on: bool) -> Reply:
    """Turn it to what it was before."""
    campaign = named(key)
    switches.switch(ctx.session, key, on=not on, now=ctx.now)
    return cards.switched(campaign.title, on=not on)


def named(name: str) -> type[Campaign]:
    """The campaign of this key or title.

    Raises:
        NoSuchCampaign: there is none.
    """
    campaigns.load()
    for key, campaign in CAMPAIGNS.items():
        if name in (key, campaign.title):
            return campaign
    raise NoSuchCampaign(name)
