"""Acts that are shown before they are done, and done on 確認: once, by whoever asked.

A handler asks with `ask`, shows what would happen with the nonce on the button,
and the function registered by `act` does it. Where `amount` reaches what the
programme sets for two persons, the first 確認 only files it and somebody else
must agree (`handlers.organiser.approvals`).
"""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot import router
from bot.context import Context, NothingToConfirm, Reply
from bot.router import dialogue
from bot.views import confirming as cards
from bot.views.kit import Message
from models.base import N_, Refusal
from models.people import approvals, roles
from models.people.approvals import Approval
from models.people.consents import Topic
from models.people.roles import Role
from models.talk import conversation, outbox
from models.talk.outbox import Draft
from models.talk.policy import Purpose

PATIENCE = timedelta(minutes=10)
DIALOGUE = "act"
YES = "確認"


class NobodyToApprove(Refusal):
    """The amount asks for two persons, and there is only one."""

    buttons = ("/邀請小幫手",)

    def __init__(self, limit: str) -> None:
        super().__init__(
            N_(
                "{limit} 以上要兩個人確認，但店裡還沒有別人可以核准。請先用 /邀請小幫手 "
                "加一位，或在規則檔 [safety] 改 two_person_amount。"
            ),
            limit=limit,
        )


@dataclass(frozen=True)
class Act:
    """What 確認 does, and who may."""

    function: Callable[..., Reply]
    role: Role

    @property
    def title(self) -> str:
        return (inspect.getdoc(self.function) or "").partition("\n")[0]


ACTS: dict[str, Act] = {}


def act(
    name: str, *, role: Role = Role.ORGANISER
) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Register what to do when `name` is confirmed; the docstring's first line is its title.

    The function takes the context and, by name, what was asked with. It runs
    long after the preview: it must look again whether it may be done.

    Raises:
        ValueError: the name is taken, or the role is a member's.
    """

    def register(function: Callable[..., Reply]) -> Callable[..., Reply]:
        if name in ACTS or role is Role.MEMBER:
            raise ValueError(f"{name!r} is registered twice, or for members")
        ACTS[name] = Act(function, role)
        return function

    return register


def ask(ctx: Context, name: str, *, said: str = "", **data: Any) -> str:
    """Wait for 確認 of the act, ten minutes long; the nonce ties the button to this asking.

    `said` tells in a sentence what would be done, for whoever else must agree.

    Raises:
        TypeError: the act does not take this data.
    """
    found = ACTS[name]
    inspect.signature(found.function).bind(ctx, **data)
    nonce = secrets.token_hex(6)
    ctx.silent = False
    conversation.await_answer(
        ctx.session,
        ctx.person,
        DIALOGUE,
        {"act": name, "data": data, "said": said or found.title},
        nonce=nonce,
        now=ctx.now,
        patience=PATIENCE,
    )
    return nonce


def needs_two(ctx: Context, data: dict[str, Any]) -> bool:
    """Whether the amount is one that two persons must agree to."""
    limit = ctx.programme.safety.two_person_amount
    amount = data.get("amount")
    return limit > 0 and isinstance(amount, int) and abs(amount) >= limit


@dialogue(DIALOGUE, confirms=True)
def answered(ctx: Context, text: str) -> Reply:
    """Do what was asked about, or let it wait for a second person."""
    waiting = ctx.awaited()
    if waiting is None or waiting.facts["act"] not in ACTS:
        raise NothingToConfirm
    name, data, said = (waiting.facts[key] for key in ("act", "data", "said"))
    if not ctx.role.covers(ACTS[name].role):
        return _no_longer(ctx, text)
    if text != YES:
        return cards.still_waiting(said, waiting.nonce)
    if not conversation.take(ctx.session, waiting):
        raise NothingToConfirm
    ctx.essential = True
    if needs_two(ctx, data):
        return _file(ctx, name, data, said)
    return ACTS[name].function(ctx, **data)


def _no_longer(ctx: Context, text: str) -> Reply:
    """Whoever lost the role meanwhile is a member like others."""
    if text == YES:
        raise NothingToConfirm
    ctx.settle()
    return router.EVENTS["message:text"](ctx)


def execute(ctx: Context, approval: Approval) -> Reply:
    """Do what a second person has agreed to."""
    return ACTS[approval.act].function(ctx, **approval.facts)


def tell(ctx: Context, line_user_id: str, key: str, message: Message) -> None:
    """Write to somebody who looks after the shop."""
    draft = Draft(
        key=f"{key}:{line_user_id}",
        rule="approval",
        period=key,
        member_id=None,
        to_id=line_user_id,
        messages=[message],
        topic=Topic.SERVICE,
        purpose=Purpose.SERVICE,
        due_at=ctx.now,
    )
    outbox.enqueue(ctx.session, draft, now=ctx.now)


def _file(ctx: Context, name: str, data: dict[str, Any], said: str) -> Reply:
    needed = max(ACTS[name].role, Role.ORGANISER, key=list(Role).index)
    others = set(roles.holders(ctx.session, needed, owner=ctx.owner)) - {ctx.person}
    if not others:
        raise NobodyToApprove(cards.limit(ctx.programme.safety.two_person_amount))
    approval = approvals.file(ctx.session, name, data, said=said, by=ctx.person, now=ctx.now)
    ctx.audit("approval.ask", f"approval:{approval.id}", name)
    for other in sorted(others):
        tell(ctx, other, f"approval:{approval.id}", cards.asked(approval, by=ctx.member.name))
    return cards.filed(approval, others=len(others))
