"""What an unclear wish may mean: asked for exactly what is missing, carried on in one tap."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.context import Context, Reply
from bot.router import BadUsage, Rest, command
from bot.views import unclear as cards
from handlers.member import ordering_quotes
from models.shop import calling, ordering, shares, storefront
from models.shop.calling import Place, Understood
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.pricing import Wishes
from models.shop.quoting import Proposal
from models.shop.reading import Chat, Line, Missing
from models.shop.reading.writing import fold
from models.shop.shares import Want

DIALOGUE = "unclear"
COUNTED = re.compile(r"[+*x:]\s?(\d{1,3})|(\d{1,3})\s?[^\d\s]{1,2}\s*$")


def ask(
    ctx: Context,
    text: str,
    understood: Understood,
    offers: Sequence[GroupBuy],
    had: Mapping[int, Sequence[Line]],
) -> Reply:
    """Ask for what is missing in what somebody wants."""
    missing = understood.reading.missing or Missing.ITEM
    if missing is Missing.TARGET:
        return cards.what_to_change(_had(offers, had))
    ctx.ask(DIALOGUE, text=text[:200])
    items = _meant(text, understood.candidates or offers)
    quantity = _counted(text)
    if missing is Missing.OPTION:
        items = [item for item in items if item.as_read().options] or items
    if missing is Missing.PERSON:
        return cards.for_whom(items, quantity)
    if len(items) == 1 and not (missing is Missing.ITEM and _unknown(text, items)):
        return _of_one(items[0], missing, quantity, text)
    return _one_of(items, missing, quantity, text)


def _one_of(items: Sequence[Item], missing: Missing, quantity: int, text: str) -> Reply:
    if not items:
        return cards.nothing_open()
    if missing is Missing.ITEM and _unknown(text, items):
        return cards.not_on_offer(items, quantity)
    return cards.which_item(items, quantity)


def _of_one(item: Item, missing: Missing, quantity: int, text: str) -> Reply:
    if missing is Missing.UNIT:
        return cards.which_unit(item)
    if missing is Missing.INTENT:
        return cards.really([item], quantity)
    values = _said_values(fold(text), item)
    if values and len(values) == len(item.as_read().options):
        return cards.how_many(item, "/".join(values))
    return _step(item, quantity, values=values)


def what_to_change(ctx: Context) -> Reply:
    """What the member has, any of which may be meant."""
    shelf = storefront.shelf(ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme)
    had = calling.had_in(ctx.session, ctx.member.id, shelf.open)
    return cards.what_to_change(_had(shelf.open, had))


def which(ctx: Context, text: str, candidates: Sequence[GroupBuy]) -> Reply:
    """An order that several group-buys could take."""
    ctx.ask(DIALOGUE, text=text[:200])
    return cards.which_item(_meant(text, candidates), _counted(text))


@command("選購", topic="", careful=True, spaced=True)
def pick(ctx: Context, said: Rest) -> Reply:
    """用按鈕選商品、規格和數量"""
    if ";" in said:
        return _several(ctx, [Want(*_parts(each)) for each in said.split(";")])
    item_id, option, quantity, person = _parts(said)
    item = ctx.session.get(Item, item_id)
    if item is None:
        raise BadUsage("+1")
    storefront.look_up(
        ctx.session, ctx.member.id, item.group_buy_id, now=ctx.now, programme=ctx.programme
    )
    if option not in _values(item):
        return _step(item, max(quantity, 1), person)
    if quantity == 0:
        return cards.how_many(item, option, person)
    return propose(ctx, item.group_buy_id, [Want(item.id, option, quantity, person)])


def words_for(wants: Sequence[Want]) -> str:
    """What a button says to have these quoted."""
    said = ";".join(f"{w.item_id}|{w.option}|{w.quantity}|{w.person}" for w in wants)
    return f"選購 {said}"


def propose(ctx: Context, number: int, wants: Sequence[Want], *, said: str = "") -> Reply:
    """Quote these on top of the order that the member has there."""
    bill = shares.open_bill(ctx.session, number, ctx.member.id)
    wishes = Wishes(points=bill.points if bill else 0)
    return ordering_quotes.ask(ctx, Proposal(number, tuple(wants), wishes), said=said)


def _several(ctx: Context, wants: Sequence[Want]) -> Reply:
    """Several at once, all of one group-buy, as only a button says them."""
    items = [ctx.session.get(Item, want.item_id) for want in wants]
    numbers = {item.group_buy_id for item in items if item is not None}
    complete = all(
        item is not None and want.quantity and want.option in _values(item)
        for item, want in zip(items, wants, strict=True)
    )
    if len(numbers) != 1 or not complete:
        raise BadUsage("+1")
    [number] = numbers
    storefront.look_up(ctx.session, ctx.member.id, number, now=ctx.now, programme=ctx.programme)
    return propose(ctx, number, wants)


def _step(item: Item, quantity: int, person: str = "", values: Sequence[str] = ()) -> Reply:
    """The next thing to ask about an item, of which some values may be known."""
    if item.as_read().options:
        return cards.which_option(item, quantity, person, known=values)
    return cards.how_many(item, "", person)


def _values(item: Item) -> set[str]:
    """Every option that can be ordered of an item; "" where it has none."""
    made = [""]
    for _name, values in item.as_read().options:
        made = [f"{before}/{value}".lstrip("/") for before in made for value in values]
    return set(made)


def _parts(said: str) -> tuple[int, str, int, str]:
    """Item, values, quantity (0 is not said yet) and person, as a button says them."""
    parts = [*said.strip().split("|"), "", "", ""]
    number = parts[2] or "0"
    if not parts[0].isdecimal() or not re.fullmatch(r"-?\d{1,4}", number) or len(said) > 200:
        raise BadUsage("+1")
    if abs(int(number)) > ordering.LARGEST:
        raise ordering.TooManyAtOnce
    return int(parts[0][:15]), parts[1], int(number), parts[3][:50]


def _meant(text: str, offers: Sequence[GroupBuy]) -> list[Item]:
    """The items whose names or codes a text has something of; all of them if it has nothing."""
    items = [item for offer in offers for item in offer.items]
    said = fold(text)
    named = [item for item in items if _likeness(said, item)]
    best = max((_likeness(said, item) for item in named), default=0)
    return [item for item in named if _likeness(said, item) == best] or items


def _said_values(said: str, item: Item) -> list[str]:
    """The values of an item that a text names, at most one for each axis, in their order."""
    found = []
    for _name, values in item.as_read().options:
        named = [value for value in values if fold(value) in said]
        found += sorted(named, key=len, reverse=True)[:1]
    return found


def _unknown(text: str, items: Sequence[Item]) -> bool:
    """Whether a text names something, and nothing of these."""
    liked = any(_likeness(fold(text), item) for item in items)
    return not liked and not calling.bare(text, Place(Chat.DIRECT))


def _likeness(said: str, item: Item) -> int:
    """How many characters of the item's names stand together in a text."""
    read = item.as_read()
    found = len(said) if fold(item.code) == said.strip() else 0
    for name in map(fold, (read.name, *read.aliases)):
        for size in range(len(name), max(found, 1), -1):
            if any(name[at : at + size] in said for at in range(len(name) - size + 1)):
                found = size
                break
    return found


def _counted(text: str) -> int:
    """How many a text asks for; 1 where that is not to be seen."""
    found = COUNTED.search(fold(text))
    number = int(found[1] or found[2]) if found else 1
    return number if 0 < number <= ordering.LARGEST else 1


def _had(offers: Sequence[GroupBuy], had: Mapping[int, Sequence[Line]]) -> list[cards.Had]:
    return [
        cards.Had(offer.item(line.item), line.option or "", line.person or "", line.quantity)
        for offer in offers
        for line in had.get(offer.id, ())
    ]
