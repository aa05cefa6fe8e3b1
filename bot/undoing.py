"""Acts that can be undone: remembered when they are done, reversed by /復原 within a day.

What reverses an act is registered beside it with `undoes`; the act calls
`remember` with what its reversal needs to know.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from bot.context import Context, Reply
from models.people import acts
from models.people.acts import DoneAct, NothingToUndo
from models.people.roles import Role


class Undo(NamedTuple):
    """What reverses an act, and who may; `at_once` where there is no time to ask back.

    `too_late` says of an act, as it was remembered, whether nothing of it is left to reverse.
    """

    function: Callable[..., Reply]
    role: Role
    at_once: bool = False
    too_late: Callable[..., bool] | None = None


UNDOING: dict[str, Undo] = {}


def undoes(
    action: str,
    *,
    role: Role = Role.ORGANISER,
    at_once: bool = False,
    too_late: Callable[..., bool] | None = None,
) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Register what reverses `action`; it takes the context and what was remembered.

    Raises:
        ValueError: the action has a reversal already, or the role is a member's.
    """

    def register(function: Callable[..., Reply]) -> Callable[..., Reply]:
        if action in UNDOING or role is Role.MEMBER:
            raise ValueError(f"{action!r} is registered twice, or for members")
        UNDOING[action] = Undo(function, role, at_once, too_late)
        return function

    return register


def remember(ctx: Context, action: str, *, said: str, **data: Any) -> None:
    """Keep what was just done, so that /復原 finds it; `said` tells it in a few words.

    Raises:
        KeyError: nothing reverses this action.
        TypeError: its reversal does not take this data.
    """
    inspect.signature(UNDOING[action].function).bind(ctx, **data)
    acts.remember(ctx.session, ctx.person, action, data, said=said, now=ctx.now)


def last(ctx: Context) -> DoneAct:
    """What whoever speaks did last of which something is left; without any, the last.

    Raises:
        NothingToUndo: nothing within a day.
    """
    done = acts.lately(ctx.session, ctx.person, now=ctx.now)
    return next((each for each in done if not _too_late(ctx, each)), done[0])


def undo(ctx: Context, number: int, *, actor: str) -> Reply:
    """Reverse what `actor` did, once.

    Raises:
        NothingToUndo: it was undone, is a day old, or may not be undone by whoever speaks.
    """
    done = acts.undo(ctx.session, number, actor, now=ctx.now)
    found = UNDOING.get(done.action)
    if found is None or not ctx.role.covers(found.role):
        raise NothingToUndo
    ctx.audit("undo", f"act:{done.id}", done.action)
    return found.function(ctx, **done.facts)


def _too_late(ctx: Context, done: DoneAct) -> bool:
    found = UNDOING.get(done.action)
    asked = found.too_late if found is not None else None
    return asked is not None and asked(ctx, **done.facts)
