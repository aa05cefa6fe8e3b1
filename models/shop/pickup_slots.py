"""Pickup slots: so many orders at a time; members choose once the goods have arrived.

How many are in a slot is counted from the orders themselves, so what is cancelled is free
again. The count stands in the update that takes a place, and the group-buy is held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ScalarSelect, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from models.base import N_, Refusal
from models.shop import group_buys, pickup_queries
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.orders import Order, Status
from models.shop.pickup_queries import Bag
from models.shop.pickup_slot_records import PickupSlot
from models.terms import ShopTerms

LIVE = (Status.PLACED, Status.PAID, Status.PICKED_UP)
CHANGEABLE = (Stage.DRAFT, Stage.OPEN, Stage.CLOSED, Stage.ARRIVED)


class Slot(NamedTuple):
    """A slot, and how many orders are in it."""

    id: int
    group_buy_id: int
    place: str
    at: str
    capacity: int
    taken: int

    @property
    def left(self) -> int:
        return max(self.capacity - self.taken, 0)


def spoken(at: str) -> str:
    """A slot as people say it: 12/24 18:00-19:00."""
    on, _space, hours = at.rpartition(" ")
    return f"{int(on[5:7])}/{int(on[8:])} {hours}" if on else hours


class NoSlots(Refusal):
    buttons = ("我的訂單", "客服")

    def __init__(self) -> None:
        super().__init__(N_("你現在沒有要選取貨時段的訂單；到貨後有分時段的，通知上會有按鈕。"))


class NoSuchSlot(Refusal):
    buttons = ("取貨時段",)

    def __init__(self, said: str) -> None:
        super().__init__(
            N_("沒有「{said}」這個取貨時段，請看「取貨時段」選一個。"), said=said[:40]
        )


class SlotFull(Refusal):
    def __init__(self, at: str, free: Sequence[str]) -> None:
        full = (
            N_("{at} 已經滿了，請選別的時段。") if free else N_("{at} 已經滿了，請輸入「客服」。")
        )
        super().__init__(full, at=spoken(at))
        self.free = list(free)

    def leads(self, words: str) -> list[tuple[str, str]]:
        found = [(spoken(at), f"取貨時段 {at}") for at in self.free[:12]]
        return found or [("客服", "客服")]


class SlotTaken(Refusal):
    def __init__(self, at: str, taken: int, number: int) -> None:
        super().__init__(
            N_("{at} 已經有 {taken} 筆選了，不能拿掉或少於這個數；請先看 /分貨單 {number}。"),
            at=spoken(at),
            taken=taken,
            number=number,
        )
        self.number = number

    def leads(self, words: str) -> list[tuple[str, str]]:
        return [(f"/分貨單 {self.number}", f"/分貨單 {self.number}")]


def of_group_buys(session: Session, numbers: Iterable[int]) -> Mapping[int, list[Slot]]:
    """The slots of these group-buys, the earliest first, with how many are in each."""
    query = (
        select(PickupSlot, _inside())
        .where(PickupSlot.group_buy_id.in_(set(numbers)))
        .order_by(PickupSlot.at, PickupSlot.place, PickupSlot.id)
    )
    found: dict[int, list[Slot]] = defaultdict(list)
    for slot, taken in session.execute(query):
        kept = Slot(slot.id, slot.group_buy_id, slot.place, slot.at, slot.capacity, taken)
        found[slot.group_buy_id].append(kept)
    return found


def any_of(session: Session, number: int) -> bool:
    """Whether a group-buy is fetched in slots."""
    query = select(PickupSlot.id).where(PickupSlot.group_buy_id == number).limit(1)
    return session.scalar(query) is not None


def offer(
    session: Session, number: int, place: str, wanted: Mapping[str, int]
) -> tuple[GroupBuy, dict[str, int]]:
    """Let a group-buy be fetched at these times at a place, and no others; what was before.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it is over.
        SlotTaken: more have chosen one than it would hold then.
    """
    group_buy = group_buys.hold(session, number)
    if group_buy.stage not in CHANGEABLE:
        raise group_buys.WrongStage(group_buy)
    known = {
        slot.at: slot
        for slot in of_group_buys(session, [number]).get(number, [])
        if slot.place == place
    }
    for slot in known.values():
        if slot.taken > wanted.get(slot.at, 0):
            raise SlotTaken(slot.at, slot.taken, number)
    gone = [slot.id for slot in known.values() if slot.at not in wanted]
    quietly = {"synchronize_session": False}
    left = update(Bill).where(Bill.slot_id.in_(gone)).values(slot_id=None)
    session.execute(left, execution_options=quietly)
    session.execute(delete(PickupSlot).where(PickupSlot.id.in_(gone)), execution_options=quietly)
    for at, capacity in wanted.items():
        if at in known:
            same = PickupSlot.id == known[at].id
            more = update(PickupSlot).where(same).values(capacity=capacity)
            session.execute(more, execution_options=quietly)
        else:
            session.add(PickupSlot(group_buy_id=number, place=place, at=at, capacity=capacity))
    session.flush()
    return group_buy, {slot.at: slot.capacity for slot in known.values()}


def choices(
    session: Session, member_id: int, *, now: datetime, terms: ShopTerms
) -> list[tuple[Bag, list[Slot]]]:
    """A member's orders that wait to be fetched in a slot, each with its slots."""
    bags = pickup_queries.ready(session, member_id, now=now, terms=terms)
    slots = of_group_buys(session, [bag.group_buy.id for bag in bags])
    found = [(bag, _at_place(slots.get(bag.group_buy.id, []), bag)) for bag in bags]
    return [(bag, theirs) for bag, theirs in found if theirs]


