"""The whole shop in one process with LINE in place of itself: for the demo.

Some of its members have LINE here too; nobody holds their phones, but what the
shop sends them counts.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from app import create_app
from backoffice import imports
from bot import assembly, richmenu, runtime
from bot.line import Line, Response
from bot.settings import Settings
from emulator import group_buys, seed
from emulator.client import MemoryTransport
from emulator.faults import FAULTLESS
from emulator.platform import Platform
from emulator.server import Server
from emulator.travel import MovableClock, destination, stops
from models import database, programme
from models.base import local_day
from models.people import roles
from models.people.members import Member
from models.people.roles import Role
from models.talk import outbox
from scheduler.tick import Ticked, tick

QUOTA = 3000
RULES = Path(__file__).with_name("demo.toml")
PATIENCE, PATIENCE_IN_TROUBLE = 10.0, 0.5  # seconds for what is due to go out
LENGTHY = ("verify_ledger",)  # once, at the end of a journey


class EmbeddedShop:
    """A seeded shop, its worker, and LINE with everybody's phones."""

    def __init__(self, folder: Path, clock: MovableClock | None = None) -> None:
        self.clock = clock or MovableClock()
        secret, token = secrets.token_hex(16), secrets.token_hex(32)
        self.platform = Platform(
            clock=self.clock,
            secret=secret,
            token=token,
            quota=QUOTA,
            name=programme.load(RULES).shop_name,
        )
        self.settings = Settings(
            channel_secrets=(secret,),
            access_token=token,
            secret_key=secrets.token_hex(32),
            database_url=f"sqlite:///{folder / 'demo.db'}",
            public_url="http://localhost:8000",
            programme=RULES,
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

    def tick(self, *, without: Collection[str] = ()) -> Ticked:
        """One tick of the scheduler, now."""
        done = tick(
            self.runtime.sessions,
            now=self.clock(),
            programme=self.runtime.programme,
            without=without,
        )
        self.runtime.wakeups.ring("outbox")
        return done

    def settle(self) -> bool:
        """Wait until all that is due has gone out; False if LINE is in trouble and some stays."""
        self.runtime.wakeups.ring("outbox")
        troubled = self.platform.faults != FAULTLESS
        deadline = time.monotonic() + (PATIENCE_IN_TROUBLE if troubled else PATIENCE)
        while self.waiting():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def travel(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Move the clock as `travel.destination` reads it; the books are checked on arrival.

        Raises:
            CannotTravel: it is no time, in the past, or too far off.
        """
        with self._travelling:
            target = destination(asked, self.clock(), self._birthdays)
            on_the_way = stops(self.clock(), target)
            self.settle()  # what is under way arrives before the clock moves
            for moment in on_the_way:
                self.clock.move(moment)
                self.tick(without=() if moment == target else LENGTHY)
                self.settle()
            return {"now": self.clock().isoformat(), "ticks": len(on_the_way)}

    def waiting(self) -> int:
        """Messages that are due or on their way to LINE."""
        with self.runtime.sessions() as session:
            due = outbox.waiting(session, now=self.clock()).overdue
            return due + outbox.in_hand(session)

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
        with self.runtime.sessions.begin() as session:
            group_buys.fill(session, now=self.clock(), programme=self.runtime.programme)
        for customer in seed.customers(today):
            if customer.line_user_id:
                self.platform.add_user(customer.name, user_id=customer.line_user_id)
                self.platform.person(customer.line_user_id).friend = True
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

    def _birthdays(self, person: object) -> set[tuple[int, int]]:
        """Of the one with this LINE user id, or of everybody who has LINE."""
        whose = (
            Member.line_user_id.is_not(None)
            if person is None
            else Member.line_user_id == str(person)
        )
        born = select(Member.birth_month, Member.birth_day).where(
            whose, Member.birth_month.is_not(None)
        )
        with self.runtime.sessions() as session:
            return {(int(month or 0), int(day or 0)) for month, day in session.execute(born)}
