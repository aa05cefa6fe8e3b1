"""Names of new friends, asked of LINE after they were answered, never before.

So are those of people who ordered in a group without adding the account, which LINE
tells only as that group's; and, once, the account's own id.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from bot.contact import Contact
from bot.line import Line, LineError, Profile, Unauthorized
from bot.views.kit import clean, clip
from models.people import members
from models.shop import group_calls

log = structlog.get_logger()

AT_ONCE = 20
POLL = 1.0
REST = 60.0  # seconds to leave LINE alone after it refused the token


class Found(NamedTuple):
    """A member and what LINE says of them; None for people it will not tell of."""

    member_id: int
    profile: Profile | None


class Asked(NamedTuple):
    """A member LINE is asked about; `chat_id` where only a group knows them."""

    member_id: int
    user_id: str
    chat_id: str = ""


class Profiles:
    """Looks for members without a name and asks LINE for theirs."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        line: Line,
        call: Callable[[Any], Any],
        clock: Callable[[], datetime],
        contact: Contact | None = None,
    ) -> None:
        self._sessions, self._line, self._call, self._clock = sessions, line, call, clock
        self._contact = contact or Contact()

    def run(self, stop: threading.Event) -> None:
        """Ask until `stop`; a LINE or database that is away is waited for."""
        while not stop.is_set():
            try:
                self.introduce()
                busy = self.refresh() == AT_ONCE
            except Unauthorized:
                stop.wait(REST)
            except (LineError, OperationalError, TimeoutError) as error:
                log.warning("profiles_not_fetched", error=type(error).__name__)
                stop.wait(REST / 10)
            else:
                stop.wait(0 if busy else POLL)

    def introduce(self) -> None:
        """Learn the account's own id, unless it is known."""
        if not self._contact.basic_id:
            self._contact.basic_id = self._call(self._line.basic_id())

    def refresh(self) -> int:
        """Fetch some names; return for how many members LINE was asked."""
        with self._sessions() as session:
            waiting = [Asked(*each) for each in members.nameless(session, limit=AT_ONCE)]
            if not waiting:
                waiting = [Asked(*each) for each in group_calls.strangers(session, limit=AT_ONCE)]
        if not waiting:
            return 0
        found: list[Found] = self._call(self._fetch(waiting))
        with self._sessions.begin() as session:
            for member_id, profile in found:
                name = clip(clean(profile.name), 50) if profile else ""
                language = profile.language if profile else None
                members.learn_name(
                    session, member_id, name=name, language=language, now=self._clock()
                )
        return len(waiting)

    async def _fetch(self, waiting: list[Asked]) -> list[Found]:
        profiles = await asyncio.gather(*map(self._profile, waiting))
        return [Found(who.member_id, each) for who, each in zip(waiting, profiles, strict=True)]

    async def _profile(self, who: Asked) -> Profile | None:
        if who.chat_id:
            return await self._line.profile_in(who.chat_id, who.user_id)
        return await self._line.profile(who.user_id)
