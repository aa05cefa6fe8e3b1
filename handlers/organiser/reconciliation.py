"""What came in against what is owed: reports, deposits and bank statements, a tap each."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from backoffice import statements
from backoffice.statements import Statement
from bot import confirming, undoing
from bot.context import Context, NothingToConfirm, Reply
from bot.router import BadUsage, Number, Rest, command
from bot.telling import tell_member
from bot.texts import _, money
from bot.views import payments as member_cards
from bot.views import reconciliation as cards
from bot.views.kit import Message
from handlers.organiser.payments import SUM, booked_reply, written_down
from models.base import Refusal
from models.people.members import Member
from models.people.roles import Role
from models.shop import payments, reconciliation
from models.shop.payment_records import Deposit, PaymentState
from models.shop.payments import Booked
from models.talk import uploads

STATEMENT = "statement"
CLAIMS = re.compile(r"[po]\d{1,15}(?:,[po]\d{1,15})*", re.ASCII)


def statement_received(ctx: Context, found: Statement, name: str) -> Reply:
    """Say what a bank statement would book; nothing is written yet."""
    queue = reconciliation.queue(ctx.session, now=ctx.now, unkept=found.deposits)
    known = len(reconciliation.known(ctx.session, found.deposits))
    nonce = None
    if len(found.deposits) > known or queue.certain:
        uploads.keep(
            *(ctx.session, ctx.person),
            kind=STATEMENT,
            name=name,
            content=ctx.content or b"",
            now=ctx.now,
        )
        said = _("銀行明細「{name}」入帳", name=name[:40])
        nonce = confirming.ask(ctx, "statement.book", said=said)
    return cards.statement(found, queue, known=known, name=name, nonce=nonce)


@confirming.act("statement.book")
def statement_booked(ctx: Context) -> Reply:
    """銀行明細入帳"""
    held = uploads.find(ctx.session, ctx.person)
    if held is None or held.kind != STATEMENT:
        raise NothingToConfirm
    found = statements.read(held.content, held.name)
    kept = reconciliation.keep(ctx.session, found.deposits, now=ctx.now)
    uploads.forget(ctx.session, ctx.person)
    ctx.audit("statement.book", held.name[:100], f"{kept} new deposits")
    queue = reconciliation.queue(ctx.session, now=ctx.now)
    pairs = [(pair.deposit.id, list(pair.options[0].claims)) for pair in queue.certain]
    return [_all(ctx, pairs), *_listed(ctx)]


@command("/對帳", role=Role.ORGANISER, topic="今日", careful=True)
def reconcile(ctx: Context) -> Reply:
    """對帳：看匯款回報和銀行入帳，一鍵確認"""
    return [*_listed(ctx)]


@confirming.act("payment.certain")
def certain(ctx: Context, *, pairs: list[tuple[int, list[str]]]) -> Reply:
    """確定的款項全部入帳"""
    return _all(ctx, pairs)


@command("/入帳", role=Role.ORGANISER, topic="", careful=True, example="/入帳 #12 900")
def enter(ctx: Context, said: Rest) -> Reply:
    """把一筆匯款回報入帳：/入帳 #12 金額"""
    first, _space, rest = said.partition(" ")
    if CLAIMS.fullmatch(rest) and first.isdecimal():
        return booked_reply(ctx, _on_deposit(ctx, int(Number(first)), rest.split(",")))
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
    return booked_reply(ctx, booked)


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


def _listed(ctx: Context) -> list[Message]:
    found = reconciliation.queue(ctx.session, now=ctx.now)
    nonce = None
    if found.certain:
        pairs = [[pair.deposit.id, list(pair.options[0].claims)] for pair in found.certain]
        said = _("確定的 {count} 筆入帳", count=len(pairs))
        nonce = confirming.ask(ctx, "payment.certain", said=said, pairs=pairs)
    ids = {each.member_id for each in found.reports}
    query = select(Member.id, Member.name).where(Member.id.in_(ids))
    return cards.queue(found, dict(ctx.session.execute(query).all()), nonce=nonce)


def _all(ctx: Context, pairs: Sequence[tuple[int, list[str]]]) -> Message:
    """Book these, each for itself: one that somebody else decided meanwhile stops no other."""
    done: list[Booked] = []
    for deposit_id, claims in pairs:
        try:
            with ctx.session.begin_nested():
                booked = _on_deposit(ctx, deposit_id, claims)
        except Refusal:
            continue
        done.append(booked)
        written_down(ctx, booked)
    return cards.received_many(done, failed=len(pairs) - len(done))


def _on_deposit(ctx: Context, deposit_id: int, claims: Sequence[str]) -> Booked:
    return reconciliation.book(
        ctx.session, deposit_id, claims, by=ctx.person, now=ctx.now, programme=ctx.programme
    )


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
