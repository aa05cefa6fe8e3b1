"""The doorstep list of a large group-buy is not looked through again for every card of it."""

from __future__ import annotations

from typing import Any

from models.shop.doorsteps import Place


class Bag:
    looked = 0

    @property
    def is_done(self) -> bool:
        Bag.looked += 1
        return True


def test_what_was_handed_out_is_counted_once_for_all_cards() -> None:
    bags: Any = tuple(Bag() for _ in range(50))
    place = Place("管理室", bags)

    assert {place.done for _card in range(10)} == {50}
    assert Bag.looked == 50
