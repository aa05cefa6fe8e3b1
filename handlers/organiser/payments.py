"""Money received, by whoever looks after the shop: 收款 by name or number, and 對帳."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import BadUsage, Number, Rest, command
from bot.telling import tell_member
from bot.texts import _, money
from bot.views import payment_desk as cards
from bot.views import payments as member_cards
from models.base import N_, Refusal
from models.people import search
from models.people.members import Member
from models.people.roles import Role
from models.shop import payment_reversals, payments, reconciliation, refunds
from models.shop.bill_records import Bill
from models.shop.payment_records import Deposit, Method, PaymentState
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
CLAIMS = re.compile(r"[po]\d{1,15}(?:,[po]\d{1,15})*", re.ASCII)


class NothingOwedBy(Refusal):
    buttons = ("/對帳",)

    def __init__(self, name: str) -> None:
        super().__init__(N_("{name} 目前沒有要收的款項。"), name=name or "—")


@command("/收款", role=Role.ORGANISER, topic="訂單", careful=True, example=RECEIVING)
def receive(ctx: Context, said: Rest) -> Reply:
    """收款：/收款 小美 或 /收款 3-12 金額（現金或轉帳）"""
    who, amount, method = _understood(said)
    bills = _meant(ctx, who)
    owed = [(bill.order_id, bill.balance) for bill in bills]
    shares = payments.spread(amount or sum(balance for _, balance in owed), owed)
    member = ctx.session.get_one(Member, bills[0].member_id)
    told = _report(ctx, member.id, shares)
    method = method or (Method.TRANSFER if told else Method.CASH)
    again = f"/收款 {who} {sum(shares.values())}"
    nonce = confirming.ask(
        ctx,
        "payment.take",
        said=_("收 {name} {amount}", name=member.name, amount=money(sum(shares.values()))),
        member=member.id,
        shares={str(order_id): part for order_id, part in shares.items()},
        seen={str(bill.order_id): bill.paid for bill in bills},
        method=method.value,
        report=told if method is Method.TRANSFER else None,
    )
    return cards.preview(member.name, bills, shares, method=method, again=again, nonce=nonce)


@confirming.act("payment.take")
def taken(
    ctx: Context,
    *,
    member: int,
    shares: dict[str, int],
    seen: dict[str, int],
    method: str,
    report: int | None,
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
        )
    return _booked(ctx, booked)


@command("/對帳", role=Role.ORGANISER, topic="訂單", careful=True)
def reconcile(ctx: Context) -> Reply:
    """對帳：看匯款回報和銀行入帳，一鍵確認"""
    found = reconciliation.queue(ctx.session, now=ctx.now)
    nonce = None
    if found.certain:
        pairs = [[pair.deposit.id, list(pair.options[0].claims)] for pair in found.certain]
        said = _("確定的 {count} 筆入帳", count=len(pairs))
        nonce = confirming.ask(ctx, "payment.certain", said=said, pairs=pairs)
    ids = {each.member_id for each in found.reports}
    query = select(Member.id, Member.name).where(Member.id.in_(ids))
    return list(cards.queue(found, dict(ctx.session.execute(query).all()), nonce=nonce))


@confirming.act("payment.certain")
def certain(ctx: Context, *, pairs: list[tuple[int, list[str]]]) -> Reply:
    """確定的款項全部入帳"""
    done: list[Booked] = []
    for deposit_id, claims in pairs:
        try:
            with ctx.session.begin_nested():
                booked = _on_deposit(ctx, deposit_id, claims)
        except Refusal:
            continue  # decided by somebody else meanwhile
        done.append(booked)
        _written(ctx, booked)
    return cards.received_many(done, failed=len(pairs) - len(done))


@command("/入帳", role=Role.ORGANISER, topic="", careful=True, example="/入帳 #12 900")
def enter(ctx: Context, said: Rest) -> Reply:
    """把一筆匯款回報入帳：/入帳 #12 金額"""
    first, _space, rest = said.partition(" ")
    if CLAIMS.fullmatch(rest) and first.isdecimal():
        return _booked(ctx, _on_deposit(ctx, int(Number(first)), rest.split(",")))
    found = SUM.fullmatch(rest) if rest else None
    try:
        number = Number(first)
    except ValueError:
        raise BadUsage("/入帳 #12 900") from None
    if rest and found is None:
        raise BadUsage("/入帳 #12 900")
    booked = payments.confirm(
        ctx.session,
        number,
        by=ctx.person,
        now=ctx.now,
        programme=ctx.programme,
        amount=int(found[1].replace(",", "")) if found else None,
    )
    return _booked(ctx, booked)


@command("/查無", role=Role.ORGANISER, topic="", careful=True, example="/查無 #12")
def missing(ctx: Context, number: Number) -> Reply:
    """匯款回報查無入帳，請團友確認：/查無 #12"""
    return _refused(ctx, number, PaymentState.REJECTED)


@command("/重複", role=Role.ORGANISER, topic="", careful=True, example="/重複 #12")
def duplicate(ctx: Context, number: Number) -> Reply:
    """匯款回報和別筆重複，不入帳：/重複 #12"""
    return _refused(ctx, number, PaymentState.DUPLICATE)


@command("/不是貨款", role=Role.ORGANISER, topic="", careful=True, example="/不是貨款 12")
def not_ours(ctx: Context, number: Number) -> Reply:
    """銀行入帳不是貨款，不再列出：/不是貨款 12"""
    deposit = reconciliation.set_aside(ctx.session, number, now=ctx.now)
    ctx.audit("deposit.set_aside", f"deposit:{deposit.id}", str(deposit.amount))
    said = _("{amount} 不是貨款", amount=money(deposit.amount))
    undoing.remember(ctx, "deposit.set_aside", said=said, deposit=deposit.id)
    return cards.set_aside(deposit)


@undoing.undoes("deposit.set_aside")
def listed_again(ctx: Context, *, deposit: int) -> Reply:
    """List a deposit again."""
    ctx.session.get_one(Deposit, deposit).set_aside_at = None
    ctx.session.flush()
    return reconcile(ctx)


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
        key=f"{payment}:back:{_stamp(ctx.now)}",
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


def _on_deposit(ctx: Context, deposit_id: int, claims: Sequence[str]) -> Booked:
    return reconciliation.book(
        ctx.session, deposit_id, claims, by=ctx.person, now=ctx.now, programme=ctx.programme
    )


def _booked(ctx: Context, booked: Booked) -> Reply:
    ctx.essential = True
    member, told = _written(ctx, booked)
    return cards.received(booked, name=member.name, told=told)


def _written(ctx: Context, booked: Booked) -> tuple[Member, bool]:
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
        key=f"{payment.id}:booked:{_stamp(ctx.now)}",
        rule="payment",
        message=lambda: member_cards.checked(booked),
    )
    return member, told


def _refused(ctx: Context, number: int, state: PaymentState) -> Reply:
    payment = payments.refuse(ctx.session, number, state, by=ctx.person, now=ctx.now)
    ctx.audit(f"payment.{state}", f"payment:{number}")
    if state is PaymentState.REJECTED:
        tell_member(
            ctx,
            ctx.session.get_one(Member, payment.member_id),
            key=f"{number}:missing",
            rule="payment",
            message=lambda: member_cards.not_found(payment.amount, payment.digits),
        )
    return cards.refused(payment, duplicate=state is PaymentState.DUPLICATE)


def _stamp(now: datetime) -> int:
    return int(now.timestamp())
