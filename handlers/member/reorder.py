"""Buying again what was bought before, if it is on sale."""

from collections.abc import Sequence

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.texts import _
from bot.views import my_orders
from handlers.member import ordering_quotes
from models.shop import order_queries, ordering, storefront
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.order_queries import LineFact
from models.shop.quoting import Proposal
from models.shop.shares import Want

LOOKED_BACK = 10


@command(
    *("再買一次", "再訂一次", "reorder"),
    topic="訂購",
    careful=True,
    spaced=True,
    example="再買一次 3-12",
)
def again(ctx: Context, number: Rest = NOTHING) -> Reply:
    """照以前的訂單再訂一次"""
    past = (
        [order_queries.detail(ctx.session, ctx.member.id, number.strip("#＃ "))]
        if number
        else order_queries.past(ctx.session, ctx.member.id, limit=LOOKED_BACK)
    )
    shelf = storefront.shelf(ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme)
    for each in past:
        group_buy, wants = _on_sale(each.lines, shelf.open)
        if group_buy is not None:
            missing = len({line.product_id for line in each.lines}) - len(wants)
            note = _("照訂單 {order_no} 再訂一次。", order_no=each.order.order_no)
            if missing > 0:
                note += _("有 {count} 項這次沒有開。", count=missing)
            proposal = Proposal(group_buy.id, tuple(wants))
            return ordering_quotes.ask(ctx, proposal, note=note)
    names = dict.fromkeys(line.name for each in past for line in each.lines)
    return my_orders.not_on_sale(list(names))


def _on_sale(
    lines: Sequence[LineFact], offers: Sequence[GroupBuy]
) -> tuple[GroupBuy | None, list[Want]]:
    """The group-buy that has most of these goods, and what to order there."""
    best: tuple[GroupBuy | None, list[Want]] = (None, [])
    for offer in offers:
        wants = Proposal(offer.id).with_more(_wants(lines, offer)).wants
        if len(wants) > len(best[1]):
            best = (offer, list(wants))
    return best


def _wants(lines: Sequence[LineFact], offer: GroupBuy) -> list[Want]:
    items: dict[int, Item] = {item.product_id: item for item in offer.items}
    return [
        Want(item.id, line.option, min(line.quantity, ordering.LARGEST), line.person)
        for line in lines
        if (item := items.get(line.product_id)) is not None and _offers(item, line.option)
    ]


def _offers(item: Item, option: str) -> bool:
    axes = item.as_read().options
    values = option.split("/") if option else []
    return len(values) == len(axes) and all(
        value in offered for value, (_name, offered) in zip(values, axes, strict=True)
    )
