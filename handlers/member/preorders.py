"""What is coming, reminders of it, and the waiting list."""

from bot.context import Context, Reply
from bot.router import Number, command
from bot.views import orders, quotes
from bot.views import shelf as cards
from models.shop import group_buys, interest, order_queries, ordering, storefront, waitlist
from models.shop.shares import Want
from models.shop.waitlist import NothingOffered
from scheduler import notices

ANY = Number("0")


@command("預購", "preorder", "預購商品", topic="訂購")
def coming(ctx: Context) -> Reply:
    """看接下來開什麼團、什麼時候對你開放"""
    shelf = _shelf(ctx)
    reminded = interest.reminded_of(ctx.session, ctx.member.id)
    return cards.coming(shelf, set(reminded), now=ctx.now)


@command("提醒我", "remind", topic="訂購", careful=True, spaced=True, example="提醒我 3")
def remind(ctx: Context, number: Number = ANY) -> Reply:
    """開放時通知你：提醒我 3"""
    shelf = _shelf(ctx)
    upcoming = {each.id: (each, opens_at) for each, opens_at in shelf.upcoming}
    if not number and len(upcoming) == 1:
        number = Number(str(next(iter(upcoming))))
    if not number:
        return cards.which_to_remind(shelf)
    if number not in upcoming:
        return cards.open_already(_look_up(ctx, number))
    group_buy, opens_at = upcoming[number]
    interest.looked(ctx.session, ctx.member.id, [number], now=ctx.now)
    new = interest.remind(ctx.session, ctx.member.id, number, now=ctx.now)
    return cards.reminded(group_buy, opens_at, new=new)


@command("候補", "waitlist", "排候補", topic="訂購")
def waiting(ctx: Context) -> Reply:
    """看候補排到第幾位、有沒有輪到你"""
    return cards.waits(ctx.read(order_queries.mine).waits)


@command("確認候補", topic="", careful=True, spaced=True, example="確認候補 3")
def accept(ctx: Context, number: Number = ANY) -> Reply:
    """輪到你時，把候補的訂下來"""
    offered = [
        each.wait.group_buy_id
        for each in ctx.read(order_queries.mine).waits
        if each.wait.offered_until is not None
    ]
    if not offered or (number and number not in offered):
        raise NothingOffered
    chosen = number or offered[0]
    waitlist.accept(ctx.session, chosen, ctx.member.id, now=ctx.now, programme=ctx.programme)
    ctx.essential = True
    bill = ordering.latest_bill(ctx.session, chosen, ctx.member.id)
    if bill is None:
        raise NothingOffered
    fact = order_queries.detail(ctx.session, ctx.member.id, bill.order.order_no)
    return orders.placed(fact, title=quotes.accepted(), programme=ctx.programme)


@command("不要候補", "取消候補", topic="", careful=True, spaced=True, example="不要候補")
def give_up(ctx: Context, number: Number = ANY) -> Reply:
    """不再候補"""
    held = ctx.read(order_queries.mine).waits
    chosen = [each.wait for each in held if not number or each.wait.id == number]
    if not chosen:
        return cards.waits(held)
    for wait in chosen:
        group_buy = group_buys.hold(ctx.session, wait.group_buy_id)
        want = Want(wait.item_id, wait.option, -wait.quantity, wait.person)
        waitlist.give_up(ctx.session, ctx.member.id, want, wait.quantity)
        served = waitlist.refill(ctx.session, group_buy, now=ctx.now, programme=ctx.programme)
        notices.promoted(ctx.session, group_buy, served, now=ctx.now)
    return cards.gave_up(chosen)


def _shelf(ctx: Context) -> storefront.Shelf:
    return storefront.shelf(ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme)


def _look_up(ctx: Context, number: int) -> group_buys.GroupBuy:
    return storefront.look_up(
        ctx.session, ctx.member.id, number, now=ctx.now, programme=ctx.programme
    )
