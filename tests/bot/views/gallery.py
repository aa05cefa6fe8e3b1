"""Every message the shop can say, by name: one of each view, with believable facts.

`Gallery(words)` puts `words` wherever a person's own text may come to stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from backoffice.imports.report import Rejection, Report
from bot import router
from bot.views import (
    arrival,
    campaigns,
    files,
    membership,
    points,
    privacy,
    profile,
    reliability,
    replenishment,
    reward_shelf,
    rewards,
    support,
    tiers,
)
from bot.views import help as smalltalk
from models.loyalty.coupons import Coupon, Wallet
from models.loyalty.points import Balance
from models.loyalty.rewards import RewardKind
from models.people.consents import MARKETING
from models.people.members import Member
from models.people.roles import Role
from models.talk.tickets import Ticket
from scheduler.campaign import CAMPAIGNS
from scheduler.campaigns.birthday import Birthday
from scheduler.campaigns.coupon_expiring import CouponExpiring
from scheduler.campaigns.coupon_given import CouponGiven
from scheduler.campaigns.points_expiring import PointsExpiring
from scheduler.campaigns.replenishment import Replenishment
from scheduler.campaigns.welcome import Welcome
from tests.bot.views import reward_facts
from tests.bot.views.facts import NOON, TODAY
from tests.bot.views.group_gallery import GroupGallery
from tests.bot.views.order_gallery import OrderGallery
from tests.bot.views.payment_gallery import PaymentGallery
from tests.bot.views.pickup_gallery import PickupGallery
from tests.bot.views.staff_gallery import StaffGallery
from tests.bot.views.supply_gallery import SupplyGallery
from tests.bot.views.survey_gallery import SurveyGallery

Message = dict[str, Any]


class Gallery(
    OrderGallery,
    SupplyGallery,
    GroupGallery,
    PaymentGallery,
    PickupGallery,
    SurveyGallery,
    StaffGallery,
):
    """Cards about a member of the preset's third tier; `words` replaces every text of people."""

    def all(self) -> dict[str, Message]:
        """Each message by a name of its own."""
        named = [
            *self._arrival(),
            *self._membership(),
            *self._points(),
            *self._tiers(),
            *self._coupons(),
            *self._rewards(),
            *self._profile(),
            *self._privacy(),
            *self._smalltalk(),
            *self._support(),
            *self._files(),
            *self._campaigns(),
            *self._replenishment(),
            *self._groups(),
            *self._shop(),
            *self._ordering(),
            *self._money(),
            *self._pickups(),
            *self._surveys(),
            *self._staff(),
            *self._supply(),
        ]
        found = dict(named)
        assert len(found) == len(named)
        return found

    def _arrival(self) -> Iterator[tuple[str, Message]]:
        rules = self.programme
        yield "welcome", arrival.welcome(rules, gifted=False)
        yield "welcome, gifted before", arrival.welcome(rules, gifted=True)
        yield "welcome back", arrival.welcome_back(rules, marketing=True)
        yield "welcome back, no offers", arrival.welcome_back(rules, marketing=False)
        yield "notice", arrival.notice(rules, marketing=True)
        yield "notice, no offers", arrival.notice(rules, marketing=False)

    def _membership(self) -> Iterator[tuple[str, Message]]:
        for name, progress, held, wallet in (
            ("card", self.progress(2), self.balance(), self.wallet()),
            ("card of a newcomer", self.progress(0), Balance(0, 0, 0, ()), Wallet()),
            ("card at the top", self.progress(3), self.balance(lots=40), self.wallet(12)),
            ("card in debt", self.progress(1), Balance(0, 30, 1_240, ()), Wallet()),
        ):
            yield (
                name,
                membership.card(
                    name=self.said("林小美"),
                    shop=self.programme.shop_name,
                    progress=progress,
                    held=held,
                    wallet=wallet,
                ),
            )

    def _points(self) -> Iterator[tuple[str, Message]]:
        yield "points", points.balance(self.balance())
        yield "no points", points.balance(Balance(0, 0, 0, ()))
        yield "many lots", points.balance(self.balance(lots=40))
        yield "points in debt", points.balance(Balance(0, 30, 1_240, ()))
        moved = self.movements()
        yield "history", points.history(moved, more=True)
        yield "last page of the history", points.history(moved[:2], more=False)
        yield "no history", points.history([], more=False)
        yield "why points", points.explanation(self.balance(), moved, earlier=1_000)
        yield "why no points", points.explanation(Balance(0, 0, 0, ()), [], earlier=0)

    def _tiers(self) -> Iterator[tuple[str, Message]]:
        for rank in range(len(self.programme.tiers)):
            yield f"tier {rank}", tiers.standing(self.progress(rank))
        yield "kept tier", tiers.standing(replace(self.progress(2), keep_missing=()))
        yield "why this tier", tiers.explanation(self.explanation(2, orders=3))
        yield "why, of many orders", tiers.explanation(self.explanation(3, orders=60))
        yield "why the base tier", tiers.explanation(self.explanation(0, orders=0))

    def _rewards(self) -> Iterator[tuple[str, Message]]:
        name, tiers = self.said("保溫杯"), self.said("金級、鑽石級")
        offers = reward_facts.offers(name, tiers)
        yield "rewards", rewards.catalogue(offers, available=500, waiting=1)
        yield "last rewards", rewards.catalogue(offers, available=500, waiting=0, first=10)
        yield "no rewards", rewards.catalogue([], available=0, waiting=0)
        for asked in offers[:2]:
            yield (
                f"claim {asked.reward.kind}?",
                rewards.question(asked, available=500, nonce="abcd1234"),
            )
        yield "claim still waiting", rewards.still_waiting("abcd1234")
        held = [reward_facts.held(name, kind) for kind in (RewardKind.GOODS, RewardKind.COUPON)]
        yield "claimed", rewards.claimed(held[0])
        yield "my rewards", rewards.mine([*held, reward_facts.held(name, handed=True)])
        yield "none of my rewards", rewards.mine([])
        yield "claim given back", rewards.given_back(name, 300)
        for said, standing in reward_facts.standings(self.said("#17")).items():
            terms = self.programme.reliability
            yield f"reliability: {said}", reliability.explained(standing, terms)
        shelf = [offer.reward for offer in offers]
        yield "shelf", reward_shelf.shelf(shelf)
        yield "empty shelf", reward_shelf.shelf([])
        yield "kept reward", reward_shelf.kept(shelf[0], tiers=tiers, said="已新增獎品")
        for number, each in enumerate([*held, reward_facts.held(name, handed=True)]):
            claim, who = each.claim, self.said("林小美")
            yield f"hand over {number}", reward_shelf.handed(claim, name=who)
            yield (
                f"cancel claim {number}",
                reward_shelf.cancelling(claim, name=who, nonce="abcd1234"),
            )
            yield f"cancelled claim {number}", reward_shelf.cancelled(claim, name=who)

    def _profile(self) -> Iterator[tuple[str, Message]]:
        member = Member(name=self.said("林小美"), birth_month=3, birth_day=5, phone_mark="x")
        for step in ("name", "birthday", "phone", "interests", "gender"):
            yield (
                f"asked for {step}",
                profile.question(step, member=member, interests=[self.said("母嬰"), "生鮮"]),
            )
        facts = [self.coupon(number)._asdict() for number in (0, 1)]
        given = [Coupon(**each | {"products": "", "tiers": ""}) for each in facts]
        yield "gift", profile.saved(member, given)
        yield "saved", profile.saved(member, [])
        yield "nothing known", profile.saved(Member(name=""), [])
        yield "profile done", profile.thanks(member, [])[-1]

    def _privacy(self) -> Iterator[tuple[str, Message]]:
        switches = {topic: bool(number % 2) for number, topic in enumerate(MARKETING)}
        yield "settings", privacy.settings(switches, marketing=True)
        yield "settings, all off", privacy.settings(switches, marketing=False)
        yield "stopped", privacy.stopped()
        yield "resumed", privacy.resumed()
        yield "terms", privacy.terms(self.programme, marketing=True)

    def _smalltalk(self) -> Iterator[tuple[str, Message]]:
        known = router.visible(Role.OWNER)
        for role, known_to in (("members", router.visible(Role.MEMBER)), ("organisers", known)):
            for number, carousel in enumerate(smalltalk.overview(known_to)):
                yield f"help for {role} {number}", carousel
        for turn in range(3):
            yield f"not understood, {turn}", smalltalk.not_understood([], turn=turn)
        yield "a guess", smalltalk.not_understood(known[:3], turn=0)
        for kind in ("sticker", "image", "audio", "video", "location", "file", "unheard of"):
            yield f"got {kind}", smalltalk.friendly(kind)

    def _support(self) -> Iterator[tuple[str, Message]]:
        asked = self.said("上次的高麗菜豬肉水餃少了一包，請問可以補寄嗎？")
        ticket = Ticket(id=12, member_id=1, question=asked, asked_at=NOON)
        yield "what about", support.what_about()
        yield "ticket", support.thanks(ticket)
        yield "ticket for organisers", support.question(ticket, name=self.said("林小美"))
        yield "tickets", support.waiting([ticket] * 8)
        yield "no tickets", support.waiting([])
        yield "answer", support.answer(ticket, self.said("不好意思，今天就補一包給你！"))
        yield "answered", support.answered(ticket)

    def _files(self) -> Iterator[tuple[str, Message]]:
        name = self.said("member")
        reason = self.said("找不到這位團友：M9999")
        wrong = tuple(Rejection(row, name, "{reason}", {"reason": reason}) for row in range(2, 30))
        ignored = (self.said("備註"), self.said("取貨地點"))
        yield (
            "dry run",
            files.report(
                "orders",
                Report(3_024, 3_000, 24, (), False, ignored),
                name=self.said("2026-11 團友團購 訂單匯出（冷凍、常溫）最終版 (2).xlsx"),
                nonce="a1b2c3d4",
            ),
        )
        yield (
            "rows rejected",
            files.report("orders", Report(30, 2, 0, wrong, False), name="訂單.csv", nonce=None),
        )
        yield (
            "nothing new",
            files.report("members", Report(5, 0, 5, (), False), name="", nonce=None),
        )
        yield (
            "imported",
            files.report("members", Report(280, 280, 0, (), True), name="members.csv", nonce=None),
        )
        yield "still waiting", files.still_waiting()

    def _campaigns(self) -> Iterator[tuple[str, Message]]:
        yield "switched off", campaigns.switched("生日", on=False)
        yield "switched on", campaigns.switched("生日", on=True)
        person: Any = SimpleNamespace(
            language="zh-TW",
            name=self.said("林小美"),
            tier="gold",
            points=12_400,
            coupons=3,
            product=self.said("黏貼型尿布 L 4包"),
            product_id=12,
            bought_on=TODAY - timedelta(days=25),
            days=28,
            expires_at=NOON + timedelta(days=9),
            coupon=self.said("金級生日券 NT$150"),
            kind="amount",
            value=150,
            drawn=True,
        )
        held: Any = self.coupon(2)
        for kind in (
            Birthday,
            Welcome,
            PointsExpiring,
            CouponExpiring,
            CouponGiven,
            Replenishment,
        ):
            campaign = kind(None, now=NOON, programme=self.programme)  # type: ignore[arg-type]
            yield f"sent: {kind.key}", campaign.message(person, held)

    def _replenishment(self) -> Iterator[tuple[str, Message]]:
        bought: Any = SimpleNamespace(product_id=12, product=self.said("黏貼型尿布 L 4包"))
        yield "finished", replenishment.noted_finished(bought)
        yield "not yet", replenishment.noted_not_yet(bought)


def _known() -> list[Any]:
    return list(CAMPAIGNS.values())
