"""What threads do for the first time at once is done once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest

from bot import metrics

THREADS, ROUNDS = 8, 60
CACHES = (metrics._counter, metrics._counters, metrics._registry)
CACHES += (metrics._histogram, metrics._histograms)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads take turns as often as they can; whatever was counted here is forgotten."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)
    forget()


def forget() -> None:
    for cached in CACHES:
        cached.cache_clear()


def counted_at_once() -> int:
    """How often one of many threads that count for the first time fails."""
    failed = 0
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(ROUNDS):
            forget()
            barrier = threading.Barrier(THREADS)

            def count(_: int, barrier: threading.Barrier = barrier) -> bool:
                barrier.wait()
                try:
                    metrics.count("line_answers", call="push", status="200")
                except ValueError:
                    return True
                return False

            failed += sum(pool.map(count, range(THREADS)))
    return failed


@pytest.mark.usefixtures("hurried")
def test_threads_that_count_for_the_first_time_do_not_disturb_each_other():
    assert counted_at_once() == 0


@pytest.mark.usefixtures("hurried")
def test_without_a_lock_they_do(monkeypatch: pytest.MonkeyPatch):
    """The control."""
    monkeypatch.setattr(metrics, "_making", nullcontext())

    assert counted_at_once() > 0
