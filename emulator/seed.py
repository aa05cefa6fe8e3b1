"""The demo's shop: members and a year of orders, the same ones on every run.

They are written as the two plain spreadsheets and taken in by the importer,
so that the demo stands on nothing that a real shop does not have.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from emulator.stock import PRODUCTS, Product
from models.base import TAIPEI

MEMBERS = 280
FRIENDS_OF_FIVE = 2
YEAR = 365
SEED = 20260101
SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周"
# two characters each
GIVEN = (
    "怡君淑芬雅婷美玲佳穎心怡宜蓁惠雯詩涵筱婷淑惠麗華"
    "秀英玉珍雅雯志明家豪俊傑建宏冠宇宗翰承恩柏翰國華"
)


@dataclass(frozen=True)
class Customer:
    """A member and their habits: `pace` orders a month on average, a few favourite products."""

    number: int
    name: str
    birthday: date
    joined_on: date
    consents: bool
    pace: float
    favourites: tuple[Product, ...]

    @property
    def external_id(self) -> str:
        return f"M{self.number:04}"

    @property
    def line_user_id(self) -> str:
        """Empty for those who have not found the shop on LINE yet."""
        if self.number % 5 >= FRIENDS_OF_FIVE:
            return ""
        return "U" + hashlib.sha256(self.external_id.encode()).hexdigest()[:32]

    @property
    def phone(self) -> str:
        return f"09{self.number * 37_813 % 100_000_000:08}"


def customers(today: date) -> list[Customer]:
    """The members, with most of the trade on a fifth of them."""
    chance = Random(SEED)  # noqa: S311 - the same shop every time
    return [_customer(number, today, chance) for number in range(1, MEMBERS + 1)]


def members_csv(today: date) -> str:
    """The members as a spreadsheet."""
    rows: Iterator[dict[str, object]] = (
        {
            "line_user_id": each.line_user_id,
            "external_id": each.external_id,
            "name": each.name,
            "phone": each.phone,
            "birthday": each.birthday.isoformat(),
            "joined_on": each.joined_on.isoformat(),
            "tags": ";".join(sorted({product.category for product in each.favourites[:2]})),
            "consent": "Y" if each.consents else "N",
        }
        for each in customers(today)
    )
    return _written(rows)


def orders_csv(today: date) -> str:
    """A year of their orders as a spreadsheet, one line for each product, by time."""
    chance = Random(SEED + 1)  # noqa: S311
    placed = sorted(
        (order for each in customers(today) for order in _orders(each, today, chance)),
        key=lambda order: (order[0], order[1].number),
    )
    return _written(
        row
        for number, (at, customer, products, status) in enumerate(placed, start=1)
        for row in _lines(number, at, customer, products, status)
    )


def _customer(number: int, today: date, chance: Random) -> Customer:
    name = chance.choice(SURNAMES) + _given(chance)
    born = date(1955, 1, 1) + timedelta(days=chance.randrange(45 * 365))
    # the shop's first year brought half of its members, the rest came since
    joined = today - timedelta(days=int(chance.triangular(10, 800, 420)))
    pace = min(chance.paretovariate(1.35) * 0.4, 6.0)
    count = chance.randint(3, 7)
    favourites = chance.choices(PRODUCTS, [product.weight for product in PRODUCTS], k=count)
    unique = tuple(dict.fromkeys(favourites))
    return Customer(number, name, born, joined, chance.random() < 0.85, pace, unique)


def _given(chance: Random) -> str:
    at = chance.randrange(0, len(GIVEN), 2)
    return GIVEN[at : at + 2]


def _orders(
    customer: Customer, today: date, chance: Random
) -> Iterator[tuple[datetime, Customer, list[tuple[Product, int]], str]]:
    day = max(customer.joined_on, today - timedelta(days=YEAR))
    while True:
        day += timedelta(days=1 + int(chance.expovariate(customer.pace / 30)))
        if day >= today:
            return
        hour, minute = chance.choice((8, 12, 12, 20, 21, 22)), chance.randrange(60)
        at = datetime.combine(day, time(hour, minute), TAIPEI)
        usual = customer.favourites if chance.random() < 0.75 else PRODUCTS
        chosen = chance.sample(usual, k=min(len(usual), chance.choice((1, 1, 1, 2, 2, 3))))
        yield (
            at,
            customer,
            [(product, chance.choice((1, 1, 1, 2))) for product in chosen],
            _status(today - day, chance),
        )


def _status(age: timedelta, chance: Random) -> str:
    if age.days < 4:
        return "paid"
    return chance.choices(("picked_up", "refunded", "cancelled"), (96, 2, 2))[0]


def _lines(
    number: int,
    at: datetime,
    customer: Customer,
    products: list[tuple[Product, int]],
    status: str,
) -> Iterator[dict[str, object]]:
    for product, quantity in products:
        yield {
            "order_no": f"G{number:05}",
            "member": customer.external_id,
            "ordered_at": at.isoformat(timespec="minutes"),
            "product": product.name,
            "quantity": quantity,
            "amount": product.price * quantity,
            "status": status,
            "days_of_supply": product.days or "",
        }


def _written(rows: Iterable[dict[str, object]]) -> str:
    listed = list(rows)
    file = io.StringIO()
    writer = csv.DictWriter(file, listed[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return file.getvalue()
