"""Writing to a member about their own orders, in their language; quiet hours hold it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.context import Context
from bot.texts import speaking
from bot.views.kit import Message
from models.people.consents import Topic
from models.people.members import Member
from models.talk import outbox
from models.talk.outbox import Draft
from models.talk.policy import Purpose


def tell_member(
    ctx: Context,
    member: Member,
    *,
    key: str,
    rule: str,
    message: Callable[[], Message],
    use_until: datetime | None = None,
) -> bool:
    """Write to a member, once for `key`; False if they are not on LINE or heard it already.

    `message` is called in their language; after `use_until` it is not sent any more.
    """
    if member.line_user_id is None or not member.is_friend:
        return False
    with speaking(member.language):
        said = message()
    draft = Draft(
        key=f"{rule}:{key}:{member.id}",
        rule=rule,
        period=key[:50],
        member_id=member.id,
        to_id=member.line_user_id,
        messages=[said],
        topic=Topic.SERVICE,
        purpose=Purpose.SERVICE,
        due_at=ctx.now,
        use_until=use_until,
    )
    return outbox.enqueue(ctx.session, draft, now=ctx.now)
