"""What is open for a member, one group-buy in full, and wishes for others."""

from bot.context import Context, Reply
from bot.router import NOTHING, Number, Rest, command
from bot.views import shelf as cards
from models.base import N_, Refusal
from models.shop import group_buys, interest, storefront

ALL = Number("0")


class WishTooLong(Refusal):
    buttons = ("團購",)

    def __init__(self) -> None:
        super().__init__(N_("敲碗的名稱請在 {most} 個字以內。"), most=interest.LONGEST_WISH)


@command(
    *("團購", "開團中", "商品", "shop", "開團"),
    topic="訂購",
    menu=1,
    spaced=True,
    example="團購 3",
)
def show(ctx: Context, number: Number = ALL) -> Reply:
    """看現在可以訂什麼、你的價格和結單時間"""
    shelf = storefront.shelf(ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme)
    if number:
        return _one(ctx, shelf, number)
    # with one alone there is nothing to choose: its card is open
    if len(shelf.open) == 1:
        interest.looked(ctx.session, ctx.member.id, [shelf.open[0].id], now=ctx.now)
    return cards.on_sale(shelf, now=ctx.now)


@command("怎麼喊單", "喊單教學", "怎麼喊", topic="訂購")
def how_to_call(ctx: Context) -> Reply:
    """看怎麼用 +1 訂東西"""
    return cards.how_to_call()


@command("敲碗", "許願", topic="訂購", careful=True, spaced=True, example="敲碗 日本水蜜桃")
def wish(ctx: Context, name: Rest = NOTHING) -> Reply:
    """想要什麼商品，告訴我們：敲碗 日本水蜜桃"""
    if not name:
        return cards.what_to_wish()
    said = " ".join(name.split())
    if len(said) > interest.LONGEST_WISH:
        raise WishTooLong
    return cards.wished(said, interest.wish(ctx.session, ctx.member.id, said, now=ctx.now))


def _one(ctx: Context, shelf: storefront.Shelf, number: int) -> Reply:
    seen = {each.id: each for each in shelf.open}
    seen |= {each.id: each for each, _opens_at in shelf.upcoming}
    if number not in seen:
        found = storefront.look_up(
            ctx.session, ctx.member.id, number, now=ctx.now, programme=ctx.programme
        )
        raise group_buys.Closed(found.title)
    interest.looked(ctx.session, ctx.member.id, [number], now=ctx.now)
    return cards.one(seen[number], shelf, now=ctx.now)
