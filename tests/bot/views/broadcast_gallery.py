"""Broadcasts as members read them, and as organisers see them: tried out, under way, and over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.views import (
    broadcast_desk,
    broadcast_effects,
    broadcast_trial,
    broadcasts,
    group_buys,
    pictures,
)
from bot.views.kit import Message
from models.insight.effects import Effect, Group
from models.message_terms import PLANS
from models.talk.bid_price import Month
from models.talk.broadcast_records import Broadcast, Stage
from models.talk.broadcast_terms import Content, Wanted
from models.talk.broadcasts import BY_HAND, Standing
from models.talk.budget import Outlook
from models.talk.budget_figures import History
from models.talk.outbox_records import State
from models.talk.personal_fields import Field
from models.talk.policy import Budget
from scheduler.broadcast_forecasts import Forecast, Sample
from tests.bot.views.facts import NOON
from tests.bot.views.policy_gallery import PolicyGallery

NONCE = "0" * 12
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANY = Group("", 9_000, 8_800, 40, 1_234, 2_345, 720, 801, 412_345)
# members, sent, failed, clicked, clicks, ordered, orders, revenue of each variant, and held back
BROUGHT: dict[str, tuple[tuple[Group, ...], Group | None]] = {
    "won": ((replace(MANY, arm="A"),), Group("", 1_000, ordered=20, orders=20, revenue=9_000)),
    "lost": ((replace(MANY, arm="A", ordered=90),), Group("", 1_000, ordered=90)),
    "unclear": ((replace(MANY, arm="A", ordered=180),), Group("", 1_000, ordered=22)),
    "few people": ((Group("A", 180, 170, ordered=9),), Group("", 20, ordered=1)),
    "few orders": ((Group("A", 180, 170, ordered=1),), Group("", 60)),
    "nobody held back": ((Group("A", 12, 12),), None),
    "B won": (
        (
            Group("A", 900, 880, 3, 90, 99, 20, 21, 9_000),
            Group("B", 900, 880, 0, 9, 9, 70, 70, 800),
        ),
        None,
    ),
    "A won": ((Group("A", 900, 880, ordered=70), Group("B", 900, 880, ordered=20)), None),
    "A and B alike": ((Group("A", 900, 880, ordered=31), Group("B", 900, 9, ordered=30)), None),
    "A and B too few": ((Group("A", 9, 9), Group("B", 9, 9)), None),
}


class BroadcastGallery(PolicyGallery):
    """One broadcast with everything in it, one with a text alone."""

    def _broadcasts(self) -> Iterator[tuple[str, Message]]:
        yield (
            "picture kept",
            pictures.kept([(number, self.said("愛文芒果")) for number in range(9)]),
        )
        yield "picture kept, nothing is on sale", pictures.kept([])
        for part in (self._heard(), self._tried(), self._running(), self._brought()):
            yield from ((f"broadcast: {name}", message) for name, message in part)

    def _wanted(self) -> tuple[Wanted, Wanted]:
        said = self.said("早安 {稱呼}，新品到了") or "x"  # one without words is refused
        segment = self.said("金級以上 #母嬰 R>30")
        short = Wanted(segment, (Content(said),), "通知")
        picture = "https://x.tw/a.jpg"
        other = f"{self.said('另一種說法')} https://x.tw/a，https://x.tw/b謝謝"
        variants = (Content(said, picture, "https://x.tw/a-s.jpg"), Content(other, picture))
        goal = self.said("回訪")[:20]
        return short, Wanted(segment, variants, goal, 3, self.said("回購券"), 10, 2)

    def _heard(self) -> Iterator[tuple[str, Message]]:
        short, full = self._wanted()
        values = {Field.NAME: self.said("林小美"), Field.POINTS: "1,240", Field.TIER: "金級"}
        offer = group_buys.offer_card(self.mangoes(), now=NOON)  # type: ignore[attr-defined]
        heard = [*broadcasts.messages(short.variants[0], values)]
        heard += broadcasts.messages(full.variants[0], values, coupon=self.coupon(1), offer=offer)
        for at, message in enumerate(heard):
            if message["type"] != "image":
                yield f"heard {at}", broadcast_with_ways(message)
        yield "gift", broadcasts.gift(self.coupon(2))

    def _tried(self) -> Iterator[tuple[str, Message]]:
        yield "how", broadcast_desk.how()
        short, full = self._wanted()
        said = [{"type": "text", "text": self.said("早安小美") or "x"}]
        samples = [Sample(self.said("林小美"), said), Sample("", [])]
        outlook = Outlook(Month(6000, 5_990, 9.5, 10, 6.5), History(28, 1, {}), Budget(9, 0))
        left_out = Counter(not_friend=12, opted_out=1_234)
        found = Forecast(full, 12_345, 11_099, 10, left_out, samples, 60, outlook, PLANS[2])
        given: dict[str, Any] = {"at": None, "quiet": None, "risks": [], "nonce": NONCE}
        yield "tried", broadcast_trial.tried(found, **given)
        given |= {"at": NOON, "quiet": NOON + HOUR, "risks": [self.said("療效")] * 9}
        bare = Forecast(short, 1, 1, 0, Counter(), [], 0, None, None)
        yield "tried, risky at night", broadcast_trial.tried(bare, **given)

    def _running(self) -> Iterator[tuple[str, Message]]:
        made = self._made()
        yield "confirmed", broadcast_desk.confirmed(made, people=12_345, seconds=60)
        yield "scheduled", broadcast_desk.confirmed(made, people=1, seconds=None)
        yield "stopped", broadcast_desk.stopped(made, self.said("第 3 個字的「常客」不認得。"))
        half = Standing(made, "", {State.SENT: 40, State.DEAD: 3, State.SKIPPED: 7})
        stopped = half._replace(paused=BY_HAND)
        refused = half._replace(paused=self.said("400 The property, 'to', is invalid"))
        yield "paused", broadcast_desk.paused(stopped, now=NOON)
        yield "paused by itself", broadcast_desk.paused(refused, now=NOON)
        yield "resumed", broadcast_desk.resumed(half, now=NOON)
        yield "cancelling", broadcast_desk.cancelling(half, nonce=NONCE, now=NOON)
        gone = Standing(self._made(stage=Stage.CANCELLED.value), "", {State.CANCELLED: 12_345})
        yield "cancelled", broadcast_desk.cancelled(gone, now=NOON)
        waiting = Standing(self._made(release_at=NOON + DAY), "", {})
        all_of_them = [half, stopped, refused, gone, waiting] * 2
        yield "listing", broadcast_desk.listing(all_of_them, NOON)
        yield "result, nothing sent", broadcast_desk.result(waiting, [], now=NOON)

    def _brought(self) -> Iterator[tuple[str, Message]]:
        over = Standing(self._made(stage=Stage.PLANNED.value), "", {State.SENT: 12_345})
        contents = self._wanted()[1].variants
        for name, (sent_to, held_back) in BROUGHT.items():
            effect = Effect(sent_to, held_back, 3, NOON + DAY, 1_234.5)
            brought = broadcast_effects.blocks(effect, contents, over=True)
            yield f"result: {name}", broadcast_desk.result(over, brought, now=NOON)
        brought = broadcast_effects.blocks(effect, [Content()] * 2, over=False)
        yield "result, not over", broadcast_desk.result(over, brought, now=NOON)

    def _made(self, **other: Any) -> Broadcast:
        values: dict[str, Any] = {
            **{"id": 12, "goal": self.said("促購")[:20], "segment": self._wanted()[0].segment},
            **{"stage": Stage.WAITING.value, "release_at": NOON - HOUR, "planned": 12_345},
            **{"kept_out": 1_372, "left_out": '{"not_friend": 12, "coupon_gone": 3}'},
        }
        return Broadcast(**values | other)


def broadcast_with_ways(message: Message) -> Message:
    """A message that is not the last of its broadcast carries no ways on of its own."""
    last = broadcasts.messages(Content("x"), {})[-1]
    return {"quickReply": last["quickReply"], **message}
