"""Group-buys: an order confirmed, and one that falls through."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.people.members import Member
from models.shop import group_buys, ordering
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from models.shop.shares import Want
from models.talk.outbox_records import OutboxMessage
from tests.chaos.flow import Spoken
from tests.shop import Shop

MANGO = GroupBuyTerms("愛文芒果", (ItemTerms("A", "愛文芒果", 450, stock=1_000),))


def opened(shop: Shop) -> int:
    """A group-buy that is open; its number."""
    with shop.sessions.begin() as session:
        drafted = group_buys.draft(session, MANGO, by="boss", now=shop.clock())
        return group_buys.publish(session, drafted, now=shop.clock()).id


class Order(Spoken):
    name = "+1"

    def fill(self) -> None:
        self.number = opened(self.shop)

    def prepare(self, number: int) -> None:
        self.say(number, f"{self.number} +1")
        self.shop.settle()
        super().prepare(number)

    def speak(self, number: int) -> None:
        self.say(number, "確認")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        ordered = self.count(session, Bill.member_id == self.ids[number])
        return ordered, self.replies(session, self.users[number])


class Fail(Spoken):
    """Each falls through with the one member who ordered in it."""

    name = "/流團"

    def prepare(self, number: int) -> None:
        self.number = opened(self.shop)
        with self.shop.sessions.begin() as session:
            item = group_buys.find(session, self.number).items[0]
            ordering.call(
                session,
                self.number,
                session.get_one(Member, self.ids[number]),
                [Want(item.id, "", 1)],
                now=self.shop.clock(),
                programme=self.shop.programme,
            )
        self.shop.platform.say(self.boss.id, f"/流團 {self.number}")
        self.shop.settle()
        super().prepare(number)

    def speak(self, number: int) -> None:
        self.shop.platform.say(self.boss.id, "確認")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        mine = OutboxMessage.member_id == self.ids[number]
        failed = GroupBuy.stage == Stage.FAILED
        return (
            self.count(session, GroupBuy.id == self.number, failed),
            self.count(session, mine, OutboxMessage.rule == "failed"),
            self.replies(session, self.boss.id),
        )
