"""Request bodies around the messages: to whom, and what else is asked for.

Every body here is `{}` of known properties; unknown ones are ignored, as LINE does.
"""

import re

from emulator.validation.messages import MESSAGES
from emulator.validation.rules import Boolean, Integer, ListOf, OneOf, Rule, Shape, Text, choice
from emulator.validation.rules import url as address

UNIT = Text(30, pattern=re.compile(r"[A-Za-z0-9_]{1,30}"))
COMMON: dict[str, Rule] = {"messages": MESSAGES, "notificationDisabled": Boolean()}
UNITS: dict[str, Rule] = {"customAggregationUnits": ListOf(UNIT, 0, 1)}
TYPED = Shape({"type": Text()}, ("type",))
RECIPIENT_KINDS: dict[str, Rule] = {}
RECIPIENT = OneOf(RECIPIENT_KINDS)
RECIPIENT_KINDS |= {
    "audience": Shape({"audienceGroupId": Integer()}, ("audienceGroupId",)),
    "redelivery": Shape({"requestId": Text()}, ("requestId",)),
    "operator": Shape({"and": ListOf(RECIPIENT), "or": ListOf(RECIPIENT), "not": RECIPIENT}),
}
DEMOGRAPHICS = ("age", "appType", "area", "gender", "subscriptionPeriod")
DEMOGRAPHIC_KINDS: dict[str, Rule] = dict.fromkeys(DEMOGRAPHICS, TYPED)
DEMOGRAPHIC = OneOf(DEMOGRAPHIC_KINDS)
DEMOGRAPHIC_KINDS["operator"] = Shape(
    {"and": ListOf(DEMOGRAPHIC), "or": ListOf(DEMOGRAPHIC), "not": DEMOGRAPHIC}
)
LIMIT = Shape(
    {"max": Integer(1), "upToRemainingQuota": Boolean(), "forbidPartialDelivery": Boolean()}
)

REPLY = Shape({**COMMON, "replyToken": Text()}, ("replyToken", "messages"))
PUSH = Shape({**COMMON, **UNITS, "to": Text()}, ("to", "messages"))
MULTICAST = Shape({**COMMON, **UNITS, "to": ListOf(Text(), 1, 500)}, ("to", "messages"))
BROADCAST = Shape(COMMON, ("messages",))
NARROWCAST = Shape(
    {
        **COMMON,
        "recipient": RECIPIENT,
        "filter": Shape({"demographic": DEMOGRAPHIC}),
        "limit": LIMIT,
    },
    ("messages",),
)
VALIDATE = Shape({"messages": MESSAGES}, ("messages",))
LOADING = Shape(
    {"chatId": Text(), "loadingSeconds": choice(*range(5, 61, 5))},
    ("chatId",),
)
MARK_AS_READ = Shape({"markAsReadToken": Text()}, ("markAsReadToken",))
WEBHOOK = Shape({"endpoint": address(500, ("https", "http"))}, ("endpoint",))
WEBHOOK_TEST = Shape({"endpoint": address(500, ("https", "http"))})
