"""What the month's messages come to, and why somebody was or was not written to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.views import prospects, quota, why_not
from bot.views.kit import Message
from bot.views.quota import Spent
from bot.views.why_not import Told
from models.message_terms import PLANS
from models.talk.bid_price import Month
from models.talk.budget import Outlook
from models.talk.budget_figures import History
from models.talk.fates import Fate
from models.talk.outbox_holds import MARKETING, PUSHES
from models.talk.outbox_records import State
from models.talk.policy import Budget, Delay, Send, SendRules, Skip, Wait
from models.talk.quota import Reading
from scheduler.prospects import Prospect
from tests.bot.views.calendar_gallery import CalendarGallery
from tests.bot.views.facts import NOON

DAY = timedelta(days=1)
VERDICTS: tuple[dict[str, Any], ...] = (
    {"verdict": Send()},
    {"verdict": Send(), "may_ride": True, "due_at": NOON + DAY},
    {"verdict": Send(), "use_until": NOON},
    {"verdict": Delay(NOON + DAY), "recent": [("birthday", NOON), ("viewed", NOON - DAY)]},
    {"verdict": Wait("budget"), "left": Budget(30, 1250), "value": 700},
    {"verdict": Wait("budget"), "left": Budget(0, 0), "value": 700},
    {"verdict": Skip("opted_out")},
    {"verdict": Send(), "hold": PUSHES},
    {"verdict": Send(), "hold": MARKETING},
    {"verdict": Send(), "hold": "rule:viewed"},
    {"verdict": Send(), "hold": "rule:viewed", "reason": "paused"},
    {"state": State.SENT, "rode": True},
    *({"state": state} for state in State),
    *(
        {"state": State.SKIPPED, "reason": reason, "recent": [("viewed", NOON)]}
        for reason in ("capped", "budget", "blocked", "erased", "key_too_old")
    ),
)


class PolicyGallery(CalendarGallery):
    """A month that runs short, and a member to whom everything happened."""

    def _policy(self) -> Iterator[tuple[str, Message]]:
        yield from self._calendar()
        reading = Reading(3000, 2100, NOON)
        short, room = (Month(3000, used, 120.5, 10, 6.5) for used in (2100, 300))
        kinds = [Spent("訂單與服務通知", 400, 90), Spent("看過還沒訂", 1700, 800, waiting=420)]
        for name, month, left, plan in (
            ("short", short, Budget(480, 1230), PLANS[1]),
            ("none left", short, Budget(0, 1), None),
            ("enough", room, Budget(2280, 0), PLANS[2]),
        ):
            outlook = Outlook(month, History(28, 100, {}), left)
            yield f"quota: {name}", quota.overview(reading, outlook, plan, kinds)
        yield "quota: unlimited", quota.unlimited()
        yield "quota: unknown", quota.unknown()
        told = list(self._told())
        for at in range(0, len(told), 5):
            others = self._others() if not at else []
            yield f"why not: {at}", why_not.card(self.said("小美"), told[at : at + 5], others)
        yield "why not: nobody", why_not.card(self.said("小美"), [], [])

    def _told(self) -> Iterator[Told]:
        titles = {"birthday": "生日", "viewed": "看過還沒訂"}
        for given in VERDICTS:
            values: dict[str, Any] = {
                **{"rule": "viewed", "period": "1", "topic": "offers", "state": State.QUEUED},
                **{"reason": "", "due_at": NOON, "use_until": None, "done_at": None},
                **{"value": None, "rode": False, "may_ride": False},
            }
            fate = Fate(**values | given)
            said = why_not.because(fate, titles, SendRules(), now=NOON, refused=None)
            yield Told(self.said("看過還沒訂"), said)

    def _others(self) -> list[Told]:
        return [
            Told("生日", prospects.because(each, refused, hour))
            for each in Prospect
            for refused, hour in ((None, None), (NOON, 9))
        ]
