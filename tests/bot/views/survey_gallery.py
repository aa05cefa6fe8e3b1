"""Surveys as members and organisers see them, and what goes out to buyers by their habits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from bot.views import survey_desk, surveys
from bot.views.kit import Message
from models.insight.win_back import Step
from models.loyalty.coupons import CouponFact
from models.shop.survey_orders import Rated, Received
from models.talk.surveys import Satisfaction
from scheduler.campaign import Campaign
from scheduler.campaigns.recommendation import Recommendation
from scheduler.campaigns.survey import Survey
from scheduler.campaigns.win_back import WinBack
from tests.bot.views.coupon_gallery import CouponGallery
from tests.bot.views.facts import NOON, TODAY


class SurveyGallery(CouponGallery):
    """One order or thirty, every number of stars, and none."""

    def _surveys(self) -> Iterator[tuple[str, Message]]:
        one = Received("3-12", self.said("愛文芒果 5斤裝"))
        yield "survey: one order", surveys.asked([one])
        yield "survey: many", surveys.asked([Received(f"123-{n}", one.title) for n in range(60)])
        yield "survey: imported", surveys.asked([Received("X" * 64, "")])
        for stars in range(1, 6):
            ticket = 12 if stars < 3 else None
            yield f"asked for words: {stars}", surveys.thanks(stars, ticket=ticket, lead="團購")
        yield "survey: said", surveys.commented()
        yield "survey: skipped", surveys.skipped()
        yield "survey: nothing", surveys.nothing()
        title = self.said("第 3 團 愛文芒果")
        rated = [Rated(f"3-{n}", self.said("林小美"), 5, self.said("很甜！")) for n in range(20)]
        rated.append(Rated("3-21", "", 1, ""))
        yield (
            "surveys: many",
            survey_desk.ratings(title, Satisfaction((1, 0, 2, 12, 1_030)), rated),
        )
        yield "surveys: few", survey_desk.ratings(title, Satisfaction((1, 0, 0, 0, 0)), rated[-1:])
        yield "surveys: none", survey_desk.ratings(title, Satisfaction(), [])
        yield from self._sent()

    def _sent(self) -> Iterator[tuple[str, Message]]:
        """Surveys, recommendations and words to those who are missed, as they go out."""
        title = self.said("有機尿布 4包")
        usual: dict[str, Any] = {
            **{"language": "zh-TW", "orders": "3-12 " + "".join(title.splitlines())},
            **{"number": 3, "title": title, "item": self.said("L 號"), "closes_at": NOON},
            **{"price_now": 450, "option_prices": "[]", "category": "母嬰", "often": 1},
            **{"tier": "gold", "step": Step.HELLO.value, "last_on": TODAY - timedelta(days=50)},
        }

        def said(kind: type[Campaign], coupon: CouponFact | None = None, **more: Any) -> Message:
            campaign = kind(None, now=NOON, programme=self.programme)  # type: ignore[arg-type]
            person: Any = SimpleNamespace(**usual | more)
            return campaign.message(person, coupon)

        yield "sent: survey", said(Survey)
        yield "sent: recommendation", said(Recommendation)
        for category in ("美妝", self.said("零食")):
            yield f"recommended: {category}", said(Recommendation, category=category)
        dearer = {"tier": "bronze", "option_prices": '[["L", 500]]', "closes_at": None}
        yield "recommended: liked", said(Recommendation, often=0, **dearer)
        yield "sent: win_back", said(WinBack)
        gift = self.wallet().usable[0]
        yield "missed: coupon", said(WinBack, gift, step=Step.COUPON.value)
