"""Something said or done in a group, as its handlers are given it.

Whoever speaks is looked up when it is asked, and becomes a member only when they
order; most of what is said concerns nobody here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.contact import Contact
from bot.events import Incoming
from models.base import local_day
from models.people import members
from models.people.members import Member
from models.programme import Programme
from models.talk import pauses

# handlers register for `group:` and the name of an event
GROUP = "group:"


@dataclass
class Remark:
    """One event of a group; `contact` tells the way into 1:1."""

    session: Session
    now: datetime
    programme: Programme
    event: Incoming
    contact: Contact

    @property
    def chat_id(self) -> str:
        return self.event.group_id or ""

    @cached_property
    def member(self) -> Member | None:
        """Who speaks, if the shop knows them."""
        query = select(Member).where(Member.line_user_id == self.event.user_id)
        return self.session.scalar(query) if self.event.user_id else None

    def enrol(self) -> Member:
        """Who speaks, a member from now on, though no friend of the account."""
        if self.event.user_id is None:
            raise ValueError("LINE does not tell who it is")
        made, _ = members.enrol(
            self.session,
            self.event.user_id,
            now=self.now,
            today=local_day(self.now),
            source="group",
        )
        self.member = made
        return made

    def may_say(self, what: str, *, every: timedelta = pauses.MINUTE) -> bool:
        """Whether there is a way to say something, and it was not said a moment ago."""
        if self.event.reply_token is None:
            return False
        return pauses.over(self.session, what, now=self.now, every=every)

    def may_tell(self, what: str) -> bool:
        """The same of something that is for who speaks, or for all where LINE does not tell."""
        return self.may_say(f"{what}:{self.chat_id}:{self.event.user_id or ''}")
