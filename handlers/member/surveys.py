"""Surveys: stars for what was fetched, and what else there is to say."""

from __future__ import annotations

import re

from bot import heard as hearing
from bot import router, words
from bot.context import Context, Reply
from bot.heard import Quoted
from bot.router import NOTHING, Rest, command, dialogue
from bot.views import surveys as cards
from handlers.member import support
from models.base import N_, Refusal
from models.shop import survey_orders
from models.talk import surveys, tickets

DIALOGUE = "survey"
SKIPPED = {"略過", "跳過", "skip", "沒有", "沒了", "不用", "不用了", "結束", "取消", "謝謝"}
GAPS = re.compile(r"[\s,，、+＋]+")


class UnclearRating(Refusal):
    buttons = ("問卷",)

    def __init__(self) -> None:
        super().__init__(N_("請用 1 到 5 顆星評分，例如：評分 3-12 5，或輸入「問卷」用點的。"))


@command("問卷", "滿意度", "survey", topic="訂購")
def ask(ctx: Context) -> Reply:
    """幫拿到的商品評分"""
    found = survey_orders.latest(ctx.session, ctx.member.id, now=ctx.now)
    return cards.asked(found) if found else cards.nothing()


@command("評分", "評價", topic="訂購", careful=True, spaced=True, example="評分 3-12 5")
def rate(ctx: Context, said: Rest = NOTHING) -> Reply:
    """給拿到的商品 1 到 5 顆星：評分 3-12 5"""
    *numbers, last = [part for part in GAPS.split(said) if part] or [""]
    if not last:
        return ask(ctx)
    rating = surveys.read(last)
    if rating is None:
        if "-" not in last:
            raise UnclearRating
        return cards.asked(survey_orders.of(ctx.session, ctx.member.id, [*numbers, last]))
    if numbers:
        orders = survey_orders.of(ctx.session, ctx.member.id, numbers)
    else:
        orders = survey_orders.latest(ctx.session, ctx.member.id, now=ctx.now)
    return _kept(ctx, orders, rating) if orders else cards.nothing()


@dialogue(DIALOGUE)
def said(ctx: Context, text: str) -> Reply:
    """What there is to say; an order stays an order."""
    waiting = ctx.awaited()
    ctx.settle()
    if waiting is None or words.key(text) in SKIPPED:
        return cards.skipped()
    heard = hearing.understood(ctx, text, hearing.surroundings(ctx, None, Quoted()))
    if heard.acts:
        return router.EVENTS["message:text"](ctx)
    kept = surveys.comment(ctx.session, ctx.member.id, waiting.facts["sources"], text, now=ctx.now)
    for number in {each.ticket_id for each in kept if each.ticket_id is not None}:
        support.tell(ctx, tickets.add(ctx.session, number, text), more=True)
    return cards.commented()


def _kept(ctx: Context, orders: list[survey_orders.Received], rating: int) -> Reply:
    sources = [each.source for each in orders]
    kept = surveys.answer(ctx.session, ctx.member.id, sources, rating, now=ctx.now)
    ticket = next((each.ticket_id for each in kept if each.ticket_id), None)
    if rating <= surveys.POOR and ticket is None:
        ticket = support.opened(ctx, cards.complaint(orders, rating)).id
        for each in kept:
            each.ticket_id = ticket
    ctx.ask(DIALOGUE, sources=sources)
    lead = "邀請" if rating == surveys.MOST and "邀請" in router.COMMANDS else "團購"
    return cards.thanks(rating, ticket=ticket if rating <= surveys.POOR else None, lead=lead)
