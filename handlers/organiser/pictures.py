"""Pictures: evidence of a payment, and from an organiser something to broadcast or to show."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import true

from bot import picture_files
from bot import pictures as picture_pages
from bot.context import Context, Reply
from bot.router import event
from bot.views import pictures as cards
from handlers.member import payments
from models.base import N_, Refusal
from models.people.roles import Role
from models.shop import group_buys
from models.shop.payments import owed_by
from models.talk import pictures
from models.talk.broadcast_terms import Wanted

_last = re.compile(
    rf"(?<!\S)(?P<word>圖片|照片|圖)\s*[:：]?\s*(?:{'|'.join(pictures.LAST)})(?!\S)"
)


class PictureNotReady(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("LINE 還在準備這張圖片，請過一分鐘再傳一次。"))


class PictureGone(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("這張圖片已經收回，或在 LINE 過期了，請再傳一次。"))


@event("message:image", fetch=picture_files.redraw)
def received(ctx: Context) -> Reply:
    """Keep a picture: of whoever owes something as evidence, of an organiser for later use."""
    if not ctx.role.covers(Role.ORGANISER):
        return payments.pictured(ctx)
    if ctx.content is None:
        raise PictureNotReady
    if not ctx.content:
        raise PictureGone
    if isinstance(ctx.content, Refusal):
        raise ctx.content
    drawn: picture_files.Drawn = ctx.content
    pictures.keep(ctx.session, ctx.person, **drawn._asdict(), now=ctx.now)
    owed = owed_by(ctx.session, ctx.member.id)
    evidence = payments.pictured(ctx) if owed else None
    open_now = group_buys.running(ctx.session, true(), now=ctx.now)
    card = cards.kept([(each.id, each.title) for each in open_now])
    if isinstance(evidence, dict):
        return [evidence, card]
    # of several that were sent at once the last is answered
    return None if _more_to_come(ctx) else card


def last_of(ctx: Context) -> tuple[str, str]:
    """Where the last picture they sent is found, and its preview.

    Raises:
        NoPicture: there is none.
    """
    token = pictures.use_last(ctx.session, ctx.person, now=ctx.now)
    return picture_pages.addresses(ctx.addresses.site, token)


def shown(ctx: Context, wanted: Wanted) -> Wanted:
    """The broadcast with the picture that was meant by a word."""
    if wanted.variants[0].picture not in pictures.LAST:
        return wanted
    picture, preview = last_of(ctx)
    found = (replace(each, picture=picture, preview=preview) for each in wanted.variants)
    return replace(wanted, variants=tuple(found))


def named(ctx: Context, said: str) -> str:
    """What was said, with the address of the picture that was meant by a word: 圖片 上一張.

    Raises:
        NoPicture: there is none.
    """
    return _last.sub(lambda found: f"{found['word']} {last_of(ctx)[0]}", said)


def _more_to_come(ctx: Context) -> bool:
    message = ctx.event.raw.get("message")
    several = message.get("imageSet") if isinstance(message, dict) else None
    return isinstance(several, dict) and several.get("index") != several.get("total")
