"""What a group-buy offers, before it is a record: read from a line, a wizard or a template.

Everything here is plain data; money is whole TWD, times are aware.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

DEFAULT_UNIT = "份"


class Delivery(StrEnum):
    """How goods reach a member: at the pickup point, a convenience store, or home."""

    PICKUP = "pickup"
    STORE = "store"
    HOME = "home"


class Rung(NamedTuple):
    """From `quantity` shares of an item on, counted over everybody, one costs `price`."""

    quantity: int
    price: int


@dataclass(frozen=True)
class ItemTerms:
    """One thing on offer; `code` is the letter or number that people write for it.

    `options` are its axes with their values; `option_prices` the values that cost
    something else. `stock`, `limit` (for one member) and `case_size` count shares;
    None is no limit, no case. `ladder` ascends in quantity and descends in price.
    """

    code: str
    name: str
    price: int
    unit: str = DEFAULT_UNIT
    aliases: tuple[str, ...] = ()
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    option_aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    option_prices: tuple[tuple[str, int], ...] = ()
    ladder: tuple[Rung, ...] = ()
    stock: int | None = None
    case_size: int | None = None
    limit: int | None = None
    category: str = ""
    days_of_supply: int | None = None


@dataclass(frozen=True)
class GroupBuyTerms:
    """All of a group-buy.

    `minimum` is how many shares it takes to go ahead (成團). `opens_at` None is at
    once, `closes_at` None until it is closed by hand. `windows` opens it earlier or
    later by tier key. `tier` (a key) and `tag` say who may see it; empty is everybody.
    `fees` is what each way of delivery costs, free from `free_from` NT$ of goods on.
    `hold_minutes` is how long someone from the waiting list has to take what came
    free; 0 gives it to them without asking. `dropship`: the supplier sends it (代發).
    """

    title: str
    items: tuple[ItemTerms, ...]
    minimum: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    pickup: str = ""
    pickup_on: date | None = None
    tier: str = ""
    tag: str = ""
    windows: tuple[tuple[str, datetime], ...] = ()
    preorder: bool = False
    hold_minutes: int = 0
    dropship: bool = False
    fees: tuple[tuple[Delivery, int], ...] = field(default=((Delivery.PICKUP, 0),))
    free_from: int | None = None
    picture: str = ""
