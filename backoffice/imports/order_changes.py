"""An order of the file against the same order in the shop: said again, moved on, or contradicted.

An order that is there may only be said again or move on to a later state;
anything else that differs is rejected, because points and tiers were made of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from backoffice.imports.known_orders import Known
from backoffice.imports.rows import Verdicts
from models.base import N_
from models.shop.orders import Status, follows
from models.shop.settlement import Step


class Line(NamedTuple):
    """One row of the file."""

    row: int
    product: str
    quantity: int
    amount: int
    days_of_supply: int | None


@dataclass
class Draft:
    """The rows of one order number; they agree on everything but the lines."""

    order_no: str
    member_id: int
    ordered_at: datetime
    status: Status
    lines: list[Line] = field(default_factory=list)

    @property
    def rows(self) -> list[int]:
        return [line.row for line in self.lines]

    @property
    def cash(self) -> int:
        return sum(line.amount for line in self.lines)


def judge(draft: Draft, known: Known, verdicts: Verdicts) -> Iterator[Step]:
    """Compare an order with what is there; a step if it moves the order on."""
    for column, said, there in (
        ("member", draft.member_id, known.member_id),
        ("ordered_at", draft.ordered_at, known.ordered_at),
    ):
        if said != there:
            for row in draft.rows:
                verdicts.reject(
                    row,
                    column,
                    N_("訂單 {order_no} 已經匯入過，這一格和原來的不同，不能更改。"),
                    order_no=draft.order_no,
                )
    _judge_lines(draft, known, verdicts)
    if draft.status == known.status:
        verdicts.keep(draft.rows)
    elif follows(draft.status, known.status):
        verdicts.accept(draft.rows)
        yield known.step(draft.status)
    else:
        for row in draft.rows:
            verdicts.reject(
                row,
                "status",
                N_("訂單 {order_no} 已經是 {there}，不能改回 {said}。"),
                order_no=draft.order_no,
                there=known.status,
                said=draft.status,
            )


def _judge_lines(draft: Draft, known: Known, verdicts: Verdicts) -> None:
    left = Counter(known.lines)
    for line in draft.lines:
        said = (line.product, line.quantity, line.amount, line.days_of_supply)
        same = [
            there
            for there in left
            if left[there] and there[:3] == said[:3] and said[3] in {None, there[3]}
        ]
        if same:
            left[same[0]] -= 1
            continue
        verdicts.reject(
            line.row,
            _differing(said, known),
            N_("訂單 {order_no} 已經匯入過，這一列和原來的內容不同，不能更改。"),
            order_no=draft.order_no,
        )


def _differing(said: Sequence[object], known: Known) -> str:
    """The first column in which no line of the order is like this one."""
    columns = ("product", "quantity", "amount", "days_of_supply")
    for index, column in enumerate(columns):
        if not any(there[: index + 1] == said[: index + 1] for there in known.lines):
            return column
    return "product"
