"""Members say that they paid: 匯款 with the last five digits, or a picture."""

import re
from typing import Any

from bot.context import Context, NothingToConfirm, Reply
from bot.router import EVENTS, NOTHING, Rest, command, dialogue
from bot.views import help as smalltalk
from bot.views import payments as cards
from models.shop import payment_reports, payment_words, payments
from models.shop.bill_records import Bill
from models.shop.payment_reports import FiveDigits, UnclearReport
from models.shop.payment_words import Told

FIGURES = re.compile(r"(?:末五碼|後五碼|[\d\s:：])+")


@command(
    *("匯款", "已匯款", "已匯", "匯款了", "匯了", "匯好了", "剛匯", "我匯了", "我匯款了"),
    *("轉帳", "已轉帳", "轉帳了", "轉好了", "已付款", "付款", "pay"),
    topic="訂購",
    careful=True,
    example="匯款 12345 1240元",
)
def report(ctx: Context, said: Rest = NOTHING) -> Reply:
    """看應付金額和帳號；匯好後回報：匯款 末五碼 金額"""
    told = _read(ctx, said)
    bills = _bills(ctx, told)
    if not bills:
        raise payments.NothingToPay
    if told.wrong:
        raise FiveDigits(told.wrong)
    if told.unclear:
        raise UnclearReport
    if told.digits:
        return _kept(ctx, bills, told)
    if not told.amount:
        ctx.ask("payment", **_asked(told))
        return cards.how_to_pay(bills, account=ctx.programme.shop.account)
    if told.amount not in _sums(bills):
        raise FiveDigits(str(told.amount))
    ctx.ask("payment", **_asked(told))
    return cards.which_digits(told.amount)


@dialogue("payment")
def answered(ctx: Context, text: str) -> Reply:
    """Take the digits that were asked for; +1 and other talk is none."""
    waiting = ctx.awaited()
    if waiting is None:
        raise NothingToConfirm
    told = payment_words.read(text)
    if not told.digits or told.unclear:
        if FIGURES.fullmatch(text):
            raise FiveDigits(text)
        ctx.settle()
        return EVENTS["message:text"](ctx)
    before = Told(int(waiting.facts["amount"]), "", tuple(waiting.facts["orders"]))
    told = told._replace(amount=told.amount or before.amount, orders=told.orders or before.orders)
    bills = _bills(ctx, told)
    if not bills:
        raise payments.NothingToPay
    ctx.settle()
    return _kept(ctx, bills, told)


def pictured(ctx: Context) -> Reply:
    """Keep a picture as evidence of a payment, where something is owed.

    Only LINE's id of it is kept: the picture stays in the chat, where the shop sees it.
    """
    bills = payments.owed_by(ctx.session, ctx.member.id)
    if not bills or ctx.event.message_id is None:
        return smalltalk.friendly("image")
    ctx.essential = True
    evidence = ctx.event.message_id
    return cards.pictured(payment_reports.picture(ctx.session, bills, evidence, now=ctx.now))


def _read(ctx: Context, said: str) -> Told:
    """What follows the command; or the whole sentence, if that says the same and more."""
    told, whole = payment_words.read(said), payment_words.read(ctx.event.words or "")
    same = told.digits and whole.digits == told.digits and not (whole.wrong or whole.unclear)
    return whole if same else told


def _kept(ctx: Context, bills: list[Bill], told: Told) -> Reply:
    ctx.essential = True
    made = payment_reports.report(
        ctx.session, bills, amount=told.amount, digits=told.digits, now=ctx.now
    )
    return cards.reported(made)


def _bills(ctx: Context, told: Told) -> list[Bill]:
    """The bills that were named, or else all on which something is owed."""
    if not told.orders:
        return list(payments.owed_by(ctx.session, ctx.member.id))
    named = [
        payments.bill_of(ctx.session, order_no, member_id=ctx.member.id)
        for order_no in told.orders
    ]
    return [bill for bill in named if bill.balance > 0]


def _sums(bills: list[Bill]) -> set[int]:
    """What may be meant to be paid: an order, all of them, what is due now of them."""
    due, owed = [bill.due_now for bill in bills], [bill.balance for bill in bills]
    return {*due, *owed, sum(due), sum(owed)}


def _asked(told: Told) -> dict[str, Any]:
    return {"amount": told.amount, "orders": list(told.orders)}
