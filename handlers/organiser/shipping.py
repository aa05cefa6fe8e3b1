"""代發: the supplier's sheet, tracking numbers by hand or by file, received."""

from __future__ import annotations

import re

from sqlalchemy import select

from backoffice.exports import supplier_sheet
from backoffice.exports.sheets import Format
from backoffice.imports import tracking
from bot import confirming, undoing
from bot.context import Context, NothingToConfirm, Reply
from bot.router import NOTHING, BadUsage, Number, Rest, command
from bot.texts import _
from bot.views import shipping as cards
from models.base import N_, Refusal
from models.people import downloads
from models.people.members import Member
from models.people.roles import Role
from models.shop import carriers, consignments, group_buys, payments, shipping
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.group_buy_terms import Delivery
from models.talk import uploads
from scheduler import notices, shipping_notices

TOPIC = "到貨"
SHEET, SHIP, DELIVERED = "/出貨單 3", "/出貨 3-12 黑貓 123456789012", "/送達 3-12"
ORDER = re.compile(r"#?(\d{1,9}-\d{1,9})", re.ASCII)
EVERYTHING = ("全部", "all")


class NothingToAsk(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(N_("第 {number} 團要寄的訂單都有收件資料了。"), number=number)
        self.number = number

    def leads(self, words: str) -> list[tuple[str, str]]:
        return [(f"/出貨單 {self.number}", f"/出貨單 {self.number}")]


@command("/出貨單", role=Role.ORGANISER, topic=TOPIC, careful=True, example=SHEET)
def sheet(ctx: Context, number: Number, said: Rest = NOTHING) -> Reply:
    """給廠商代發的名單（Excel、CSV）：/出貨單 3"""
    if said and said.casefold() not in EVERYTHING:
        raise BadUsage(SHEET)
    group_buy = _sending(ctx, number)
    everything = bool(said)
    found = consignments.of_group_buy(ctx.session, group_buy, everything=everything)
    links = []
    for form, label in ((Format.XLSX, _("下載 Excel")), (Format.CSV, _("下載 CSV"))):
        if not found.ready:
            break
        data = {"number": int(number), "form": form.value, "everything": everything}
        offered = downloads.offer(
            ctx.session, supplier_sheet.KIND, data, person=ctx.person, now=ctx.now
        )
        links.append((label, ctx.addresses.of(offered)))
    ctx.audit("shipping.sheet", f"group_buy:{number}", f"{len(found.ready)} orders")
    names = _names(ctx, [each.member_id for each in (*found.unpaid, *found.unaddressed)])
    return cards.sheet(group_buy, found, names, links, everything=everything)


@command("/問收件", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/問收件 3")
def ask(ctx: Context, number: Number) -> Reply:
    """請沒有收件資料的團友填寫：/問收件 3"""
    group_buy = _sending(ctx, number)
    found = consignments.of_group_buy(ctx.session, group_buy, everything=True).unaddressed
    if not found:
        raise NothingToAsk(number)
    names = _names(ctx, [each.member_id for each in found])
    nonce = confirming.ask(ctx, "shipping.ask", said=_("問收件 {n}", n=number), number=number)
    return cards.asking(group_buy, list(names.values()), nonce=nonce)


@confirming.act("shipping.ask")
def asking(ctx: Context, *, number: int) -> Reply:
    """問收件資料"""
    group_buy = _sending(ctx, number)
    found = consignments.of_group_buy(ctx.session, group_buy, everything=True).unaddressed
    told = shipping_notices.ask(ctx.session, group_buy, found, now=ctx.now)
    ctx.audit("shipping.ask", f"group_buy:{number}", f"{told} members")
    return cards.asked(told)


@command("/出貨", role=Role.ORGANISER, topic=TOPIC, careful=True, example=SHIP)
def ship(ctx: Context, said: Rest) -> Reply:
    """登記一筆出貨並通知團友：/出貨 3-12 黑貓 1234567890"""
    words = said.split()
    number = ORDER.fullmatch(words[0])
    if number is None or len(words) < 3:
        raise BadUsage(SHIP)
    # numbers are often written in groups, carriers in one word
    carrier, tracked = carriers.named(words[1]), carriers.number_in("".join(words[2:]))
    bill = payments.bill_of(ctx.session, number[1])
    known = shipping.of_orders(ctx.session, [bill.order_id]).get(bill.order_id)
    before = known.number if known is not None else None
    if known is not None and (known.number == tracked or known.delivered_at is not None):
        raise shipping.AlreadyShipped(number[1], known.carrier, known.number)
    nonce = confirming.ask(
        ctx,
        "shipping.ship",
        said=_("出貨 {no} {number}", no=number[1], number=tracked),
        order=bill.order_id,
        carrier=carrier.name,
        number=tracked,
        before=before,
    )
    return cards.shipping(
        number[1],
        _names(ctx, [bill.member_id])[bill.member_id],
        carrier.name,
        tracked,
        before=before,
        odd=not carrier.fits(tracked),
        fetched=bill.delivery == Delivery.PICKUP,
        nonce=nonce,
    )


@confirming.act("shipping.ship")
def shipping_it(
    ctx: Context, *, order: int, carrier: str, number: str, before: str | None
) -> Reply:
    """登記出貨，通知團友"""
    [bill] = payments.held(ctx.session, [order])
    shipping.ship(
        ctx.session, bill, carrier, number, by=ctx.person, now=ctx.now, instead_of=before
    )
    order_no = bill.order.order_no
    if before is not None:
        shipping_notices.withdraw(ctx.session, order_no, before, now=ctx.now)
    said = _("出貨 {no} {number}", no=order_no, number=number)
    undoing.remember(ctx, "shipping.ship", said=said, order=order, number=number)
    ctx.audit("shipping.ship", f"order:{order}", f"{order_no} {carrier} {number}")
    told = notices.sent_off(ctx.session, bill, number, carrier, now=ctx.now)
    return cards.shipped(order_no, told=bool(told))


@undoing.undoes("shipping.ship")
def not_shipped(ctx: Context, *, order: int, number: str) -> Reply:
    """It was not sent after all."""
    [bill] = payments.held(ctx.session, [order])
    if not shipping.forget(ctx.session, order, number):
        raise shipping.NotShipped(bill.order.order_no)
    shipping_notices.withdraw(ctx.session, bill.order.order_no, number, now=ctx.now)
    return cards.not_shipped(bill.order.order_no)


@command("/送達", role=Role.ORGANISER, topic=TOPIC, careful=True, example=DELIVERED)
def deliver(ctx: Context, order_no: Rest) -> Reply:
    """登記已送達，點數生效：/送達 3-12"""
    found = ORDER.fullmatch(order_no)
    if found is None:
        raise BadUsage(DELIVERED)
    bill = payments.bill_of(ctx.session, found[1])
    nonce = confirming.ask(
        ctx, "shipping.deliver", said=_("送達 {no}", no=found[1]), order_no=found[1]
    )
    return cards.delivering(found[1], _names(ctx, [bill.member_id])[bill.member_id], nonce=nonce)


@confirming.act("shipping.deliver")
def delivering(ctx: Context, *, order_no: str) -> Reply:
    """登記送達"""
    bill = shipping.deliver(ctx.session, order_no, now=ctx.now, programme=ctx.programme)
    ctx.audit("shipping.deliver", f"order:{bill.order_id}", order_no)
    return cards.delivered(order_no)


def tracking_received(ctx: Context, content: bytes, name: str) -> Reply:
    """Report what a supplier's file would note; nothing is written yet."""
    found = tracking.judge(ctx.session, content, name)
    if not found.new:
        return cards.tracked(found, nonce=None)
    uploads.keep(
        ctx.session, ctx.person, kind=tracking.KIND, name=name, content=content, now=ctx.now
    )
    said = _("登記 {count} 筆物流單號", count=len(found.new))
    nonce = confirming.ask(ctx, "shipping.track", said=said)
    return cards.tracked(found, nonce=nonce)


@confirming.act("shipping.track")
def tracking_it(ctx: Context) -> Reply:
    """登記物流單號，通知團友"""
    held = uploads.find(ctx.session, ctx.person)
    if held is None or held.kind != tracking.KIND:
        raise NothingToConfirm
    first = tracking.judge(ctx.session, held.content, held.name)
    bills = payments.held(ctx.session, [each.order_id for each in first.new])
    # whatever changed while they were not held
    found = tracking.judge(ctx.session, held.content, held.name)
    by_id = {bill.order_id: bill for bill in bills}
    told = 0
    for each in found.new:
        bill = by_id[each.order_id]
        sent = (each.carrier, each.number)
        if shipping.ship(ctx.session, bill, *sent, by=ctx.person, now=ctx.now):
            told += notices.sent_off(ctx.session, bill, each.number, each.carrier, now=ctx.now)
    uploads.forget(ctx.session, ctx.person)
    ctx.audit("shipping.track", held.name[:100], f"{len(found.new)} orders")
    return cards.tracked(found, nonce=None, told=told)


def _sending(ctx: Context, number: int) -> GroupBuy:
    """A group-buy whose orders may be sent.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it is a draft or has failed.
    """
    group_buy = group_buys.find(ctx.session, number)
    if group_buy.stage in (Stage.DRAFT, Stage.FAILED):
        raise group_buys.WrongStage(group_buy)
    return group_buy


def _names(ctx: Context, member_ids: list[int]) -> dict[int, str]:
    query = select(Member.id, Member.name).where(Member.id.in_(set(member_ids)))
    return dict(ctx.session.execute(query).all())
