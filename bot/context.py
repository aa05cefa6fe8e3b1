"""What every handler is given: who speaks, when, under which programme, and the open session."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from bot.downloads import Addresses
from bot.events import Incoming
from models.base import N_, Refusal, local_day
from models.people import audit
from models.people.members import Member
from models.people.roles import Role
from models.programme import Programme
from models.shop.access import Access
from models.talk import conversation
from models.talk.conversation import Conversation
from models.talk.policy import SendRules

Message = dict[str, Any]
Reply = Message | list[Message] | None


Fact = TypeVar("Fact")
Fact_co = TypeVar("Fact_co", covariant=True)


class Reader(Protocol[Fact_co]):
    """Reads what a command shows, for many members in as few statements as for one."""

    def __call__(
        self, session: Session, member_ids: Sequence[int], *, now: datetime, programme: Programme
    ) -> Mapping[int, Fact_co]: ...


Facts = dict[Reader[Any], Any]


class NothingToConfirm(Refusal):
    buttons = ("說明",)

    def __init__(self) -> None:
        super().__init__(N_("目前沒有等待確認的事。要做什麼請直接告訴我，或看「說明」。"))


@dataclass
class Context:
    """One event's surroundings.

    `content` is what a member sent, where it was asked for, as it was made ready, or why
    it could not be; None if it is not there yet. `facts` were read beforehand, and
    `silent` says that no answer of theirs is awaited. `rules` say when the shop may write
    of its own accord.
    """

    session: Session
    member: Member
    role: Role
    now: datetime
    programme: Programme
    event: Incoming
    content: Any = None
    newcomer: bool = False
    owner: str | None = None
    facts: Facts = field(default_factory=dict)
    silent: bool = False
    addresses: Addresses = field(default_factory=Addresses)
    rules: SendRules = field(default_factory=SendRules)
    essential: bool = field(default=False, init=False)

    @cached_property
    def access(self) -> Access:
        """What is open to the member who speaks, by their tier, which is asked once."""
        return Access(self.session, self.member.id, self.now, self.programme)

    @property
    def today(self) -> date:
        """The day it is in Taipei."""
        return local_day(self.now)

    @property
    def person(self) -> str:
        """Whose conversation this is."""
        return self.event.user_id or ""

    def read(self, reader: Reader[Fact]) -> Fact:
        """What a reader finds of the member who speaks."""
        if reader in self.facts:
            found: Fact = self.facts[reader]
            return found
        member_id = self.member.id
        return reader(self.session, [member_id], now=self.now, programme=self.programme)[member_id]

    def ask(self, dialogue: str, **data: Any) -> str:
        """Wait for the answer to a question; the nonce ties a button to this asking."""
        self.silent = False
        nonce = secrets.token_hex(4)
        conversation.await_answer(
            self.session, self.person, dialogue, data, nonce=nonce, now=self.now
        )
        return nonce

    def awaited(self) -> Conversation | None:
        """The question at hand."""
        if self.silent:
            return None
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
