"""免訂金: an order counts without the deposit that its member's record asked for."""

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import Rest, command
from bot.texts import _, money
from bot.views import deposits as cards
from models.people.members import Member
from models.people.roles import Role
from models.shop import deposits, payments


@command("/免訂金", role=Role.ORGANISER, topic="訂單", careful=True, example="/免訂金 3-12")
def waive(ctx: Context, number: Rest) -> Reply:
    """不收一筆訂單的訂金：/免訂金 3-12"""
    bill = payments.bill_of(ctx.session, number.strip("# "))
    order_no = bill.order.order_no
    if not bill.deposit_due:
        raise deposits.NoDeposit(order_no)
    name = ctx.session.get_one(Member, bill.member_id).name
    said = _("免訂單 {no} 的訂金", no=order_no)
    nonce = confirming.ask(ctx, "deposit.waive", said=said, order=order_no)
    return cards.waiving(bill, name, nonce=nonce)


@confirming.act("deposit.waive")
def waived(ctx: Context, *, order: str) -> Reply:
    """免收訂金"""
    bill = deposits.waive(ctx.session, order)
    said = _("免訂單 {no} 的訂金", no=order)
    undoing.remember(ctx, "deposit.waive", said=said, order=order)
    ctx.audit("deposit.waive", f"order:{order}", money(bill.deposit))
    return cards.waived(bill, is_waived=True)


@undoing.undoes("deposit.waive")
def ask_again(ctx: Context, *, order: str) -> Reply:
    """Ask the deposit again."""
    bill = deposits.waive(ctx.session, order, waived=False)
    return cards.waived(bill, is_waived=False)
