"""Goods counted on arrival: several counts of one group-buy add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.shop import group_buys, supply_totals
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.supply_records import SupplyCount
from models.shop.supply_totals import Kind

COMING = (Stage.CLOSED, Stage.ARRIVED)


class FewerThanNone(Refusal):
    def __init__(self, name: str, arrived: int) -> None:
        super().__init__(
            N_("「{name}」目前只點了 {arrived} 份，不能再減這麼多。"), name=name, arrived=arrived
        )


def held(session: Session, number: int) -> GroupBuy:
    """A group-buy whose goods are on their way or there, held.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it takes orders still, or is over.
    """
    group_buy = group_buys.hold(session, number)
    if group_buy.stage not in COMING:
        raise group_buys.WrongStage(group_buy)
    return group_buy


def count(
    session: Session,
    number: int,
    counted: Sequence[tuple[Kind, int]],
    *,
    by: str,
    now: datetime,
) -> GroupBuy:
    """Write down what came; a number below zero corrects an earlier count.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none that could arrive.
        FewerThanNone: more is taken back than was counted.
    """
    group_buy = held(session, number)
    for (item_id, option), quantity in counted:
        if quantity:
            row = SupplyCount(group_buy_id=number, item_id=item_id, option=option)
            row.quantity, row.counted_at, row.counted_by = quantity, now, by
            session.add(row)
    session.flush()
    arrived = supply_totals.arrived(session, number)
    for (item_id, option), quantity in counted:
        after = arrived.get((item_id, option), 0)
        if after < 0:
            item = next(item for item in group_buy.items if item.id == item_id)
            raise FewerThanNone(f"{item.name} {option}".strip(), after - quantity)
    return group_buy


def coming(session: Session) -> Sequence[GroupBuy]:
    """The group-buys whose goods are on their way; if there are none, those that are there."""
    query = select(GroupBuy).order_by(GroupBuy.id)
    for stage in COMING:
        found = session.scalars(query.where(GroupBuy.stage == stage)).all()
        if found:
            return found
    return []
