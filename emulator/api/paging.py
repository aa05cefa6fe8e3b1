"""Long lists, a page at a time, by a continuation token."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from emulator.calls import Call, bad_parameter


def page(call: Call, items: Sequence[Any], name: str, limit: int) -> dict[str, Any]:
    """The items from `start` on, under `name`, with `next` if there are more.

    Raises:
        Refused: `start` is no token of ours.
    """
    start = opened(call.parameter("start"))
    found: dict[str, Any] = {name: list(items[start : start + limit])}
    if start + limit < len(items):
        found["next"] = base64.urlsafe_b64encode(f"from:{start + limit}".encode()).decode()
    return found


def opened(token: str | None) -> int:
    if not token:
        return 0
    try:
        word, _, position = base64.urlsafe_b64decode(token).decode().partition(":")
        if word != "from" or not position.isdecimal():
            raise ValueError
        return int(position)
    except ValueError:
        raise bad_parameter("start") from None
