"""Arriving: a follow, or the first words of somebody the shop had not met here."""

from bot.context import Context, Message, Reply
from bot.router import event
from bot.views import arrival as cards
from bot.views import group_chat
from models.loyalty import gifts
from models.people import consents
from models.people.consents import TEXT_VERSION
from models.shop import group_calls


@event("follow")
def followed(ctx: Context) -> Reply:
    """Welcome: the base tier at once, and what the shop does with what it learns."""
    told = ctx.member.noticed_version is not None
    # those met in a group, or imported, may have written before they followed at last
    returned = told and consents.ever_said(ctx.session, ctx.member.id)
    _notify(ctx, consented=not returned)
    if returned:
        welcome = cards.welcome_back(ctx.programme, marketing=ctx.member.marketing)
    else:
        gifts.welcome(ctx.session, ctx.member.id, programme=ctx.programme, now=ctx.now)
        welcome = cards.welcome(ctx.programme, gifted=ctx.member.gifted_at is not None)
    return [welcome, *_registered(ctx)]


@event("notice")
def first_words(ctx: Context) -> Reply:
    """Tell those who were friends before the bot, or were imported, along with their answer."""
    if ctx.member.noticed_version is not None:
        return None
    imported = not ctx.newcomer
    _notify(ctx, consented=not imported)
    return [cards.notice(ctx.programme, marketing=ctx.member.marketing), *_registered(ctx)]


def _registered(ctx: Context) -> list[Message]:
    """What they called in a group before they came here counts for good now."""
    called = group_calls.confirm(ctx.session, ctx.member.id)
    return [group_chat.registered(called)] if called else []


def _notify(ctx: Context, *, consented: bool) -> None:
    ctx.member.noticed_version = TEXT_VERSION
    if consented:
        consents.set_marketing(
            ctx.session, [ctx.member.id], granted=True, source="follow", now=ctx.now
        )
        ctx.session.refresh(ctx.member, ["marketing"])
