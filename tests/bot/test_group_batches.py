"""What happens in groups and in 1:1, many events in one transaction."""

from __future__ import annotations

import pytest

from bot import worker
from tests.bot.calls import bring, said
from tests.journeys.test_group_chat import group, mango, opened, taken
from tests.shop import Group, Phone, Shop

__all__ = ["group", "mango"]


@pytest.fixture(autouse=True)
def _in_peace(monkeypatch) -> None:
    """A busy machine must not cut batches short here."""
    monkeypatch.setattr(worker, "LONGEST", dict.fromkeys(worker.LONGEST, 600.0))


def drains(shop: Shop) -> list[int]:
    """How many events each transaction handled."""
    found = []
    while done := shop.worker.drain():
        found.append(done)
    shop.settle()
    return found


def test_an_order_ends_its_transaction_so_that_nobody_waits_for_two(
    shop: Shop, group: Group, mango: int, mei: Phone, lin: Phone, boss: Phone
):
    eggs = opened(shop)
    boss.says_in(group, f"/貼團 {eggs}")
    place = {"type": "group", "groupId": group.id}
    by = [place | {"userId": each.id} for each in (mei, lin, boss)]

    bring(shop, *(said("早安", shop.clock(), source=each) for each in by))
    assert drains(shop) == [3]

    numbers = (mango, eggs, mango)
    calls = zip(numbers, by, strict=True)
    bring(shop, *(said(f"{n} +1", shop.clock(), source=each) for n, each in calls))
    assert drains(shop) == [1, 1, 1]


def test_who_orders_in_a_group_sees_it_in_private_at_once(
    shop: Shop, group: Group, mango: int, mei: Phone
):
    """Though both came in one webhook, and 1:1 is read ahead for all of it."""
    mei.hears()
    with shop.platform.batch():
        shop.platform.say(mei.id, "+2", group=group.id)
        shop.platform.say(mei.id, "我的訂單")
    shop.settle()

    assert taken(shop) == 2
    assert "愛文芒果" in mei.hears()
