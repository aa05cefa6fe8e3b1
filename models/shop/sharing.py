"""Whole amounts shared out over lines so that they add up exactly."""

from __future__ import annotations

from collections.abc import Sequence


def share_out(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in whole parts proportional to the weights, none larger than its weight.

    The parts add up to `amount`, which must not be more than all weights together.
    What rounding leaves goes to the largest remainders, the first of equals first.

    Raises:
        ValueError: `amount` is below zero or above the sum of the weights.
    """
    whole = sum(weights)
    if not 0 <= amount <= whole:
        raise ValueError(f"cannot share out {amount} over {whole}")
    if not whole:
        return [0 for _ in weights]
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda at: (-(amount * weights[at] % whole), at)
    )
    for at in by_remainder[: amount - sum(parts)]:
        parts[at] += 1
    return parts
