"""What members write that calls no command: orders, changes and cancellations, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot import heard as hearing
from bot import router, words
from bot.context import Context, NothingToConfirm, Reply
from bot.heard import Heard, Quoted, Surroundings
from bot.router import Rest, command, dialogue, event
from bot.views import orders as cards
from bot.views import payments as payment_cards
from bot.views import quotes
from bot.views import unclear as questions
from handlers.member import help as helping
from handlers.member import ordering_quotes, ordering_unclear
from handlers.member.ordering_unclear import propose
from models.people.roles import Role
from models.shop import (
    calling,
    group_buys,
    order_queries,
    ordering,
    payments,
    storefront,
    waitlist,
)
from models.shop.calling import Place
from models.shop.group_buy_records import GroupBuy
from models.shop.order_queries import OrderFact
from models.shop.orders import Status
from models.shop.quoting import Proposal
from models.shop.reading import Chat, Expect, Line
from models.shop.shares import Want
from models.talk import conversation

YES = "確認"
AGREED = {"好", "好的", "好喔", "ok", "OK", "對", "是", "是的", "沒錯", "要", "可以", "確認下單"}
DECLINED = {"不要", "不用", "不用了", "不要了", "先不要", "不訂", "不訂了"}
NUMBERED = re.compile(
    r"(?:我要|我想|想|幫我)?取消(?:訂單|單號|訂單編號)?[:： #]*(\d{1,9}-\d{1,9})(?:謝謝)?",
    re.ASCII,
)
FIVE_DIGITS = re.compile(r"\d{5}", re.ASCII)


@event("message:text")
def said(ctx: Context) -> Reply:
    """Whatever is no command: read as an order first."""
    return _answer(ctx, ctx.event.words or "")


@dialogue(ordering_quotes.DIALOGUE, confirms=True)
def quoted(ctx: Context, text: str) -> Reply:
    """What is said while a quote waits: yes, no, or a change of it."""
    if text == YES or text in AGREED:
        return ordering_quotes.confirm(ctx)
    waiting = ordering_quotes.pending(ctx)
    if text in DECLINED and waiting is not None:
        ctx.settle()
        return quotes.dropped(group_buys.find(ctx.session, waiting[0].number))
    return _answer(ctx, text, waiting)


@dialogue(ordering_unclear.DIALOGUE, calls=True)
def completed(ctx: Context, text: str) -> Reply:
    """The answer to a question about an order, alone or together with what it was about."""
    waiting, cited = ctx.awaited(), hearing.quoted(ctx)
    before = str(waiting.facts["text"]) if waiting else ""
    ctx.settle()
    if text in DECLINED:
        return questions.left()
    among = hearing.surroundings(ctx, None, cited)
    for together in (text, f"{before} {text}", f"{text} {before}"):
        heard = hearing.understood(ctx, together, among)
        if heard.acts and heard.understood.group_buy is not None:
            return _act(ctx, heard, None)
    return _answer(ctx, text, cited=cited)


@dialogue("cancelling", confirms=True)
def cancelled(ctx: Context, text: str) -> Reply:
    """Cancel the order that was shown, once."""
    waiting = ctx.awaited()
    if waiting is None:
        raise NothingToConfirm
    if text != YES and text not in AGREED:
        return _answer(ctx, text)
    if not conversation.take(ctx.session, waiting):
        raise NothingToConfirm
    ctx.essential = True
    outcome = ordering.cancel(
        ctx.session,
        int(waiting.facts["number"]),
        ctx.member,
        now=ctx.now,
        programme=ctx.programme,
    )
    return ordering_quotes.show(ctx, outcome)


@command("改訂單", topic="", careful=True, spaced=True, example="改訂單 3-12")
def amend(ctx: Context, number: Rest) -> Reply:
    """改訂單用的優惠券、點數或送貨方式"""
    fact = order_queries.detail(ctx.session, ctx.member.id, number)
    if fact.group_buy is None or fact.bill is None:
        raise order_queries.NoSuchOrder(number)
    if fact.order.status == Status.CANCELLED:
        raise ordering.NothingToCancel(fact.group_buy.title)
    if fact.bill.locked_at is not None:
        raise ordering.AlreadyPaid(fact.order.order_no)
    return propose(ctx, fact.group_buy.id, [])


def _answer(
    ctx: Context,
    text: str,
    pending: tuple[Proposal, str] | None = None,
    *,
    cited: Quoted | None = None,
) -> Reply:
    if numbered := NUMBERED.fullmatch(text.strip()):
        return _ask_cancelling(ctx, order_queries.detail(ctx.session, ctx.member.id, numbered[1]))
    digits = words.plain(text)
    if FIVE_DIGITS.fullmatch(digits) and payments.owed_by(ctx.session, ctx.member.id):
        return payment_cards.are_these_digits(digits)
    among = hearing.surroundings(ctx, pending, cited or hearing.quoted(ctx))
    heard = hearing.understood(ctx, text, among)
    if heard.expect is Expect.COMMAND:
        return _command(ctx, heard.understood.reading.command or "")
    if heard.acts:
        return _act(ctx, heard, pending)
    elsewhere = _elsewhere(ctx, text, among)
    if elsewhere is None and heard.expect is Expect.ASK:
        return ordering_unclear.ask(ctx, text, heard.understood, heard.offers, heard.had)
    return elsewhere or helping.not_understood(ctx)


def _act(ctx: Context, heard: Heard, pending: tuple[Proposal, str] | None) -> Reply:
    """Quote what is ordered; carry out at once what only gives up what is not paid."""
    group_buy, found = heard.understood.group_buy, heard.understood.reading
    if group_buy is None:
        return ordering_unclear.which(ctx, heard.text, heard.understood.candidates)
    wants = calling.wants(group_buy, found, heard.had[group_buy.id])
    if pending is not None and pending[0].number == group_buy.id:
        return _vary(ctx, heard, pending, wants, group_buy)
    if not wants:
        return questions.unchanged(group_buy)
    if any(want.quantity > 0 for want in wants):
        quote = propose(ctx, group_buy.id, wants, said=heard.text)
        return quotes.beside(quote, _unconfirmed(ctx, pending[0])) if pending else quote
    return _reduce(ctx, group_buy, wants, heard.had[group_buy.id])


def _unconfirmed(ctx: Context, proposal: Proposal) -> tuple[str, str]:
    """What waited for 確認 in another group-buy: its title, and the words that quote it again."""
    title = group_buys.find(ctx.session, proposal.number).title
    return title, ordering_unclear.words_for(proposal.wants)


def _vary(
    ctx: Context,
    heard: Heard,
    pending: tuple[Proposal, str],
    wants: Sequence[Want],
    group_buy: GroupBuy,
) -> Reply:
    """Change what waits for 確認; the same words again change nothing."""
    proposal, before = pending
    if heard.expect is Expect.ORDER and heard.text == before:
        return ordering_quotes.ask(ctx, proposal, said=before)
    varied = proposal.with_more(wants)
    if any(want.quantity > 0 for want in varied.wants):
        return ordering_quotes.ask(ctx, varied, said=heard.text)
    ctx.settle()
    if not varied.wants:
        return quotes.dropped(group_buy)
    had = calling.had_in(ctx.session, ctx.member.id, [group_buy])
    return _reduce(ctx, group_buy, varied.wants, had[group_buy.id])


def _reduce(
    ctx: Context, group_buy: GroupBuy, wants: Sequence[Want], had: Sequence[Line]
) -> Reply:
    """Give up shares at once, and a whole order only on 確認."""
    left = sum(line.quantity for line in had) + sum(want.quantity for want in wants)
    if left <= 0:
        bill = ordering.latest_bill(ctx.session, group_buy.id, ctx.member.id)
        if bill is not None:
            number = bill.order.order_no
            return _ask_cancelling(ctx, order_queries.detail(ctx.session, ctx.member.id, number))
    outcome = ordering.call(
        ctx.session,
        group_buy.id,
        ctx.member,
        wants,
        now=ctx.now,
        programme=ctx.programme,
    )
    return ordering_quotes.show(ctx, outcome)


def _ask_cancelling(ctx: Context, fact: OrderFact) -> Reply:
    """Show what would be cancelled, and wait for 確認."""
    if fact.group_buy is None or fact.bill is None or fact.order.status == Status.CANCELLED:
        title = fact.group_buy.title if fact.group_buy else fact.order.order_no
        raise ordering.NothingToCancel(title)
    if fact.bill.locked_at is not None:
        raise ordering.AlreadyPaid(fact.order.order_no)
    _look_up(ctx, fact.group_buy.id)
    waits = waitlist.of_member(ctx.session, ctx.member.id, fact.group_buy.id)
    nonce = ctx.ask("cancelling", number=fact.group_buy.id)
    return cards.cancelling(fact, sum(wait.quantity for wait in waits), nonce=nonce)


def _command(ctx: Context, canonical: str) -> Reply:
    """What somebody asked for in other words than the command's own."""
    head, _space, number = canonical.partition(" ")
    if head == "取消" and number:
        return _ask_cancelling(ctx, order_queries.under_way(ctx.session, ctx.member.id, number))
    match = router.find(canonical, Role.MEMBER)
    if match is None:
        return helping.not_understood(ctx)
    return match.command(ctx, match.rest)


