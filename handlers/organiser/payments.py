"""Money received, by whoever looks after the shop: 收款 by name or number, and its undoing."""

import re
from datetime import datetime

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import BadUsage, Rest, command
from bot.telling import tell_member
from bot.texts import _, money
from bot.views import payment_desk as cards
from bot.views import payments as member_cards
from models.base import N_, Refusal
from models.people import search
from models.people.members import Member
from models.people.roles import Role
from models.shop import by_hand, payment_reversals, payments, refunds
from models.shop.bill_records import Bill
from models.shop.payment_records import Method, PaymentState
from models.shop.payments import Booked

RECEIVING = "/收款 小美 900"
ORDER = re.compile(r"#?(\d{1,9}-\d{1,9})", re.ASCII)
SUM = re.compile(r"(?:NT\$?|\$)?(\d{1,3}(?:,\d{3})+|\d{1,8})(?:元|塊)?", re.ASCII | re.IGNORECASE)
METHODS = {
    "現金": Method.CASH,
    "cash": Method.CASH,
    "轉帳": Method.TRANSFER,
    "匯款": Method.TRANSFER,
}


class NothingOwedBy(Refusal):
    buttons = ("/對帳",)

    def __init__(self, name: str) -> None:
        super().__init__(N_("{name} 目前沒有要收的款項。"), name=name or "—")


@command("/收款", role=Role.ORGANISER, topic="訂單", careful=True, example=RECEIVING)
def receive(ctx: Context, said: Rest) -> Reply:
    """收款：/收款 小美 或 /收款 3-12 金額（現金或轉帳）"""
    who, amount, method = _understood(said)
    bills = _meant(ctx, who)
    due = sum(bill.due_now for bill in bills)
    shares = payments.spread(amount or due, payments.requested(bills))
    member = ctx.session.get_one(Member, bills[0].member_id)
    told = _report(ctx, member.id, shares)
    method = method or (Method.TRANSFER if told else Method.CASH)
    total = sum(shares.values())
    deposit = None
    if method is Method.TRANSFER:
        deposit = by_hand.deposit_of(ctx.session, member.id, total, now=ctx.now)
    again = f"/收款 {who} {total}"
    nonce = confirming.ask(
        ctx,
        "payment.take",
        said=_("收 {name} {amount}", name=member.name, amount=money(total)),
        member=member.id,
        shares={str(order_id): part for order_id, part in shares.items()},
        seen={str(bill.order_id): bill.paid for bill in bills},
        method=method.value,
        report=told if method is Method.TRANSFER else None,
        deposit=deposit.id if deposit else None,
    )
    return cards.preview(
        member.name, bills, shares, method=method, deposit=deposit, again=again, nonce=nonce
    )


@confirming.act("payment.take")
def taken(
    ctx: Context,
    *,
    member: int,
    shares: dict[str, int],
    seen: dict[str, int],
    method: str,
    report: int | None,
    deposit: int | None,
) -> Reply:
    """收款入帳"""
    if report is not None:
        booked = payments.confirm(
            ctx.session,
            report,
            by=ctx.person,
            now=ctx.now,
            programme=ctx.programme,
            amount=sum(shares.values()),
            deposit_id=deposit,
        )
    else:
        booked = payments.take(
            ctx.session,
            member,
            {int(order_id): part for order_id, part in shares.items()},
            method=Method(method),
            by=ctx.person,
            now=ctx.now,
            programme=ctx.programme,
            seen={int(order_id): paid for order_id, paid in seen.items()},
            deposit_id=deposit,
        )
    return booked_reply(ctx, booked)


@undoing.undoes("payment.confirm")
def take_back(ctx: Context, *, payment: int) -> Reply:
    """Take a booking back, and tell the member that it was a mistake."""
    found = payment_reversals.reverse(
        ctx.session, payment, by=ctx.person, now=ctx.now, programme=ctx.programme
    )
    ctx.audit("payment.take_back", f"payment:{payment}", str(found.amount))
    tell_member(
        ctx,
        ctx.session.get_one(Member, found.member_id),
        key=f"{payment}:back:{stamp(ctx.now)}",
        rule="payment",
        message=lambda: member_cards.taken_back(found.amount),
    )
    return cards.undone(found, waits=found.state == PaymentState.REPORTED)


def _understood(said: str) -> tuple[str, int | None, Method | None]:
    """Whom or what, how much, and how; from the end, so that names may hold spaces."""
    words = said.split()
    method = None
    if len(words) > 1 and words[-1].lower() in METHODS:
        method = METHODS[words.pop().lower()]
    amount = None
    if len(words) > 1 and (found := SUM.fullmatch(words[-1])):
        amount = int(found[1].replace(",", ""))
        words.pop()
        if not amount:
            raise BadUsage(RECEIVING)
    if len(words) > 1 and method is None and words[-1].lower() in METHODS:
        method = METHODS[words.pop().lower()]
    return " ".join(words), amount, method


def _meant(ctx: Context, who: str) -> list[Bill]:
    """The bills that are named by number, or all that a member owes."""
    numbers = [ORDER.fullmatch(word) for word in who.split()]
    if all(numbers):
        bills = [payments.bill_of(ctx.session, found[1]) for found in numbers if found]
        for bill in bills:
            if bill.order.status in ("cancelled", "refunded") or bill.balance <= 0:
                raise refunds.NothingOwed(bill.order.order_no)
        if len({bill.member_id for bill in bills}) > 1:
            raise BadUsage(RECEIVING)
        return list(dict.fromkeys(bills))
    member = search.named(ctx.session, who)
    bills = list(payments.owed_by(ctx.session, member.id))
    if not bills:
        raise NothingOwedBy(member.name)
    return bills


def _report(ctx: Context, member_id: int, shares: dict[int, int]) -> int | None:
    """The report that tells of this money, if there is one."""
    total = sum(shares.values())
    for each in payments.reported(ctx.session, member_id=member_id):
        meant = payments.shares_of(ctx.session, each.id)
        if each.amount in (0, total) and shares.keys() <= meant.keys():
            return each.id
    return None


def booked_reply(ctx: Context, booked: Booked) -> Reply:
    """Write down what was booked, tell the member, and say so."""
    ctx.essential = True
    member, told = written_down(ctx, booked)
    return cards.received(booked, name=member.name, told=told)


def written_down(ctx: Context, booked: Booked) -> tuple[Member, bool]:
    """Write down what was booked, so that it can be undone, and tell the member."""
    payment = booked.payment
    member = ctx.session.get_one(Member, payment.member_id)
    for other in payments.settled(ctx.session, member.id, by=ctx.person, now=ctx.now):
        ctx.audit("payment.duplicate", f"payment:{other.id}")
    ctx.audit("payment.confirm", f"payment:{payment.id}", f"{payment.amount} {payment.method}")
    said = _("收 {name} {amount}", name=member.name, amount=money(payment.amount))
    undoing.remember(ctx, "payment.confirm", said=said, payment=payment.id)
    told = tell_member(
        ctx,
        member,
        key=f"{payment.id}:booked:{stamp(ctx.now)}",
        rule="payment",
        message=lambda: member_cards.checked(booked),
    )
    return member, told


def stamp(now: datetime) -> int:
    """Tells one decision about a payment from the next."""
    return int(now.timestamp())
