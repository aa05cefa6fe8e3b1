"""What members say, and what comes of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.loyalty.coupons import Coupon
from models.people.consents import ConsentEntry
from models.people.members import Member
from models.talk.outbox_records import OutboxMessage
from models.talk.tickets import Ticket
from tests.chaos.flow import Spoken


class Follow(Spoken):
    name = "follow"

    def befriend(self, number: int) -> str:
        return self.shop.platform.add_user(f"團友{number}")

    def member(self, number: int) -> Member:
        return self._known(f"U{number:032x}", "")  # somebody else: these are not here yet

    def speak(self, number: int) -> None:
        self.shop.platform.follow(self.users[number])

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        member = Member.line_user_id == self.users[number]
        consented = self.count(session, ConsentEntry.member_id == Member.id, member)
        return self.count(session, member), consented, self.replies(session, self.users[number])


class NewcomerGift(Spoken):
    name = "newcomer gift"

    def speak(self, number: int) -> None:
        self.say(number, f"手機 09{number:08}")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        given = self.count(session, Coupon.member_id == self.ids[number])
        told = self.replies(session, self.users[number])
        return given / len(self.shop.programme.gifts.newcomer), told


class StopMarketing(Spoken):
    name = "停止行銷"

    def speak(self, number: int) -> None:
        self.say(number, "停止行銷")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        mine = ConsentEntry.member_id == self.ids[number]
        refused = self.count(session, mine, ConsentEntry.granted.is_(False))
        return refused, self.replies(session, self.users[number])


class Support(Spoken):
    name = "support ticket"

    def speak(self, number: int) -> None:
        self.say(number, "客服 芒果什麼時候到？")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        asked = self.count(session, Ticket.member_id == self.ids[number])
        staff = OutboxMessage.to_id == self.boss.id
        pushed = self.count(session, OutboxMessage.rule == "ticket", staff)
        # of those before this one each brought one
        return asked, pushed - number, self.replies(session, self.users[number])


class Name(Spoken):
    name = "profile name"

    def speak(self, number: int) -> None:
        self.say(number, f"稱呼 小{number}")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        called = self.count(session, Member.id == self.ids[number], Member.name == f"小{number}")
        return called, self.replies(session, self.users[number])
