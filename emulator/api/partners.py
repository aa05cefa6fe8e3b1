"""What LINE keeps for partners, or for shops in Japan: refused as it refuses a shop here."""

from __future__ import annotations

from bot.line import Response
from emulator.api.people import NOT_FOR_YOU
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, not_found
from emulator.courier import Courier


@endpoint("POST", "/v2/bot/message/markAsRead", "markMessagesAsRead")
@endpoint("POST", "/bot/pnp/push", "pushMessagesByPhone")
@endpoint("GET", "/v2/bot/message/delivery/pnp", "getPNPMessageStatistics")
def for_partners(world: Courier, call: Call) -> Response:
    del world, call
    raise Refused(403, NOT_FOR_YOU)


@endpoint("GET", "/v2/bot/membership/subscription/{userId}", "getMembershipSubscription")
@endpoint("GET", "/v2/bot/membership/{membershipId}/users/ids", "getJoinedMembershipUsers")
def not_in_taiwan(world: Courier, call: Call) -> Response:
    del world, call
    raise not_found()


@endpoint("GET", "/v2/bot/membership/list", "getMembershipList")
def no_plans(world: Courier, call: Call) -> Response:
    del world, call
    raise not_found("Membership plan not found")
