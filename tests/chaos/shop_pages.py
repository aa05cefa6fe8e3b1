"""The pages of a shop kept in a notebook: lines, orders, waits, items, offers, members."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False)
class Line:
    item: str
    quantity: int
    at: int
    amount: int = 0


@dataclass(eq=False)
class Order:
    """`cash` is what the goods cost when it was last priced; `pending` points are not hers yet."""

    member: int
    number: str
    status: str = "placed"
    lines: list[Line] = field(default_factory=list)
    coupon: bool = False
    points: int = 0
    returned: int = 0
    cash: int = 0
    pay: int = 100
    paid: int = 0
    refunded: int = 0
    earned: int = 0
    taken_back: int = 0
    pending: int = 0
    locked: bool = False


@dataclass(eq=False)
class Wait:
    member: int
    item: str
    quantity: int


@dataclass(eq=False)
class Item:
    price: int
    stock: int | None = None
    case: int | None = None
    rungs: tuple[tuple[int, int], ...] = ()
    supply: int | None = None
    taken: int = 0

    def take(self, quantity: int) -> bool:
        caps = [cap for cap in (self.stock, self.supply) if cap is not None]
        if any(self.taken + quantity > cap for cap in caps):
            return False
        self.taken += quantity
        return True


@dataclass(eq=False)
class Offer:
    number: int
    items: dict[str, Item]
    stage: str = "open"
    orders: list[Order] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)


@dataclass
class Member:
    available: int = 0
    owed: int = 0
    coupons: int = 0

    def credit(self, points: int) -> None:
        """Points come in; what is owed is claimed from them first."""
        claimed = min(points, self.owed)
        self.owed -= claimed
        self.available += points - claimed


def less(amounts: list[int], off: int) -> list[int]:
    """`off` taken from the amounts in proportion, the largest remainders first."""
    whole = sum(amounts)
    if not whole:
        return amounts
    exact = [(off * amount / whole, at) for at, amount in enumerate(amounts)]
    parts = [int(part + 1e-9) for part, _ in exact]
    rest = sorted(range(len(amounts)), key=lambda at: (-(off * amounts[at] % whole), at))
    for at in rest[: off - sum(parts)]:
        parts[at] += 1
    return [amount - part for amount, part in zip(amounts, parts, strict=True)]
