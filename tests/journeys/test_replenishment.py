"""A household runs out of things."""

from datetime import timedelta

import pytest

from tests.shop import Phone, Shop, taipei

pytestmark = pytest.mark.campaigns("replenishment")

HEAD = "order_no,member,ordered_at,product,quantity,amount,status,days_of_supply\n"


def bought(shop: Shop, mei: Phone, *orders: str) -> None:
    rows = "".join(
        f"A{n},{mei.id},{day},尿布 L,1,899,picked_up,30\n" for n, day in enumerate(orders)
    )
    assert shop.imports("orders", HEAD + rows).committed


def mornings(shop: Shop, mei: Phone, days: int) -> list[int]:
    """The days on which 小美 is reminded."""
    heard = []
    for n in range(days):
        shop.clock.jump(taipei(2026, 11, 24, 10) + timedelta(days=n))
        shop.tick()
        shop.send()
        if "該補貨了嗎" in mei.hears():
            heard.append(n)
    return heard


def test_a_reminder_comes_three_days_before_it_runs_out_and_once(shop: Shop, mei: Phone):
    mei.follows()
    bought(shop, mei, "2026-11-04")  # lasts until 12/4

    assert mornings(shop, mei, 20) == [7]  # 12/1


def test_who_buys_more_often_is_reminded_earlier(shop: Shop, mei: Phone):
    mei.follows()
    bought(shop, mei, "2026-09-25", "2026-10-15", "2026-11-04")  # every 20 days: 26 of 30

    assert mornings(shop, mei, 20) == [3]  # (3*30 + 2*20) / 5 = 26 days: 11/30 less 3


def test_a_reorder_stops_the_reminder(shop: Shop, mei: Phone):
    mei.follows()
    bought(shop, mei, "2026-11-04", "2026-11-23")

    assert 7 not in mornings(shop, mei, 10)


def test_a_reorder_calls_off_what_still_waits(shop: Shop, mei: Phone):
    mei.follows()
    bought(shop, mei, "2026-10-27")
    shop.clock.jump(taipei(2026, 11, 24, 22))  # planned late, kept for the morning
    shop.tick()
    row = f"B1,{mei.id},2026-11-24,尿布 L,1,899,paid,30\n"
    assert shop.imports("orders", HEAD + row).committed

    shop.clock.jump(taipei(2026, 11, 25, 9))
    shop.send()

    assert "該補貨了嗎" not in mei.hears()


def test_without_a_reorder_it_comes_in_the_morning(shop: Shop, mei: Phone):
    mei.follows()
    bought(shop, mei, "2026-10-27")
    shop.clock.jump(taipei(2026, 11, 24, 22))
    shop.tick()

    shop.clock.jump(taipei(2026, 11, 25, 9))
    shop.send()

    assert "該補貨了嗎" in mei.hears()


def test_a_missed_day_is_caught_up(shop: Shop, mei: Phone):
    mei.follows()
    bought(shop, mei, "2026-10-20")  # 10/20 + 27 days: eight days ago

    assert mornings(shop, mei, 3) == [0]


def test_the_answer_is_taken_and_bends_the_next_estimate(shop: Shop, mei: Phone):
    mei.follows()
    bought(shop, mei, "2026-11-04")
    mornings(shop, mei, 8)

    assert "晚一點再提醒" in mei.taps("還有")
    assert "用完了" in mei.says("用完了 尿布")
    assert "#1" in mei.says("再買 尿布")


def test_who_never_bought_it_is_told_so(shop: Shop, mei: Phone):
    mei.follows()

    assert "找不到你買過「鳳梨」" in mei.says("用完了 鳳梨")
