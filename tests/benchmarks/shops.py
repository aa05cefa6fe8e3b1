"""The two shops that figures are compared in: a small one, and one a thousand times as large.

The large one takes minutes to make; `BENCHMARK_SHOP` names the database of one
that was made before with `python -m tests.benchmarks.shop_data`.
"""

from __future__ import annotations

import os

from tests.benchmarks import shop_data
from tests.benchmarks.frame import Bench

SMALL = (1_000, 5_000)
LARGE = (1_000_000, 5_000_000)


def small(bench: Bench) -> str:
    """The url of a shop of a thousand members."""
    return _shop(bench, *(SMALL if not bench.short else (100, 500)))


def large(bench: Bench) -> str:
    """The url of a shop of a million members and five million orders."""
    if bench.short:
        return _shop(bench, 300, 1_500)
    return os.environ.get("BENCHMARK_SHOP") or _shop(bench, *LARGE)


def _shop(bench: Bench, members: int, orders: int) -> str:
    def fill(url: str) -> None:
        shop_data.fill(url, members=members, orders=orders, log=bench.say)

    return bench.shared(f"a shop of {members}", fill)
