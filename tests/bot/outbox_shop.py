"""A shop's outbox with LINE in memory behind it."""

from __future__ import annotations

from datetime import timedelta

import orjson

from bot.line import Line
from bot.sender import Sender
from bot.sender_delivery import Options
from emulator.client import MemoryTransport
from emulator.platform import Platform
from models.base import local_day
from models.people import members
from models.people.consents import Topic
from models.talk import outbox
from models.talk.outbox import Draft
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import Purpose, SendRules

QUICK = Options(pause=0.02, poll=0.05, grace=1.0, halt=0.05)
TOKEN = "token"
HOUR = timedelta(hours=1)


class Shop:
    """A shop's outbox with LINE and its people behind it."""

    def __init__(self, sessions, now):
        self.sessions, self.now, self.alerts = sessions, now, []
        self.platform = Platform(clock=lambda: self.now, secret="s", token=TOKEN)
        self.platform.rates.enabled = False
        self.platform.webhook = lambda body, headers: 200
        self.transport = MemoryTransport(self.platform)
        self.mei = self.friend("小美")

    def friend(self, name):
        line_id = self.platform.add_user(name)
        self.platform.follow(line_id)
        with self.sessions.begin() as session:
            today = local_day(self.now)
            member, _ = members.enrol(session, line_id, now=self.now, today=today)
            member.is_friend = member.marketing = True
        return member

    def plan(self, member, period="1", **other):
        marketing = other.pop("marketing", False)
        draft = Draft(
            key=f"news:{period}:{member.id}",
            rule="news",
            period=period,
            member_id=member.id,
            to_id=member.line_user_id,
            messages=[{"type": "text", "text": f"news {period}"}],
            topic=Topic.NEWS if marketing else Topic.SERVICE,
            purpose=Purpose.MARKETING if marketing else Purpose.SERVICE,
            due_at=self.now,
        )
        draft = draft._replace(**other)
        with self.sessions.begin() as session:
            assert outbox.enqueue(session, draft, now=self.now)

    def answer(self, member, inbox_id=1, *, token=None, essential=False):
        with self.sessions.begin() as session:
            outbox.reply(
                session,
                inbox_id=inbox_id,
                member_id=member.id,
                to_id=member.line_user_id,
                token=token or heard_token(self.platform, member.line_user_id),
                messages=[{"type": "text", "text": f"answer {inbox_id}"}],
                occurred_at=self.now,
                now=self.now,
                essential=essential,
            )

    def sender(self, **other):
        values = {"alert": self.alert, "options": QUICK} | other
        line = Line(self.transport, TOKEN)
        return Sender(self.sessions, line, lambda: self.now, SendRules(), **values)

    def alert(self, kind, sentence):
        self.alerts.append((kind, sentence))

    def drain(self, at=None, **other):
        self.now = at or self.now
        return self.sender(**other).drain(self.now)

    def heard(self, member=None):
        user = (member or self.mei).line_user_id
        return [message["text"] for message in self.platform.heard(user)]

    def states(self):
        with self.sessions() as session:
            rows = session.query(OutboxMessage).order_by(OutboxMessage.id)
            return [row.state for row in rows]


def heard_token(platform, user_id):
    """The reply token that LINE gives for something this person says."""
    tokens = []
    platform.webhook = lambda body, headers: tokens.append(body) or 200
    platform.say(user_id, "嗨")
    return orjson.loads(tokens[-1])["events"][0]["replyToken"]
