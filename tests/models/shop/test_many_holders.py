"""A shortage in a large group-buy: each order is looked at a few times, not once for each."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any, ClassVar

from models.shop import supply_shortages
from models.shop.orders import Status

MANY = 200


class Bill:
    """An order of NT$450, two of each member; it counts who asks whose it is."""

    points, coupons, balance = 0, "[]", 450
    looked: ClassVar[Counter[int]] = Counter()

    def __init__(self, number: int) -> None:
        self.number = number
        self.order = SimpleNamespace(
            order_no=f"1-{number}", status=Status.PLACED, refunded=0, cash=450
        )

    @property
    def member_id(self) -> int:
        Bill.looked[self.number] += 1
        return self.number // 2


def test_each_order_is_looked_at_a_few_times() -> None:
    holders: Any = [(Bill(number), 3) for number in range(MANY)]

    states = supply_shortages._states(holders, holders)

    assert len(states) == MANY / 2
    assert states[7] == (("1-14", "1-15"), 0, 900, 0, 0, 6)
    assert max(Bill.looked.values()) <= 3
