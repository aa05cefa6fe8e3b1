"""催款: whom it would remind in which words, and out on 確認."""

from datetime import timedelta

from bot import confirming
from bot.context import Context, Reply
from bot.router import Number, command
from bot.telling import tell_member
from bot.texts import _
from bot.views import dunning as cards
from bot.views import payments as member_cards
from bot.views.kit import Message
from handlers.organiser.payments import stamp
from models.people.members import Member
from models.people.roles import Role
from models.shop import dunning, group_buys
from models.shop.bill_records import Bill

ALL = Number("0")
OF_USE = timedelta(days=2)


@command("/催款", role=Role.ORGANISER, topic="訂單", careful=True, example="/催款 3")
def remind(ctx: Context, number: Number = ALL) -> Reply:
    """提醒還沒付款的團友：/催款（已結單的團）或 /催款 團號"""
    if number:
        group_buys.find(ctx.session, number)
    found = dunning.unpaid(ctx.session, number or None, now=ctx.now)
    if not found.remind:
        return cards.nobody(found)
    said = _("催款 {count} 位", count=len(found.remind))
    nonce = confirming.ask(ctx, "dunning", said=said, number=int(number))
    first = next(iter(found.remind.values()))
    return list(cards.preview(found, _reminder(ctx, first), nonce=nonce))


@confirming.act("dunning")
def reminded(ctx: Context, *, number: int) -> Reply:
    """發出付款提醒"""
    found = dunning.unpaid(ctx.session, number or None, now=ctx.now)
    claimed = dunning.claim(ctx.session, [bill.order_id for bill in found.bills], now=ctx.now)
    people = 0
    for member_id, theirs in found.remind.items():
        bills = [bill for bill in theirs if bill.order_id in claimed]
        if bills:
            people += _tell(ctx, member_id, bills)
    ctx.audit("dunning", f"group_buy:{number or 'all'}", f"{people} members")
    return cards.sent(people)


def _tell(ctx: Context, member_id: int, bills: list[Bill]) -> bool:
    return tell_member(
        ctx,
        ctx.session.get_one(Member, member_id),
        key=str(stamp(ctx.now)),
        rule=dunning.RULE,
        message=lambda: _reminder(ctx, bills),
        use_until=ctx.now + OF_USE,
    )


def _reminder(ctx: Context, bills: list[Bill]) -> Message:
    shop = ctx.programme.shop
    return member_cards.reminder(bills, account=shop.account, shop=shop.name)
