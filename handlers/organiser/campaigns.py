"""Automatic messages: which there are, what each says and comes to, on or off."""

from typing import NamedTuple

from bot import undoing
from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.texts import _
from bot.views import campaigns as cards
from models.base import N_, Refusal
from models.people.roles import Role
from models.talk import switches
from scheduler import automatic, campaigns
from scheduler.campaign import CAMPAIGNS, Campaign


class NoSuchCampaign(Refusal):
    buttons = ("/自動訊息",)

    def __init__(self, said: str) -> None:
        super().__init__(N_("沒有叫「{said}」的自動訊息，請看 /自動訊息。"), said=said)


class Switch(NamedTuple):
    """What can be turned on and off: a campaign, or a part of it."""

    campaign: type[Campaign]
    key: str
    title: str
    at_first: bool

    @property
    def part(self) -> str | None:
        return None if self.key == self.campaign.key else self.key


@command("/自動訊息", role=Role.ORGANISER, topic="自動訊息", example="/自動訊息 生日")
def overview(ctx: Context, name: Rest = NOTHING) -> Reply:
    """看有哪些自動訊息、下一次、開或關；/自動訊息 生日 看內容和對象"""
    if not name:
        campaigns.load()
        return cards.overview(
            automatic.overview(ctx.session, now=ctx.now, programme=ctx.programme)
        )
    found = _switch(ctx, name.strip())
    return cards.one(
        automatic.look(
            ctx.session, found.campaign, now=ctx.now, programme=ctx.programme, part=found.part
        )
    )


@command("/開關", role=Role.ORGANISER, topic="自動訊息", careful=True, example="/開關 生日")
def switch(ctx: Context, name: Rest) -> Reply:
    """打開或關掉一種自動訊息：/開關 生日"""
    found = _switch(ctx, name.strip())
    on = not switches.is_on(ctx.session, found.key, at_first=found.at_first)
    switches.switch(ctx.session, found.key, on=on, now=ctx.now)
    ctx.audit("campaign.switch", found.key, "on" if on else "off")
    title = found.title
    said = _("打開「{title}」", title=title) if on else _("關掉「{title}」", title=title)
    undoing.remember(ctx, "campaign.switch", said=said, key=found.key, on=on)
    return cards.switched(title, on=on)


@undoing.undoes("campaign.switch")
def switch_back(ctx: Context, *, key: str, on: bool) -> Reply:
    """Turn it to what it was before."""
    found = _switch(ctx, key)
    switches.switch(ctx.session, key, on=not on, now=ctx.now)
    return cards.switched(found.title, on=not on)


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


def _switch(ctx: Context, name: str) -> Switch:
    """The campaign, or the part of one, of this key or title.

    Raises:
        NoSuchCampaign: there is none.
    """
    campaigns.load()
    for campaign in CAMPAIGNS.values():
        for part in campaign.parts(ctx.programme, ctx.today):
            if name in (part.key, part.title):
                return Switch(campaign, part.key, part.title, part.at_first)
    found = named(name)
    return Switch(found, found.key, found.title, found.at_first)
