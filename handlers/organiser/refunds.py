"""Money that goes back: 退款 with all that follows, 退差額, 退現."""

import re

from sqlalchemy import select

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import BadUsage, Rest, command
from bot.telling import tell_member
from bot.texts import _, money
from bot.views import refunds as cards
from handlers.organiser.payments import SUM, stamp
from models.base import N_, Refusal
from models.people.members import Member
from models.people.roles import Role
from models.shop import payments, refund_effects, refunds, returns
from models.shop.bill_records import Bill
from models.shop.orders import BOUGHT, Status

REFUNDING, HANDING = "/退款 3-12 300", "/退現 3-12"
NUMBER = re.compile(r"#?(\d{1,9}-\d{1,9})", re.ASCII)


class NotPaidYet(Refusal):
    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_(
                "訂單 {order_no} 還沒有付清，不用退款。要取消請用「/補單 {number} 稱呼 取消」，"
                "已付的再用 /退現 退還。"
            ),
            order_no=order_no,
            number=order_no.partition("-")[0],
        )
        self.order_no = order_no

    def leads(self, words: str) -> list[tuple[str, str]]:
        return [(f"{word} {self.order_no}",) * 2 for word in ("/訂單", "/收款")]


class HandBackInstead(Refusal):
    def __init__(self, order_no: str, amount: int) -> None:
        super().__init__(
            N_("訂單 {order_no} 已經取消或退款，還要退給團友 NT${amount:,}，退了請按 /退現。"),
            order_no=order_no,
            amount=amount,
        )
        self.order_no = order_no

    def leads(self, words: str) -> list[tuple[str, str]]:
        data = f"/退現 {self.order_no}"
        return [(data, data)]


class NothingToHandBack(Refusal):
    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 沒有要退給團友的錢。要退貨款請先用「/退款 {order_no}」。"),
            order_no=order_no,
        )
        self.order_no = order_no

    def leads(self, words: str) -> list[tuple[str, str]]:
        data = f"/訂單 {self.order_no}"
        return [(data, data), ("/退差額", "/退差額")]


@command("/退款", role=Role.ORGANISER, topic="訂單", careful=True, example=REFUNDING)
def refund(ctx: Context, said: Rest) -> Reply:
    """退款並退回點數、券：/退款 3-12（全額）或 /退款 3-12 300"""
    order_no, amount = _understood(said, REFUNDING)
    bill = payments.bill_of(ctx.session, order_no)
    return refund_preview(ctx, bill, amount, request=None)


def refund_preview(ctx: Context, bill: Bill, amount: int | None, *, request: int | None) -> Reply:
    """Show what a refund would do, perhaps because of a return, and wait for 確認."""
    order_no = bill.order.order_no
    if Status(bill.order.status) not in BOUGHT:
        if bill.balance < 0:
            raise HandBackInstead(order_no, -bill.balance)
        raise NotPaidYet(order_no)
    effects = refund_effects.preview(
        ctx.session, bill, amount, now=ctx.now, programme=ctx.programme
    )
    name = _name(ctx, bill)
    said = _("退款 {no} {name} {amount}", no=order_no, name=name, amount=money(effects.amount))
    nonce = confirming.ask(
        ctx,
        "refund",
        said=said,
        order=bill.order_id,
        amount=effects.amount,
        whole=amount is None,
        seen=bill.refunded,
        request=request,
    )
    return cards.preview(bill, name, effects, nonce=nonce)


@confirming.act("refund")
def refunded(
    ctx: Context, *, order: int, amount: int, whole: bool, seen: int, request: int | None
) -> Reply:
    """退款"""
    [bill] = payments.held(ctx.session, [order])
    effects = refund_effects.carry_out(
        ctx.session,
        bill,
        None if whole else amount,
        seen=seen,
        now=ctx.now,
        programme=ctx.programme,
    )
    detail = f"{bill.order.order_no} {effects.amount}"
    if request is not None:
        returns.decide(ctx.session, request, amount=effects.amount, by=ctx.person, now=ctx.now)
        detail += f" return:{request}"
    ctx.audit("order.refund", f"order:{order}", detail)
    member = ctx.session.get_one(Member, bill.member_id)
    told = tell_member(
        ctx,
        member,
        key=f"{order}:{bill.refunded}:{stamp(ctx.now)}",
        rule="refund",
        message=lambda: cards.told(bill.order.order_no, effects),
    )
    return cards.refunded(bill, member.name, effects, told=told)


@command("/退差額", role=Role.ORGANISER, topic="訂單")
def differences(ctx: Context) -> Reply:
    """看多收、取消、退款後還要退給誰多少"""
    bills = payments.to_hand_back(ctx.session)
    ids = {bill.member_id for bill in bills}
    query = select(Member.id, Member.name).where(Member.id.in_(ids))
    return cards.to_hand_back(bills, dict(ctx.session.execute(query).all()))


@command("/退現", role=Role.ORGANISER, topic="訂單", careful=True, example=HANDING)
def hand_back(ctx: Context, said: Rest) -> Reply:
    """登記已把差額退給團友：/退現 3-12 金額"""
    order_no, amount = _understood(said, HANDING)
    bill = payments.bill_of(ctx.session, order_no)
    owed = max(-bill.balance, 0)
    if not owed:
        raise NothingToHandBack(order_no)
    amount = owed if amount is None else amount
    if not 1 <= amount <= owed:
        raise refunds.RefundTooMuch(order_no, owed)
    name = _name(ctx, bill)
    nonce = confirming.ask(
        ctx,
        "order.hand_back",
        said=_("退現 {no} {name} {amount}", no=order_no, name=name, amount=money(amount)),
        order=bill.order_id,
        amount=amount,
        seen=bill.returned,
    )
    return cards.handing_back(bill, name, amount, nonce=nonce)


@confirming.act("order.hand_back")
def handed_back(ctx: Context, *, order: int, amount: int, seen: int) -> Reply:
    """登記退現"""
    [bill] = payments.held(ctx.session, [order])
    refunds.hand_back(ctx.session, bill, amount, seen=seen)
    ctx.audit("order.hand_back", f"order:{order}", f"{bill.order.order_no} {amount}")
    said = _("退現 {no} {amount}", no=bill.order.order_no, amount=money(amount))
    undoing.remember(ctx, "order.hand_back", said=said, order=order, amount=amount)
    return cards.handed_back(bill, amount)


@undoing.undoes("order.hand_back")
def not_handed_back(ctx: Context, *, order: int, amount: int) -> Reply:
    """It was not handed back after all."""
    [bill] = payments.held(ctx.session, [order])
    refunds.not_handed_back(ctx.session, bill, amount)
    return cards.not_handed_back(bill, amount)


def _understood(said: str, usage: str) -> tuple[str, int | None]:
    """An order's number, and how much of it."""
    words = said.split()
    number = NUMBER.fullmatch(words[0])
    found = SUM.fullmatch(words[1]) if len(words) == 2 else None
    if number is None:
        if len(words) > 2:
            raise BadUsage(usage)
        raise payments.NoSuchOrder(words[0][:40])
    if len(words) > 2 or (len(words) == 2 and found is None):
        raise BadUsage(usage)
    return number[1], int(found[1].replace(",", "")) if found else None


def _name(ctx: Context, bill: Bill) -> str:
    return ctx.session.get_one(Member, bill.member_id).name
