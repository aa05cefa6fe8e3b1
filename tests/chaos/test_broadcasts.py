"""P7: a broadcast survives kill, pause, resume and cancel; each member is written to at most once.

The control queues messages whose names differ from run to run, and notes later
how far it came: it must be seen to send twice.
"""

from __future__ import annotations

import pytest

from tests.chaos.broadcasting import Broadcasting
from tests.chaos.pushes import FAULTS

LONG = [pytest.mark.slow, pytest.mark.timeout(1800)]
LONGEST = 2000
SIZES = [(200, 2, 40), pytest.param(LONGEST, 20, 1000, marks=LONG)]


@pytest.mark.parametrize(("count", "pauses", "slow_ms"), SIZES)
def test_a_broadcast_survives_kills_and_pauses(database, count, pauses, slow_ms):
    """P7; in the long form LINE is so slow that all the kills come before it is over."""
    story = Broadcasting(database, count, slow_ms=slow_ms, **FAULTS)

    def disturb(story):
        if not story.blocked:
            story.block()
        if story.paused < pauses:
            story.pause()

    story.run(disturb)

    ends = story.ends()
    assert ends.total() == count
    assert ends["sent"] + ends["skipped"] == count
    assert ends["sent"] == story.arrived
    assert ends["skipped"] > 0
    assert story.twice == 0
    assert story.killed > 2
    assert 0 < story.paused <= pauses
    if count == LONGEST:
        assert story.killed >= 100
        assert story.paused == pauses


@pytest.mark.parametrize("count", [200, *(pytest.param(LONGEST, marks=LONG) for _ in range(5))])
def test_a_broadcast_called_off_is_over_and_counts_everybody(database, count):
    """P7."""
    story = Broadcasting(database, count, slow_ms=60, **FAULTS)

    def disturb(story):
        if story.arrived_so_far() > count / 8 and not story.cancelled:
            story.cancel()

    story.run(disturb)

    ends = story.ends()
    assert story.cancelled
    assert ends["cancelled"] + ends["sent"] + ends["skipped"] == ends.total()
    assert ends.total() + story.unqueued == count
    assert ends["sent"] == story.arrived < count
    assert story.twice == 0


def test_without_fixed_names_a_killed_plan_is_sent_twice(database):
    """P7, the control: what it sends too often waits for its day, so it is not seen through."""
    story = Broadcasting(database, 200, **FAULTS)
    story.over = story.somebody_heard_twice

    story.run(lambda story: None, forgetful=True)

    story.ends()
    assert story.twice > 0
