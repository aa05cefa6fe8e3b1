"""Which function answers which of LINE's paths.

An endpoint is one decorated function; its `name` is LINE's name of the operation, by
which rate limits are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from bot.line import Response
from emulator.calls import Call
from emulator.courier import Courier

Handler: TypeAlias = Callable[[Courier, Call], Response]


class Operation(NamedTuple):
    """`data`: on LINE's data host. `retry`: takes a retry key. `calls_back`: brings a webhook."""

    name: str
    parts: tuple[str, ...]
    handler: Handler
    data: bool
    retry: bool
    calls_back: bool


FIXED: dict[tuple[str, str], Operation] = {}
VARIABLE: defaultdict[tuple[str, int], list[Operation]] = defaultdict(list)


def endpoint(
    method: str,
    template: str,
    name: str,
    *,
    data: bool = False,
    retry: bool = False,
    calls_back: bool = False,
) -> Callable[[Handler], Handler]:
    """Answer a path such as `/v2/bot/profile/{userId}` with the decorated function."""

    def register(handler: Handler) -> Handler:
        parts = tuple(template.split("/"))
        operation = Operation(name, parts, handler, data, retry, calls_back)
        if "{" in template:
            rivals = VARIABLE[method, len(parts)]
            rivals.append(operation)
            # /user/all/richmenu/{id} is looked at before /user/{userId}/richmenu/{id}
            rivals.sort(key=lambda each: sum(part.startswith("{") for part in each.parts))
        else:
            FIXED[method, template] = operation
        return handler

    return register


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation of a path, and what stands in the path's variable parts."""
    if operation := FIXED.get((method, path)):
        return operation, {}
    parts = path.split("/")
    for operation in VARIABLE.get((method, len(parts)), ()):
        arguments = match(operation.parts, parts)
        if arguments is not None:
            return operation, arguments
    return None


def match(template: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    arguments: dict[str, str] = {}
    for wanted, part in zip(template, parts, strict=True):
        if wanted.startswith("{"):
            arguments[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return arguments
