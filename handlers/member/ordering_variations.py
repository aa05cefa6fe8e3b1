"""A quote varied before it is confirmed: quantity, coupons, points, delivery."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.views import quotes
from handlers.member import ordering_quotes, ordering_unclear
from handlers.member.confirmation import StaleButton
from models.shop import ordering, quoting, recipients
from models.shop.group_buy_terms import Delivery
from models.talk.conversation import Conversation

NONCE = re.compile(r"[0-9a-f]{8}", re.ASCII)


@command("改數量", topic="", careful=True)
def change_quantity(ctx: Context, said: Rest = NOTHING) -> Reply:
    """改報價裡的數量"""
    if not said and ordering_quotes.pending(ctx) is None:
        return ordering_unclear.what_to_change(ctx)
    waiting, words = _waiting(ctx, said)
    proposal = ordering_quotes.kept(waiting.facts)
    if not words:
        return quotes.how_many(ordering_quotes.preview(ctx, proposal), nonce=waiting.nonce)
    item, option, number = _picked(words)
    before = [want for want in proposal.wants if (want.item_id, want.option) == (item, option)]
    if not before or not 0 < number <= ordering.LARGEST:
        raise StaleButton
    changed = before[0]._replace(quantity=number)
    wants = tuple(changed if want is before[0] else want for want in proposal.wants)
    return ordering_quotes.ask(ctx, replace(proposal, wants=wants))


@command("不用券", "不用優惠券", topic="", careful=True)
def no_coupon(ctx: Context, said: Rest = NOTHING) -> Reply:
    """報價不用優惠券"""
    return _wish(ctx, said, coupons=())


@command("用券", "用最省的券", topic="", careful=True, spaced=True)
def best_coupon(ctx: Context, said: Rest = NOTHING) -> Reply:
    """報價用最省的優惠券"""
    return _wish(ctx, said, coupons=None)


@command("換券", topic="", careful=True, spaced=True)
def other_coupon(ctx: Context, said: Rest = NOTHING) -> Reply:
    """報價換一張優惠券"""
    waiting, code = _waiting(ctx, said)
    if code:
        return _wish(ctx, said, coupons=(code,))
    best = replace(ordering_quotes.kept(waiting.facts), wishes=quoting.BEST)
    return quotes.which_coupon(ordering_quotes.preview(ctx, best), nonce=waiting.nonce)


@command("用點數折抵", "點數折抵", "折抵", topic="", careful=True, spaced=True)
def use_points(ctx: Context, said: Rest = NOTHING) -> Reply:
    """報價用點數折抵"""
    _found, amount = _waiting(ctx, said)
    return _wish(ctx, said, points=int(amount[:9]) if amount.isdecimal() else None)


@command("送貨", topic="", careful=True, spaced=True)
def other_way(ctx: Context, said: Rest = NOTHING) -> Reply:
    """報價換一種送貨方式"""
    waiting, way = _waiting(ctx, said)
    if way not in list(Delivery):
        raise StaleButton
    changed = replace(ordering_quotes.kept(waiting.facts), delivery=Delivery(way))
    missing = recipients.of(ctx.session, ctx.member.id).missing(Delivery(way))
    if missing:
        return ordering_quotes.ask_detail(ctx, missing[0], waiting.facts | {"delivery": way})
    return ordering_quotes.ask(ctx, changed)


def _wish(ctx: Context, said: str, **wishes: Any) -> Reply:
    waiting, _words = _waiting(ctx, said)
    proposal = ordering_quotes.kept(waiting.facts)
    return ordering_quotes.ask(ctx, replace(proposal, wishes=replace(proposal.wishes, **wishes)))


def _waiting(ctx: Context, said: str) -> tuple[Conversation, str]:
    """The quote at hand, and what was said after the nonce of its button.

    Raises:
        NoQuote: there is none.
        StaleButton: the button belongs to another one.
    """
    waiting = ctx.awaited()
    head, _space, rest = said.partition(" ")
    tapped = NONCE.fullmatch(head) is not None
    if waiting is None or waiting.awaiting != ordering_quotes.DIALOGUE:
        raise StaleButton if tapped else ordering_quotes.NoQuote
    if tapped and head != waiting.nonce:
        raise StaleButton
    return waiting, (rest if tapped else said).strip()


def _picked(words: str) -> tuple[int, str, int]:
    """An item, its values and a quantity, as a button says them."""
    item, _bar, rest = words.partition("|")
    option, _bar, number = rest.rpartition("|")
    if not (item.isdecimal() and number.isdecimal() and len(words) < 200):
        raise StaleButton
    return int(item), option, int(number)
