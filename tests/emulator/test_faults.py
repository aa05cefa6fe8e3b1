"""Switching faults on and off."""

import pytest

from emulator.faults import Faults


def test_everything_works_at_first() -> None:
    assert not any(Faults().as_dict().values())


def test_a_switch_may_be_given_as_any_kind_of_number() -> None:
    faults = Faults()

    faults.set({"slow_ms": 80.0, "drop": True, "shuffle": 1, "fail_after": 0.2})

    assert (faults.slow_ms, faults.drop, faults.shuffle, faults.fail_after) == (80, 1.0, True, 0.2)


@pytest.mark.parametrize(
    "values", [{"rain": 1}, {"drop": "often"}, {"drop": 1.5}, {"slow_ms": -1}, {"drop": None}]
)
def test_a_wrong_switch_changes_nothing(values: dict[str, object]) -> None:
    faults = Faults()

    with pytest.raises(ValueError, match=r"。|："):
        faults.set({"slow_ms": 5, **values})

    assert faults == Faults()