def _elsewhere(ctx: Context, text: str, among: Surroundings) -> Reply:
    """An order for what is not open to its writer: that is said, and what leads on.

    Raises:
        NoSuchGroupBuy, Closed, NotOpenYet: what it is for.
    """
    shelf, cited = among.shelf, among.quoted
    number = calling.named_other(text, shelf.open)
    if number is not None:
        _look_up(ctx, number)
    place = Place(Chat.DIRECT, writer=ctx.member.name, quotes=cited.one, quotes_chat=cited.chat)
    bare = calling.bare(text, place)
    for each in cited.shown if bare else ():
        _look_up(ctx, each.number)
    if bare and shelf.open:
        return None
    others = [offer for offer, _opens_at in shelf.upcoming]
    others += storefront.just_closed(ctx.session, ctx.access, now=ctx.now)
    had = calling.had_in(ctx.session, ctx.member.id, others)
    meant = calling.understand(text, others, had, place) if others else None
    if meant is not None and meant.reading.expect in calling.ACTS and meant.group_buy:
        _look_up(ctx, meant.group_buy.id)
    return questions.nothing_open() if bare else None


def _look_up(ctx: Context, number: int) -> GroupBuy:
    return storefront.look_up(
        ctx.session, ctx.member.id, number, now=ctx.now, programme=ctx.programme
    )
