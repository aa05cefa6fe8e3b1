"""Goods handed over by whoever stands at the counter: by name, order number or code."""

import re
from datetime import datetime

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import Number, Rest, command
from bot.telling import tell_member
from bot.texts import _, money
from bot.views import doorsteps
from bot.views import pickups as cards
from handlers.organiser.payments import stamp
from models.people import search
from models.people.members import Member
from models.people.roles import Role
from models.shop import group_buys, payments, pickup_queries, pickups
from models.shop.pickup_queries import AlreadyPickedUp, Bag, NothingToPickUp

TOPIC = "訂單"
FIRST = Number("1")
ORDER = re.compile(r"#?(\d{1,9}-\d{1,9})", re.ASCII)
CODE = re.compile(r"\d{6}", re.ASCII)


@command("/取貨", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/取貨 小美")
def pick_up(ctx: Context, who: Rest) -> Reply:
    """交貨：/取貨 小美，或單號、取貨碼；未付的一起收現金"""
    said = who.strip()
    if CODE.fullmatch(said):
        members = pickup_queries.with_code(ctx.session, said)
        return _show(ctx, members[0]) if len(members) == 1 else cards.whose_code(said, members)
    if found := ORDER.fullmatch(said):
        bill = payments.bill_of(ctx.session, found[1])
        if bill.order.status not in pickup_queries.WAITING:
            raise AlreadyPickedUp(found[1])
        return _show(ctx, ctx.session.get_one(Member, bill.member_id))
    return _show(ctx, search.named(ctx.session, said))


@confirming.act("pickup.hand_over")
def handing_over(ctx: Context, *, member: int, owed: dict[str, int]) -> Reply:
    """交貨，未付的收現金"""
    done = pickups.hand_over(
        ctx.session,
        member,
        {int(order_id): amount for order_id, amount in owed.items()},
        by=ctx.person,
        now=ctx.now,
        programme=ctx.programme,
    )
    who = ctx.session.get_one(Member, member)
    for bag in done.bags:
        ctx.audit("pickup.hand_over", f"order:{bag.order_no}", bag.bill.proxy)
    if done.booked is not None:
        number = done.booked.payment.id
        ctx.audit("payment.confirm", f"payment:{number}", f"{done.collected} cash at pickup")
    for other in payments.settled(ctx.session, member, by=ctx.person, now=ctx.now):
        ctx.audit("payment.duplicate", f"payment:{other.id}")
    _tell(ctx, who, done.bags)
    return cards.handed(who.name, done)


@command("/分貨單", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/分貨單 3")
def sheet(ctx: Context, number: Number, page: Number = FIRST) -> Reply:
    """到門口一個一個交貨的名單：/分貨單 3"""
    group_buy = group_buys.find(ctx.session, number)
    bags = pickup_queries.doorstep(ctx.session, number, now=ctx.now, terms=ctx.programme.shop)
    return doorsteps.sheet(group_buy, bags, page)


@command("/免保管費", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/免保管費 3-12")
def forgive(ctx: Context, number: Rest) -> Reply:
    """不收一筆訂單的保管費：/免保管費 3-12"""
    bag = _bag(ctx, number.strip("# "))
    pickups.forgive(ctx.session, bag)
    said = _("免訂單 {no} 的保管費", no=bag.order_no)
    undoing.remember(ctx, "pickup.forgive", said=said, order=bag.order_no)
    ctx.audit("pickup.forgive", f"order:{bag.order_no}", money(bag.fee))
    return cards.forgiven(bag, waived=True)


@undoing.undoes("pickup.forgive")
def forgive_back(ctx: Context, *, order: str) -> Reply:
    """Ask the fee again."""
    bag = _bag(ctx, order)
    pickups.forgive(ctx.session, bag, waived=False)
    return cards.forgiven(bag, waived=False)


@command("/未取", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/未取 3")
def absent(ctx: Context, number: Number) -> Reply:
    """看還沒來取的人，太久的可以記下來：/未取 3"""
    group_buy = group_buys.find(ctx.session, number)
    found = pickups.waiting(ctx.session, number, now=ctx.now, terms=ctx.programme.shop)
    gone = pickups.no_shows(found, ctx.programme)
    nonce = None
    if gone:
        found = [*gone, *(bag for bag in found if bag not in gone)]
        orders = [bag.bill.order_id for bag in gone]
        said = _("記 {count} 筆未取", count=len(gone))
        nonce = confirming.ask(ctx, "pickup.absent", said=said, number=number, orders=orders)
    return cards.absences(number, group_buy.title, found, ctx.programme, nonce=nonce)


@confirming.act("pickup.absent")
def noting_absence(ctx: Context, *, number: int, orders: list[int]) -> Reply:
    """記為未取"""
    count = pickups.note_absence(ctx.session, orders, now=ctx.now, before=None)
    said = _("記 {count} 筆未取", count=count)
    undoing.remember(
        ctx, "pickup.absent", said=said, number=number, orders=orders, at=ctx.now.isoformat()
    )
    ctx.audit("pickup.absent", f"group_buy:{number}", f"{count} orders")
    return cards.noted(count, number)


@undoing.undoes("pickup.absent")
def note_back(ctx: Context, *, number: int, orders: list[int], at: str) -> Reply:
    """It is not so that nobody came."""
    before = datetime.fromisoformat(at)
    count = pickups.note_absence(ctx.session, orders, now=None, before=before)
    return cards.unnoted(count, number)


def _show(ctx: Context, member: Member) -> Reply:
    """What a member has to pick up, and wait for 確認."""
    terms = ctx.programme.shop
    bags = pickup_queries.ready(ctx.session, member.id, now=ctx.now, terms=terms)
    if not bags:
        if others := pickup_queries.fetched_by(ctx.session, member.name):
            return cards.fetches_for(member.name, others)
        raise NothingToPickUp(member.name)
    owed = {str(bag.bill.order_id): bag.owed for bag in bags}
    said = _("{name} 取貨，收 {amount}", name=member.name, amount=money(sum(owed.values())))
    nonce = confirming.ask(ctx, "pickup.hand_over", said=said, member=member.id, owed=owed)
    reports = payments.reported(ctx.session, member_id=member.id)
    return cards.preview(member, bags, reports, nonce=nonce)


def _bag(ctx: Context, order_no: str) -> Bag:
    """The order with this number, as it waits."""
    bill = payments.bill_of(ctx.session, order_no)
    found = pickup_queries.of_orders(
        ctx.session, [bill.order_id], now=ctx.now, terms=ctx.programme.shop
    )
    if not found:
        raise pickups.NoFee(order_no)
    return found[0]


def _tell(ctx: Context, member: Member, bags: list[Bag]) -> None:
    """Whoever sent somebody else hears that it was fetched."""
    sent = [bag for bag in bags if bag.bill.proxy]
    if sent:
        tell_member(
            ctx,
            member,
            key=f"{sent[0].order_no}:{stamp(ctx.now)}",
            rule="picked_up",
            message=lambda: cards.fetched(sent[0].bill.proxy, sent),
        )
