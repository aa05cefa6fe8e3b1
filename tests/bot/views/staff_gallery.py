"""What those who run the shop see of each other, of a member, and of what was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.views import acts, audits, confirming, crew, kit, member_card
from bot.views.kit import Message
from models.loyalty.coupons import Wallet
from models.loyalty.points import Balance
from models.loyalty.tiers import Standing
from models.people.acts import DoneAct
from models.people.approvals import Approval
from models.people.audit import Written
from models.people.crew import Helper
from models.people.members import Member
from models.people.notes import MemberNote
from models.people.roles import Role
from models.shop.orders import Order, Status
from models.shop.totals_records import MemberTotals
from tests.bot.views.facts import NOON, TODAY
from tests.bot.views.segment_gallery import SegmentGallery

NONCE = "0123456789ab"


class StaffGallery(SegmentGallery):
    """A crew of many, a member who bought much and one who is new, acts of every kind."""

    def _staff(self) -> Iterator[tuple[str, Message]]:
        for part in (self._crew(), self._member(), self._confirming(), self._done()):
            yield from ((f"staff: {name}", message) for name, message in part)
        yield from self._occasions()
        yield from self._segments()

    def _crew(self) -> Iterator[tuple[str, Message]]:
        name = self.said("阿肯")
        boss = Helper("U1", None, "", Role.OWNER, None)
        ken = Helper("U2", 2, name, Role.ORGANISER, NOON)
        nameless = Helper("U3", None, "", Role.SUPPORT, NOON)
        yield "crew", crew.overview([boss, ken, nameless], owner=True)
        yield "crew of many", crew.overview([ken] * 30, owner=True)
        yield "crew, to a helper", crew.overview([boss, ken], owner=False)
        for role in (Role.ORGANISER, Role.SUPPORT):
            yield f"invited {role}", crew.invited("ABCD2345", role, until=NOON)
            yield f"welcome, {role}", crew.welcome(role)
        yield "removing", crew.removing(ken, nonce=NONCE)
        yield "removed", crew.removed(nameless)
        yield "accepted", crew.accepted(name, Role.SUPPORT)

    def _member(self) -> Iterator[tuple[str, Message]]:
        mei = Member(
            id=12,
            name=self.said("林小美"),
            is_friend=True,
            marketing=True,
            birth_month=3,
            birth_day=5,
            joined_on=TODAY - timedelta(days=400),
        )
        new = Member(id=13, name="", is_friend=False, marketing=False, joined_on=TODAY)
        yield "member", member_card.card(mei, self._known())
        standing, held = Standing(self.programme.tiers[0]), Balance(0, 0, 0, ())
        nothing = member_card.Known(standing, held, Wallet(), None, [], [], [], [])
        yield "member of today", member_card.card(new, nothing)
        reason = self.said("少了一包，補給他")
        yield "giving points", member_card.giving(mei, 100, reason, nonce=NONCE)
        yield "points given", member_card.given(mei, 100, 1_340)
        yield "points taken back", member_card.taken_back(new, 0)

    def _known(self) -> member_card.Known:
        totals = MemberTotals(
            orders=80, spend=123_456, last_on=TODAY, year_orders=40, year_spend=61_000
        )
        bought = [
            Order(order_no=self.said(f"3-{number}"), ordered_on=TODAY, cash=1_240, status=status)
            for number, status in enumerate(Status)
        ]
        notes = [MemberNote(text=self.said("對花生過敏，晚上七點後才在家"), at=NOON)] * 5
        standing = Standing(self.programme.tiers[2], TODAY, TODAY)
        called = [self.said("小美")] * 20
        return member_card.Known(
            standing, self.balance(), self.wallet(), totals, bought, called, called, notes, 20
        )

    def _confirming(self) -> Iterator[tuple[str, Message]]:
        said = self.said("退款 NT$12,400 給林小美")
        by = self.said("阿肯")
        waits = Approval(id=7, act="refund", said=said, asked_at=NOON)
        yield "preview", confirming.preview(said, kit.line(said), nonce=NONCE)
        yield "confirmation waits", confirming.still_waiting(said, NONCE)
        yield "filed", confirming.filed(waits, others=2)
        yield "asked", confirming.asked(waits, by=by)
        yield "asked by a nameless one", confirming.asked(waits, by="")
        yield "waiting", confirming.waiting([waits] * 20)
        yield "one waiting", confirming.waiting([waits])
        yield "none waiting", confirming.waiting([])
        yield "approved", confirming.approved(waits, by=by)
        yield "declined", confirming.declined(waits)

    def _done(self) -> Iterator[tuple[str, Message]]:
        done = DoneAct(id=5, said=self.said("發「滿千折百」給 #母嬰"), at=NOON)
        yield "undoing", acts.undoing(done, nonce=NONCE)
        yield "undoing what is older", acts.undoing(done, nonce=NONCE, final=self.said("訂單退款"))
        name, detail = self.said("阿肯"), self.said("愛文芒果")
        written = [
            Written(40, NOON, "U2", name, "group_buy.open", "group_buy:3", detail),
            Written(39, NOON, "U2", "", "role.invite", "", "support"),
            Written(38, NOON, "cli", None, "shop.restore", detail, ""),
            Written(37, NOON, "U2", name, detail, detail, detail),
        ]
        yield "audits", audits.page(written)
        yield "many audits", audits.page(written * 4)
        yield "no audits", audits.page([])
