"""An item's options changed while it is on sale: added always, taken away if nobody has them.

The group-buy is held. A new name goes to every order, wait and message that has the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.shop.bill_records import Call, Wait, WaitState
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.opening_items import AXIS, LONGEST_VALUE, MANY_VALUES, MOST_VALUES, BadTerms
from models.shop.option_words import Act, Edit
from models.shop.orders import Order, OrderLine, Status
from models.shop.supply_records import Shortage, SupplyCount

ACTIVE = (WaitState.WAITING, WaitState.OFFERED)
Axes = list[tuple[str, list[str]]]


class NoSuchOption(Refusal):
    def __init__(self, item: Item, value: str) -> None:
        known = "、".join(value for _axis, values in axes_of(item) for value in values)
        super().__init__(
            N_("「{name}」沒有「{value}」這個選項，現在有：{known}。"),
            name=item.name,
            value=value[:40],
            known=known or "—",
        )


class OptionExists(Refusal):
    def __init__(self, item: Item, value: str) -> None:
        super().__init__(
            N_("「{name}」已經有「{value}」了，請換一個名稱。"), name=item.name, value=value[:40]
        )


class WhichAxis(Refusal):
    def __init__(self, item: Item, value: str) -> None:
        axes = [axis for axis, _values in axes_of(item)]
        super().__init__(
            N_("「{value}」要加在哪一項？這個商品有 {axes}，請寫：加 {axis}:{value}"),
            value=value[:40],
            axes="、".join(axes),
            axis=axes[0],
        )


class OptionOrdered(Refusal):
    def __init__(self, item: Item, value: str, count: int) -> None:
        super().__init__(
            N_(
                "「{name}」的「{value}」已經有人訂了 {count} 份，不能刪除；請先看 /訂單 {number} "
                "請他們改訂，到不了貨請用 /缺貨。"
            ),
            name=item.name,
            value=value[:40],
            count=count,
            number=item.group_buy_id,
        )
        self.count, self.number = count, item.group_buy_id

    def leads(self, words: str) -> list[tuple[str, str]]:
        seen = f"/訂單 {self.number}"
        return [(seen, seen)]


class AxisOrdered(Refusal):
    def __init__(self, item: Item, axis: str) -> None:
        super().__init__(
            N_(
                "「{name}」已經有人訂了，不能再加「{axis}」要大家選；請另加一樣商品，"
                "例如：/改團 {number} 加商品 {name}（新） {price}"
            ),
            name=item.name,
            axis=axis,
            number=item.group_buy_id,
            price=item.price,
        )


def axes_of(item: Item) -> Axes:
    """The options of an item: each axis with its values."""
    return [(axis, list(values)) for axis, values in orjson.loads(item.options)]


def make(session: Session, group_buy: GroupBuy, item: Item, edit: Edit) -> Edit:
    """Change an item's options; what takes it back.

    Raises:
        NoSuchOption, OptionExists: there is none, or there is one already.
        WhichAxis: there are several it could be added to.
        OptionOrdered, AxisOrdered: who ordered already stands in the way.
        BadTerms: they become too many.
    """
    if edit.act is Act.ADD:
        return _add(session, item, edit)
    for value in edit.values[: 1 if edit.act is Act.RENAME else None]:
        if not any(value in values for _axis, values in axes_of(item)):
            raise NoSuchOption(item, value)
    if edit.act is Act.DROP:
        return _drop(session, item, edit)
    return _rename(session, group_buy, item, *edit.values)


def _add(session: Session, item: Item, edit: Edit) -> Edit:
    axes = axes_of(item)
    for value in edit.values:
        if any(value in values for _axis, values in axes):
            raise OptionExists(item, value)
    axis = edit.axis or (axes[0][0] if axes else AXIS)
    if not edit.axis and len(axes) > 1:
        raise WhichAxis(item, edit.values[0])
    if axis not in [name for name, _values in axes]:
        if _ordered(session, item, None):
            raise AxisOrdered(item, axis)
        axes.append((axis, []))
    values = next(values for name, values in axes if name == axis)
    if len(values) + len(edit.values) > MOST_VALUES:
        raise BadTerms(MANY_VALUES, axis=axis, most=MOST_VALUES, longest=LONGEST_VALUE)
    at = len(values) if edit.at is None else edit.at
    values[at:at] = edit.values
    prices = orjson.loads(item.option_prices)
    if edit.price is not None:
        prices += [[value, edit.price] for value in edit.values]
    _keep(item, axes, prices, orjson.loads(item.option_aliases))
    return Edit(Act.DROP, edit.values)


def _drop(session: Session, item: Item, edit: Edit) -> Edit:
    axes = axes_of(item)
    for value in edit.values:
        if count := _ordered(session, item, value):
            raise OptionOrdered(item, value, count)
    axis, values = next(each for each in axes if edit.values[0] in each[1])
    at, gone = values.index(edit.values[0]), set(edit.values)
    prices = orjson.loads(item.option_prices)
    price = next((price for value, price in prices if value == edit.values[0]), None)
    kept = [(name, [v for v in each if v not in gone]) for name, each in axes]
    _keep(
        item,
        [(name, each) for name, each in kept if each],
        [each for each in prices if each[0] not in gone],
        [each for each in orjson.loads(item.option_aliases) if each[0] not in gone],
    )
    return Edit(Act.ADD, edit.values, axis, price, at)


def _rename(session: Session, group_buy: GroupBuy, item: Item, old: str, new: str) -> Edit:
    axes = axes_of(item)
    if any(new in values for _axis, values in axes):
        raise OptionExists(item, new)
    _keep(
        item,
        [(axis, _named(values, old, new)) for axis, values in axes],
        [[new if value == old else value, price] for value, price in _load(item.option_prices)],
        [[new if value == old else value, also] for value, also in _load(item.option_aliases)],
    )
    for record in (OrderLine, Wait, SupplyCount, Shortage):
        had = select(record.option).where(record.item_id == item.id).distinct()
        for option in [each for each in session.scalars(had) if old in each.split("/")]:
            session.execute(
                update(record)
                .where(record.item_id == item.id, record.option == option)
                .values(option="/".join(_named(option.split("/"), old, new)))
                .execution_options(synchronize_session="fetch")
            )
    _rename_calls(session, group_buy, item, old, new)
    return Edit(Act.RENAME, (new, old))


def _rename_calls(session: Session, group_buy: GroupBuy, item: Item, old: str, new: str) -> None:
    """What messages did is kept too, so that they can still be edited or unsent."""
    says_it = Call.lines.contains(old, autoescape=True)
    for call in session.scalars(select(Call).where(Call.group_buy_id == group_buy.id, says_it)):
        lines = orjson.loads(call.lines)
        for line in lines:
            if line[0] == item.id:
                line[1] = "/".join(_named(line[1].split("/"), old, new))
        call.lines = orjson.dumps(lines).decode()


def _ordered(session: Session, item: Item, value: str | None) -> int:
    """How many shares with this value are ordered or waited for; of any, if it is None."""
    ordered = (
        select(OrderLine.option, func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.item_id == item.id, Order.status != Status.CANCELLED)
        .group_by(OrderLine.option)
    )
    waited = (
        select(Wait.option, func.sum(Wait.quantity))
        .where(Wait.item_id == item.id, Wait.state.in_(ACTIVE))
        .group_by(Wait.option)
    )
    rows = [*session.execute(ordered), *session.execute(waited)]
    return sum(int(count) for option, count in rows if value is None or value in option.split("/"))


def _named(values: Sequence[str], old: str, new: str) -> list[str]:
    return [new if value == old else value for value in values]


def _keep(item: Item, axes: Axes, prices: list[Any], aliases: list[Any]) -> None:
    item.options = orjson.dumps(axes).decode()
    item.option_prices = orjson.dumps(prices).decode()
    item.option_aliases = orjson.dumps(aliases).decode()


def _load(written: str) -> list[Any]:
    found: list[Any] = orjson.loads(written)
    return found
