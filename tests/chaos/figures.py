"""What a chaos test found, in one line: how much happened, what went wrong, what was lost."""

from __future__ import annotations


def tell(promise: str, **counts: object) -> None:
    """Print the figures of one run; docs/promises.md keeps the last ones."""
    print(promise, *(f"{name}={count}" for name, count in counts.items()))
