"""The whole shop in one process with LINE in place of itself: for the demo.

The clock runs as a real one does, but can be moved forward: everything that
would have happened meanwhile happens, hour by hour.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from app import create_app
from backoffice import imports
from bot import assembly, richmenu, runtime
from bot.line import Line, Response
from bot.settings import Settings
from emulator import seed
from emulator.client import MemoryTransport
from emulator.platform import Platform
from emulator.server import Server
from emulator.world import Impossible
from models import database
from models.base import TAIPEI, local_day
from models.people import roles
from models.people.members import Member
from models.people.roles import Role
from models.talk import outbox
from scheduler.campaign import CAMPAIGNS
from scheduler.jobs import CHORES
from scheduler.tick import Ticked, tick

FARTHEST = timedelta(days=400)


class CannotTravel(Impossible):
    """A sentence for whoever asked."""


class MovableClock:
    """The real time, moved forward by as much as was asked."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, to: datetime) -> None:
        """Let it be `to` now; never back."""
        self._ahead += max(to - self(), timedelta())


class EmbeddedShop:
    """A seeded shop, its worker, and LINE with everybody's phones."""

    def __init__(self, folder: Path) -> None:
        self.clock = MovableClock()
        secret, token = secrets.token_hex(16), secrets.token_hex(32)
        self.platform = Platform(clock=self.clock, secret=secret, token=token, quota=3000)
        self.settings = Settings(
            channel_secrets=(secret,),
            access_token=token,
            secret_key=secrets.token_hex(32),
            database_url=f"sqlite:///{folder / 'demo.db'}",
            public_url="http://localhost:8000",
        )
        line = Line(MemoryTransport(self.platform), token)
        self.runtime = runtime.build(self.settings, clock=self.clock, line=line)
        self.app = create_app(self.runtime)
        self.platform.webhook = self._call_back
        self.worker = assembly.Worker(self.runtime)
        self._travelling = threading.Lock()

    def open(self) -> None:
        """Make the tables, fill the shop, hang the menu and start to work."""
        database.create_all(self.runtime.engine)
        self._fill()
        self._hang_menu()
        self.worker.start()

    def close(self) -> None:
        """Finish what is at hand."""
        self.worker.stop()
        self.runtime.close()

    def appoint(self, line_user_id: str) -> None:
        """Make somebody the owner."""
        with self.runtime.sessions.begin() as session:
            roles.grant(session, line_user_id, Role.OWNER, by="demo", now=self.clock())

    def tick(self) -> Ticked:
        """One tick of the scheduler, now."""
        done = tick(self.runtime.sessions, now=self.clock(), programme=self.runtime.programme)
        self.runtime.wakeups.ring("outbox")
        return done

    def deliver(self) -> int:
        """Send what is due, and return how many messages went out."""
        return assembly.sender(self.runtime).drain(self.clock()).sent

    def travel(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Move the clock: `{"to": ISO}` or `{"jump": "tomorrow" | "birthday" | "month"}`.

        Raises:
            CannotTravel: it is no time, in the past, or too far off.
        """
        with self._travelling:
            target = self._target(asked)
            moments = [*_strikes(self.clock(), target), target]
            for moment in moments:
                self.clock.move(moment)
                self.tick()
                self.deliver()
            return {"now": self.clock().isoformat(), "ticks": len(moments)}

    def waiting(self) -> int:
        """Messages that are due and not sent yet."""
        with self.runtime.sessions() as session:
            return outbox.waiting(session, now=self.clock())[0]

    def serve(self, port: int) -> Server:
        """The chat page, LINE's API and the shop itself on one port."""
        return Server(self.platform, port=port, fallback=self.app, time_travel=self.travel)

    def _fill(self) -> None:
        today = local_day(self.clock())
        for kind, text in (
            ("members", seed.members_csv(today)),
            ("orders", seed.orders_csv(today)),
        ):
            with self.runtime.sessions.begin() as session:
                report = imports.run(
                    session,
                    kind,
                    text.encode(),
                    f"{kind}.csv",
                    now=self.clock(),
                    programme=self.runtime.programme,
                    commit=True,
                )
            if not report.committed:
                raise RuntimeError(f"the demo's {kind} were refused: {report.json()}")
        self.tick()

    def _hang_menu(self) -> None:
        menu = orjson.dumps(richmenu.describe(self.runtime.programme.shop_name))
        made = self._ask("/v2/bot/richmenu", menu)
        menu_id = orjson.loads(made.body)["richMenuId"]
        self._ask(f"/v2/bot/richmenu/{menu_id}/content", richmenu.draw(), "image/png", data=True)
        self._ask(f"/v2/bot/user/all/richmenu/{menu_id}", b"")

    def _ask(
        self, path: str, body: bytes, kind: str = "application/json", *, data: bool = False
    ) -> Response:
        headers = {
            "Authorization": f"Bearer {self.settings.access_token}",
            "Content-Type": kind,
        }
        response = self.platform.request("POST", path, headers, body, data=data)
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.body.decode()}")
        return response

    def _call_back(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        with self.app.test_client() as client:
            return client.post("/callback", data=body, headers=dict(headers)).status_code

    def _target(self, asked: Mapping[str, Any]) -> datetime:
        now = self.clock()
        try:
            target = self._asked(asked, local_day(now))
        except (KeyError, ValueError):
            raise CannotTravel("請給一個時間，例如 2026-12-24T09:00。") from None
        if target <= now:
            raise CannotTravel("時間只能往前走，請選一個之後的時間。")
        if target - now > FARTHEST:
            raise CannotTravel("一次最多前進 400 天。")
        return target

    def _asked(self, asked: Mapping[str, Any], today: date) -> datetime:
        if "to" in asked:
            at = datetime.fromisoformat(str(asked["to"]))
            return (at if at.tzinfo else at.replace(tzinfo=TAIPEI)).astimezone(UTC)
        days = {"tomorrow": 1, "month": 30}
        jump = str(asked["jump"])
        if jump == "birthday":
            return _morning(self._next_birthday(today, asked.get("person")))
        return _morning(today + timedelta(days=days[jump]))

    def _next_birthday(self, today: date, person: object) -> date:
        with self.runtime.sessions() as session:
            born = session.execute(
                select(Member.birth_month, Member.birth_day).where(
                    Member.line_user_id.is_not(None)
                    if person is None
                    else Member.line_user_id == str(person),
                    Member.birth_month.is_not(None),
                )
            ).all()
        days = (today + timedelta(days=ahead) for ahead in range(1, 367))
        celebrated = {(month, day) for month, day in born}
        found = next((day for day in days if (day.month, day.day) in celebrated), None)
        if found is None:
            raise CannotTravel("還沒有人填生日，請先輸入「生日 3/5」。")
        return found


def _strikes(now: datetime, target: datetime) -> list[datetime]:
    """The moments in between at which a job has its hour."""
    hours = {campaign.hour for campaign in CAMPAIGNS.values()}
    hours |= {chore.hour for chore in CHORES.values()}
    first, last = local_day(now), local_day(target)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    moments = (
        datetime.combine(d, time(h), TAIPEI).astimezone(UTC) for d in days for h in sorted(hours)
    )
    return [moment for moment in moments if now < moment < target]


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), TAIPEI).astimezone(UTC)