def choose(
    session: Session, member_id: int, said: str, *, now: datetime, terms: ShopTerms
) -> tuple[str, list[Bag]]:
    """Fetch a member's orders in this slot, those that have it; which one it is.

    Raises:
        NoSlots, NoSuchSlot: none of their orders has any, or this one.
        SlotFull: so many have chosen it already.
    """
    found = choices(session, member_id, now=now, terms=terms)
    if not found:
        raise NoSlots
    at = _named([slot.at for _bag, slots in found for slot in slots], said)
    for number in sorted({bag.group_buy.id for bag, _slots in found}):
        group_buys.hold(session, number)
    moved = []
    for bag, slots in choices(session, member_id, now=now, terms=terms):
        slot = next((each for each in slots if each.at == at), None)
        if slot is None:
            continue
        if bag.slot != at and not take(session, bag.bill.order_id, slot.id):
            raise SlotFull(at, [each.at for each in slots if each.left])
        moved.append(bag)
    return at, moved


def take(session: Session, order_id: int, slot_id: int) -> bool:
    """Put an order into a slot in place of another, if there is room; its group-buy is held."""
    room = select(PickupSlot.id).where(PickupSlot.id == slot_id, PickupSlot.capacity > _inside())
    taken = session.scalar(
        update(Bill)
        .where(Bill.order_id == order_id, Bill.picked_up_at.is_(None), room.exists())
        .values(slot_id=slot_id)
        .returning(Bill.order_id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def _inside() -> ScalarSelect[int]:
    """How many orders are in a slot."""
    other = aliased(Bill)
    return (
        select(func.count())
        .select_from(other)
        .join(Order, Order.id == other.order_id)
        .where(other.slot_id == PickupSlot.id, Order.status.in_(LIVE))
        .correlate(PickupSlot)
        .scalar_subquery()
    )


def _at_place(slots: Iterable[Slot], bag: Bag) -> list[Slot]:
    """Those at the bag's own place, or else those of any place."""
    own = [slot for slot in slots if slot.place == bag.place]
    return own or [slot for slot in slots if not slot.place]


def _named(known: Sequence[str], said: str) -> str:
    """The slot that is meant: all of it, how it begins, or a part that only one has.

    Raises:
        NoSuchSlot: none, or more than one.
    """
    meant = said.strip("「」 ")
    every = list(dict.fromkeys(known))
    found = [at for at in every if meant in (at, spoken(at))]
    if meant and not found:
        begin = [at for at in every if meant in (spoken(at)[: len(meant)], _hours(at, meant))]
        found = begin or [at for at in every if meant in spoken(at)]
    if len(found) != 1:
        raise NoSuchSlot(said)
    return found[0]


def _hours(at: str, meant: str) -> str:
    """So much of a slot's hours as somebody wrote."""
    return at.rpartition(" ")[2][: len(meant)]
