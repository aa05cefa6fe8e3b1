"""The quote of an order: asked for, varied, and carried out once on 確認."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.context import Context, NothingToConfirm, Reply
from bot.router import NOTHING, Rest, command
from bot.texts import _, money
from bot.views import orders as cards
from bot.views import quotes
from handlers.member.confirmation import StaleButton
from models.base import N_, Refusal
from models.loyalty.coupon_refusals import CannotUse
from models.shop import group_buys, order_queries, ordering, quoting, waitlist
from models.shop.group_buy_terms import Delivery
from models.shop.ordering import Outcome
from models.shop.pricing import Wishes
from models.shop.quoting import Proposal, Quoted
from models.shop.shares import Want
from models.talk import conversation
from models.talk.conversation import Conversation

DIALOGUE = "order"
NONCE = re.compile(r"[0-9a-f]{8}", re.ASCII)


class NoQuote(Refusal):
    buttons = ("團購", "我的訂單")

    def __init__(self) -> None:
        super().__init__(N_("現在沒有等你確認的報價。要訂東西請喊「+1」，或看「團購」。"))


def ask(ctx: Context, proposal: Proposal, *, said: str = "", note: str = "") -> Reply:
    """Show what a proposal comes to and wait for 確認; `said` are the words that asked for it."""
    quoted = _preview(ctx, proposal)
    nonce = ctx.ask(DIALOGUE, **_kept(quoted, said))
    return quotes.card(quoted, nonce=nonce, note=note)


def pending(ctx: Context) -> tuple[Proposal, str] | None:
    """The proposal that waits for 確認, and the words that asked for it."""
    waiting = ctx.awaited()
    if waiting is None or waiting.awaiting != DIALOGUE:
        return None
    return _proposal(waiting.facts), str(waiting.facts["said"])


def confirm(ctx: Context) -> Reply:
    """Carry out what was quoted, or say what has changed meanwhile and quote again."""
    waiting = ctx.awaited()
    if waiting is None or waiting.awaiting != DIALOGUE:
        raise NothingToConfirm
    facts, proposal = waiting.facts, _proposal(waiting.facts)
    if not conversation.take(ctx.session, waiting):
        raise NothingToConfirm
    ctx.essential = True
    group_buys.hold(ctx.session, proposal.number)
    try:
        quoted = _preview(ctx, proposal)
    except CannotUse as refused:
        best = replace(proposal, wishes=replace(proposal.wishes, coupons=None))
        return ask(ctx, best, note=_(refused.msgid, **refused.values))
    if note := _worse(quoted, facts):
        return ask(ctx, proposal, said=str(facts["said"]), note=note)
    return carry_out(ctx, quoted, shown=int(facts["total"]))


def carry_out(ctx: Context, quoted: Quoted, *, shown: int) -> Reply:
    """Do what was quoted, and show the order as it is now."""
    proposal = quoted.proposal
    outcome = ordering.call(
        ctx.session,
        proposal.number,
        ctx.member,
        proposal.wants,
        now=ctx.now,
        programme=ctx.programme,
        wishes=proposal.wishes,
        delivery=proposal.delivery,
    )
    return show(ctx, outcome, shown=shown)


def show(ctx: Context, outcome: Outcome, *, shown: int | None = None) -> Reply:
    """What a call came to; `shown` is the total that was quoted before."""
    ctx.session.flush()
    notes = _waits(ctx, outcome) + _cheaper(outcome, shown)
    if outcome.bill is None:
        return quotes.waiting(outcome.group_buy, notes)
    if outcome.quote is None:
        return cards.gone(outcome.group_buy, notes=notes)
    number = outcome.bill.order.order_no
    fact = order_queries.detail(ctx.session, ctx.member.id, number)
    title = _("訂單更新了") if shown is None else _("訂好了")
    return cards.placed(fact, title=title, programme=ctx.programme, notes=notes)


@command("改數量", topic="", careful=True)
def change_quantity(ctx: Context, said: Rest = NOTHING) -> Reply:
    """改報價裡的數量"""
    waiting, words = _waiting(ctx, said)
    proposal = _proposal(waiting.facts)
    if not words:
        return quotes.how_many(_preview(ctx, proposal), nonce=waiting.nonce)
    item, option, number = _picked(words)
    before = [want for want in proposal.wants if (want.item_id, want.option) == (item, option)]
    if not before or not 0 < number <= ordering.LARGEST:
        raise StaleButton
    changed = before[0]._replace(quantity=number)
    wants = tuple(changed if want is before[0] else want for want in proposal.wants)
    return ask(ctx, replace(proposal, wants=wants))


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
    best = replace(_proposal(waiting.facts), wishes=quoting.BEST)
    return quotes.which_coupon(_preview(ctx, best), nonce=waiting.nonce)


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
    return ask(ctx, replace(_proposal(waiting.facts), delivery=Delivery(way)))


@command("回到報價", topic="", careful=True)
def again(ctx: Context, said: Rest = NOTHING) -> Reply:
    """再看一次報價"""
    waiting, _words = _waiting(ctx, said)
    return ask(ctx, _proposal(waiting.facts), said=str(waiting.facts["said"]))


def _wish(ctx: Context, said: str, **wishes: Any) -> Reply:
    waiting, _words = _waiting(ctx, said)
    proposal = _proposal(waiting.facts)
    return ask(ctx, replace(proposal, wishes=replace(proposal.wishes, **wishes)))


def _waiting(ctx: Context, said: str) -> tuple[Conversation, str]:
    """The quote at hand, and what was said after the nonce of its button.

    Raises:
        NoQuote: there is none.
        StaleButton: the button belongs to another one.
    """
    waiting = ctx.awaited()
    head, _space, rest = said.partition(" ")
    tapped = NONCE.fullmatch(head) is not None
    if waiting is None or waiting.awaiting != DIALOGUE:
        raise StaleButton if tapped else NoQuote
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


def _preview(ctx: Context, proposal: Proposal) -> Quoted:
    return quoting.preview(ctx.session, ctx.member, proposal, now=ctx.now, programme=ctx.programme)


def _worse(quoted: Quoted, facts: dict[str, Any]) -> str:
    """What is less good than when it was quoted; nothing if nothing is."""
    waited = {tuple(want) for want in facts["waiting"]}
    for want in quoted.waiting:
        if tuple(want) not in waited:
            item = quoted.item(want)
            return _(
                "剛剛有人先訂走，「{name}」剩下的不夠 {count} {unit} 了。",
                name=item.name,
                count=want.quantity,
                unit=item.unit,
            )
    if quoted.total > facts["total"]:
        return _(
            "金額和剛才不一樣了：{before} → {after}，請再看一次。",
            before=money(int(facts["total"])),
            after=money(quoted.total),
        )
    return ""


def _waits(ctx: Context, outcome: Outcome) -> list[str]:
    return [
        _(
            "「{name}」{count} {unit} 已排候補第 {position} 位，輪到時通知你。",
            name=wait.item.name,
            count=wait.quantity,
            unit=wait.item.unit,
            position=waitlist.position(ctx.session, wait),
        )
        for wait in outcome.waiting
    ]


def _cheaper(outcome: Outcome, shown: int | None) -> list[str]:
    notes = [
        _("數量到了，「{name}」降到 {price}！", name=item.name, price=money(item.price_now))
        for item in outcome.lowered
    ]
    if shown is not None and outcome.bill is not None and outcome.bill.total < shown:
        notes.append(_("比報價便宜 {amount}。", amount=money(shown - outcome.bill.total)))
    return notes


def _kept(quoted: Quoted, said: str) -> dict[str, Any]:
    proposal = quoted.proposal
    return {
        "number": proposal.number,
        "wants": [list(want) for want in proposal.wants],
        "coupons": None if proposal.wishes.coupons is None else list(proposal.wishes.coupons),
        "points": proposal.wishes.points,
        "delivery": quoted.delivery.value,
        "total": quoted.total,
        "waiting": [list(want) for want in quoted.waiting],
        "said": said[:200],
    }


def _proposal(facts: dict[str, Any]) -> Proposal:
    coupons = facts["coupons"]
    return Proposal(
        number=int(facts["number"]),
        wants=tuple(Want(*want) for want in facts["wants"]),
        wishes=Wishes(None if coupons is None else tuple(coupons), facts["points"]),
        delivery=Delivery(facts["delivery"]),
    )
