"""Members who all choose the same slot at once, and a shop that looks first."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.base import Refusal
from models.shop import pickup_slots
from models.shop.bill_records import Bill
from models.shop.group_buys import Stage
from models.shop.pickup_slot_records import PickupSlot
from tests.chaos.rush import Meet, patiently, shop
from tests.chaos.shop_rush import NOW, RULES
from tests.models.shop.offers import Counter as Calling
from tests.models.shop.offers import member, opened

AT = "18:00-19:00"


def prepare(session: Session, capacity: int, members: int) -> list[tuple[int, int]]:
    """Orders that have arrived, each with its member, and a slot for fewer of them."""
    offer = opened(session, NOW, pickup="管理室")
    calling = Calling(session, offer, RULES, NOW)
    made = []
    for number in range(members):
        who = member(session, f"小{number}", NOW)
        bill = calling.call(who, 1).bill
        assert bill is not None
        made.append((who.id, bill.order_id))
    pickup_slots.offer(session, offer.id, "", {AT: capacity})
    offer.stage, offer.arrived_at = Stage.ARRIVED, NOW
    return made


def choose(
    number: int,
    meet: Meet,
    url: str,
    secret: str,
    crowd: int,
    waiting: list[tuple[int, int]],
    careless: bool,
) -> Counter[str]:
    """One's part of the members, who all want the slot; how many of them were answered how."""
    sessions = shop(url, secret)
    act = _look_and_take if careless else _choose
    answers: Counter[str] = Counter()
    meet()
    for member_id, order_id in waiting[number::crowd]:
        answers[patiently(sessions, partial(act, member_id, order_id))] += 1
    return answers


def _choose(member_id: int, _order_id: int, session: Session) -> str:
    try:
        pickup_slots.choose(session, member_id, AT, now=NOW, terms=RULES.shop)
    except Refusal as refused:
        session.rollback()
        return type(refused).__name__
    session.commit()
    return "chosen"


def _look_and_take(_member_id: int, order_id: int, session: Session) -> str:
    """The control: see how many are in it, and later write down that one more is."""
    slot = session.scalars(select(PickupSlot)).one()
    inside = session.scalar(select(func.count()).where(Bill.slot_id == slot.id)) or 0
    slot_id, left = slot.id, slot.capacity - inside
    session.commit()
    if left < 1:
        return "SlotFull"
    time.sleep(0.05)  # what a busy machine puts between the look and the deed
    session.execute(update(Bill).where(Bill.order_id == order_id).values(slot_id=slot_id))
    session.commit()
    return "chosen"
