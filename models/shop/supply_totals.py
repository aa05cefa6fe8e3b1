"""What a supplier is to bring, by item and option: ordered, waited for, arrived, missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.shop import allocation
from models.shop.bill_records import Wait, WaitState
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.orders import Order, OrderLine, Status
from models.shop.supply_records import SupplyCount

Kind = tuple[int, str]
"""An item's id and the chosen option; "" where there is none."""
NEEDED = (Status.PLACED, Status.PAID, Status.PICKED_UP)
OPEN = (Status.PLACED, Status.PAID)


class NothingToCallFor(Refusal):
    buttons = ("/開團中",)

    def __init__(self) -> None:
        super().__init__(N_("沒有已結單、等叫貨的團；還沒結單的可以用「/叫貨 團號」先看數量。"))


@dataclass(frozen=True)
class SupplyLine:
    """One kind of goods; `held` of the `ordered` are not handed over yet."""

    item: Item
    option: str
    ordered: int
    held: int
    waiting: int
    arrived: int

    @property
    def kind(self) -> Kind:
        return self.item.id, self.option

    @property
    def name(self) -> str:
        """What people call it: 「珍珠奶茶 半糖/去冰」."""
        return f"{self.item.name} {self.option}".strip()

    @property
    def missing(self) -> int:
        """Shares that are ordered and have not come; below zero, too many came."""
        return self.ordered - self.arrived


@dataclass(frozen=True)
class Cases:
    """An item that comes in cases: how many are full, what is missing for the next."""

    item: Item
    full: int
    missing: int


def lines(session: Session, group_buy: GroupBuy) -> list[SupplyLine]:
    """Every kind of a group-buy that anybody ordered, waits for or counted, item by item."""
    ordered = _sums(session, group_buy, NEEDED)
    held = _sums(session, group_buy, OPEN)
    waiting = _kinds(
        session.execute(
            select(Wait.item_id, Wait.option, func.sum(Wait.quantity))
            .where(
                Wait.group_buy_id == group_buy.id,
                Wait.state.in_((WaitState.WAITING, WaitState.OFFERED)),
            )
            .group_by(Wait.item_id, Wait.option)
        ).all()
    )
    counted = arrived(session, group_buy.id)
    found = []
    for item in group_buy.items:
        kinds = {kind for kind in (*ordered, *waiting, *counted) if kind[0] == item.id}
        for kind in sorted(kinds or {(item.id, "")}):
            sums = (each.get(kind, 0) for each in (ordered, held, waiting, counted))
            found.append(SupplyLine(item, kind[1], *sums))
    return found


def arrived(session: Session, number: int) -> dict[Kind, int]:
    """What was counted of a group-buy so far."""
    query = select(SupplyCount.item_id, SupplyCount.option, func.sum(SupplyCount.quantity))
    rows = session.execute(
        query.where(SupplyCount.group_buy_id == number).group_by(
            SupplyCount.item_id, SupplyCount.option
        )
    )
    return _kinds(rows.all())


def cases(found: Sequence[SupplyLine]) -> list[Cases]:
    """The items of these lines that come in cases."""
    items = {line.item.id: line.item for line in found if line.item.case_size}
    wanted = {id_: sum(each.ordered for each in found if each.item.id == id_) for id_ in items}
    return [
        Cases(
            item,
            wanted[item.id] // (item.case_size or 1),
            allocation.missing_for_case(wanted[item.id], item.case_size),
        )
        for item in items.values()
    ]


def to_call_for(session: Session) -> Sequence[GroupBuy]:
    """The group-buys that are closed and have not arrived, the oldest first.

    Raises:
        NothingToCallFor: there are none.
    """
    query = select(GroupBuy).where(GroupBuy.stage == Stage.CLOSED).order_by(GroupBuy.id)
    found = session.scalars(query).all()
    if not found:
        raise NothingToCallFor
    return found


def _sums(session: Session, group_buy: GroupBuy, statuses: Sequence[Status]) -> dict[Kind, int]:
    query = (
        select(OrderLine.item_id, OrderLine.option, func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.item_id.in_([item.id for item in group_buy.items]))
        .where(Order.status.in_(statuses))
        .group_by(OrderLine.item_id, OrderLine.option)
    )
    return _kinds(session.execute(query).all())


def _kinds(rows: Sequence[tuple[int | None, str, int]]) -> dict[Kind, int]:
    return {(item_id or 0, option): int(quantity) for item_id, option, quantity in rows}
