"""The quote of an order: asked for, varied, and carried out once on 確認."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.context import Context, NothingToConfirm, Reply
from bot.router import NOTHING, Rest, command
from bot.texts import _, money
from bot.views import delivery as questions
from bot.views import orders as cards
from bot.views import quotes
from models.base import N_, Refusal
from models.loyalty.coupon_refusals import CannotUse
from models.shop import (
    group_buys,
    interest,
    order_queries,
    ordering,
    quoting,
    recipients,
    waitlist,
)
from models.shop.group_buy_terms import Delivery
from models.shop.ordering import Outcome
from models.shop.pricing import Wishes
from models.shop.quoting import Proposal, Quoted
from models.shop.recipients import Details
from models.shop.shares import Want
from models.talk import conversation
from scheduler import notices

DIALOGUE = "order"
DELIVERY = "delivery"


class NoQuote(Refusal):
    buttons = ("團購", "我的訂單")

    def __init__(self) -> None:
        super().__init__(N_("現在沒有等你確認的報價。要訂東西請喊「+1」，或看「團購」。"))


def ask(ctx: Context, proposal: Proposal, *, said: str = "", note: str = "") -> Reply:
    """Show what a proposal comes to and wait for 確認; `said` are the words that asked for it."""
    quoted = preview(ctx, proposal)
    nonce = ctx.ask(DIALOGUE, **_kept(quoted, said))
    interest.looked(ctx.session, ctx.member.id, [proposal.number], now=ctx.now)
    known = _details(ctx, quoted.delivery)
    return quotes.card(quoted, nonce=nonce, note=note, details=known)


def ask_detail(ctx: Context, field: str, quote: dict[str, Any]) -> Reply:
    """Ask where it is to be sent, before what was quoted is placed."""
    ctx.ask(DELIVERY, field=field, quote=quote)
    return questions.question(field)


def pending(ctx: Context) -> tuple[Proposal, str] | None:
    """The proposal that waits for 確認, and the words that asked for it."""
    waiting = ctx.awaited()
    if waiting is None or waiting.awaiting != DIALOGUE:
        return None
    return kept(waiting.facts), str(waiting.facts["said"])


def confirm(ctx: Context) -> Reply:
    """Carry out what was quoted, or say what has changed meanwhile and quote again."""
    waiting = ctx.awaited()
    if waiting is None or waiting.awaiting != DIALOGUE:
        raise NothingToConfirm
    facts, proposal = waiting.facts, kept(waiting.facts)
    if not conversation.take(ctx.session, waiting):
        raise NothingToConfirm
    ctx.essential = True
    group_buys.hold(ctx.session, proposal.number)
    try:
        quoted = preview(ctx, proposal)
    except CannotUse as refused:
        best = replace(proposal, wishes=replace(proposal.wishes, coupons=None))
        return ask(ctx, best, note=_(refused.msgid, **refused.values))
    missing = recipients.of(ctx.session, ctx.member.id).missing(quoted.delivery)
    if missing:
        return ask_detail(ctx, missing[0], facts)
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
        access=ctx.access,
    )
    if outcome.bill is not None:
        known = recipients.of(ctx.session, ctx.member.id)
        recipients.write_on(ctx.session, outcome.bill, known)
    return show(ctx, outcome, shown=shown)


def show(ctx: Context, outcome: Outcome, *, shown: int | None = None) -> Reply:
    """What a call came to; `shown` is the total that was quoted before. The others hear too."""
    ctx.session.flush()
    notices.follow(ctx.session, outcome, by=ctx.member.id, now=ctx.now)
    notes = _waits(ctx, outcome) + _cheaper(outcome, shown)
    if outcome.bill is None:
        return quotes.waiting(outcome.group_buy, notes)
    if outcome.quote is None:
        return cards.gone(outcome.group_buy, notes=notes)
    number = outcome.bill.order.order_no
    fact = order_queries.detail(ctx.session, ctx.member.id, number)
    title = _("訂單更新了") if shown is None else _("訂好了")
    return cards.placed(fact, title=title, programme=ctx.programme, notes=notes)


def _details(ctx: Context, way: Delivery) -> Details | None:
    sent = way is not Delivery.PICKUP
    return recipients.of(ctx.session, ctx.member.id) if sent else None


@command("回到報價", topic="", careful=True)
def again(ctx: Context, _nonce: Rest = NOTHING) -> Reply:
    """再看一次報價"""
    found = pending(ctx)
    if found is None:
        raise NoQuote
    return ask(ctx, found[0], said=found[1])


def preview(ctx: Context, proposal: Proposal) -> Quoted:
    """What a proposal comes to now."""
    return quoting.preview(
        *(ctx.session, ctx.member, proposal),
        now=ctx.now,
        programme=ctx.programme,
        access=ctx.access,
    )


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


def kept(facts: dict[str, Any]) -> Proposal:
    """The proposal that a quote was made of."""
    coupons = facts["coupons"]
    return Proposal(
        number=int(facts["number"]),
        wants=tuple(Want(*want) for want in facts["wants"]),
        wishes=Wishes(None if coupons is None else tuple(coupons), facts["points"]),
        delivery=Delivery(facts["delivery"]),
    )
