"""取貨時段: when a group-buy may be fetched, so many orders at a time."""

from bot import undoing
from bot.context import Context, Reply
from bot.router import NOTHING, Number, Rest, command
from bot.texts import _
from bot.views import pickup_slots as cards
from models.people.roles import Role
from models.shop import group_buys, pickup_points, pickup_slot_words, pickup_slots
from models.shop.pickup_slot_words import BadSlots
from scheduler import notices

EXAMPLE = "/取貨時段 3 18:00-19:00x20 19:00-20:00x20"
NONE = {"取消", "無", "不分", "清除"}


@command("/取貨時段", role=Role.ORGANISER, topic="訂單", careful=True, example=EXAMPLE)
def slots(ctx: Context, number: Number, said: Rest = NOTHING) -> Reply:
    """分時段取貨，各收幾筆：/取貨時段 3 18:00-19:00x20 19:00-20:00x20"""
    group_buy = group_buys.find(ctx.session, number)
    if not said:
        found = pickup_slots.of_group_buys(ctx.session, [number])
        return cards.listing(group_buy, found.get(number, []))
    words = said.split()
    none = words[-1] in NONE
    place, wanted = pickup_slot_words.read(" ".join(words[: -1 if none else None]), ctx.now)
    if bool(wanted) == none:
        raise BadSlots(said)
    if place:
        offered = pickup_points.of_group_buys(ctx.session, [number]).get(number, [])
        place = pickup_points.named(offered, place).name
    return _offer(ctx, number, place, wanted, again=True)


@undoing.undoes("pickup_slots.offer")
def offer_before(ctx: Context, *, number: int, place: str, before: dict[str, int]) -> Reply:
    """Part the time as it was."""
    return _offer(ctx, number, place, before, again=False)


def _offer(ctx: Context, number: int, place: str, wanted: dict[str, int], *, again: bool) -> Reply:
    group_buy, before = pickup_slots.offer(ctx.session, number, place, wanted)
    said = _("第 {n} 團的取貨時段", n=number)
    if again:
        undoing.remember(
            ctx, "pickup_slots.offer", said=said, number=number, place=place, before=before
        )
        ctx.audit("pickup_slots.offer", f"group_buy:{number}", " ".join(wanted)[:200])
    if wanted and group_buy.stage == group_buys.Stage.ARRIVED:
        told = _("取貨分時段了，請輸入「取貨時段」選一個")
        version = f"slots:{ctx.now:%Y%m%d%H%M%S}"
        notices.changed(ctx.session, group_buy, told, version=version, now=ctx.now)
    found = pickup_slots.of_group_buys(ctx.session, [number])
    return cards.listing(group_buy, found.get(number, []))
