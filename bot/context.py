"""What every handler is given: who speaks, when, under which programme, and the open session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.events import Incoming
from models.base import N_, Refusal, local_day
from models.people import audit
from models.people.members import Member
from models.people.roles import Role
from models.programme import Programme
from models.talk import conversation
from models.talk.conversation import Conversation

Message = dict[str, Any]
Reply = Message | list[Message] | None


class NothingToConfirm(Refusal):
    buttons = ("說明",)

    def __init__(self) -> None:
        super().__init__(N_("目前沒有等待確認的事。要做什麼請直接告訴我，或看「說明」。"))


@dataclass
class Context:
    """One event's surroundings. `content` is what a member sent, where it was asked for."""

    session: Session
    member: Member
    role: Role
    now: datetime
    programme: Programme
    event: Incoming
    content: bytes | None = None
    newcomer: bool = False
    owner: str | None = None
    essential: bool = field(default=False, init=False)

    @property
    def today(self) -> date:
        """The day it is in Taipei."""
        return local_day(self.now)

    @property
    def person(self) -> str:
        """Whose conversation this is."""
        return self.event.user_id or ""

    def ask(self, dialogue: str, **data: Any) -> str:
        """Wait for the answer to a question; the nonce ties a button to this asking."""
        nonce = secrets.token_hex(4)
        conversation.await_answer(
            self.session, self.person, dialogue, data, nonce=nonce, now=self.now
        )
        return nonce

    def awaited(self) -> Conversation | None:
        """The question at hand."""
        return conversation.awaited(self.session, self.person, now=self.now)

    def settle(self) -> None:
        """Stop waiting for an answer."""
        conversation.answered(self.session, self.person)

    def audit(self, action: str, subject: str, detail: str = "") -> None:
        """Write down who did this."""
        audit.record(
            self.session,
            actor=self.person,
            action=action,
            subject=subject,
            detail=detail,
            now=self.now,
        )
