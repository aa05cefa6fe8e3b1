"""Why somebody was not written to: their last messages, and the campaigns that have none."""

from bot.context import Context, Reply
from bot.router import Rest, command
from bot.views import prospects as words
from bot.views import why_not as cards
from bot.views.why_not import Told
from handlers.organiser.campaigns import named
from models.people import search
from models.people.members import Member
from models.people.roles import Role
from models.talk import broadcasts, fates
from models.talk.fates import Fate
from scheduler import campaigns, prospects
from scheduler.campaign import CAMPAIGNS, Campaign
from scheduler.titles import title


@command("/為什麼沒送", role=Role.ORGANISER, topic="自動訊息", example="/為什麼沒送 小美")
def why_not(ctx: Context, said: Rest) -> Reply:
    """看一位團友的訊息為什麼送、為什麼沒送：/為什麼沒送 小美 生日"""
    campaigns.load()
    name, campaign = _split(said)
    member = search.named(ctx.session, name)
    rule = campaign.key if campaign is not None else None
    found = fates.of(ctx.session, member.id, rules=ctx.rules, now=ctx.now, rule=rule)
    told = [Told(title(fate.rule), _because(ctx, member, fate)) for fate in found]
    asked = [campaign] if campaign is not None else list(CAMPAIGNS.values())
    seen = {fate.rule for fate in found}
    others = [_prospect(ctx, member, each) for each in asked if each.key not in seen]
    if campaign is None:
        kept_out = broadcasts.kept_out_of(ctx.session, member.id)
        told += [Told(title(each.rule), cards.held_back(each.release_at)) for each in kept_out]
    return cards.card(member.name or f"#{member.id}", told, others)


def _split(said: str) -> tuple[str, type[Campaign] | None]:
    """A name, and the campaign that may be written after it."""
    name, _, last = said.strip().rpartition(" ")
    titles = {each.title for each in CAMPAIGNS.values()}
    if name and (last in CAMPAIGNS or last in titles):
        return name, named(last)
    return said.strip(), None


def _because(ctx: Context, member: Member, fate: Fate) -> str:
    refused = prospects.refused_at(ctx.session, member.id, fate.topic)
    titles = {rule: title(rule) for rule, _ in fate.recent}
    return cards.because(fate, titles, ctx.rules, now=ctx.now, refused=refused)


def _prospect(ctx: Context, member: Member, campaign: type[Campaign]) -> Told:
    found = prospects.of(ctx.session, campaign, member.id, now=ctx.now, programme=ctx.programme)
    refused = prospects.refused_at(ctx.session, member.id, campaign.topic)
    hour = None if campaign.often else campaign.planned_at(ctx.programme)
    return Told(title(campaign.key), words.because(found, refused, hour))
