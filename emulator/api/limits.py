"""How much may be sent, how much was, and under which names it was counted."""

from __future__ import annotations

from datetime import date, datetime

from bot.line import Response
from emulator.api.paging import page
from emulator.api.registry import endpoint
from emulator.calls import Call, bad_parameter, ok
from emulator.courier import Courier

DELIVERIES = ("reply", "push", "multicast", "broadcast")


@endpoint("GET", "/v2/bot/message/quota", "getMessageQuota")
def quota(world: Courier, call: Call) -> Response:
    del call
    if world.quota is None:
        return ok({"type": "none"})
    return ok({"type": "limited", "value": world.quota})


@endpoint("GET", "/v2/bot/message/quota/consumption", "getMessageQuotaConsumption")
def consumption(world: Courier, call: Call) -> Response:
    return ok({"totalUsage": world.monthly.used(call.now)})


def delivery(world: Courier, call: Call) -> Response:
    """Messages sent on one of LINE's days."""
    kind = call.path.rsplit("/", 1)[1]
    return ok(world.monthly.delivered(kind, asked_day(call), call.now))


for kind in DELIVERIES:
    endpoint("GET", f"/v2/bot/message/delivery/{kind}", f"getNumberOfSent{kind.title()}Messages")(
        delivery
    )


@endpoint("GET", "/v2/bot/message/aggregation/info", "getAggregationUnitUsage")
def units_used(world: Courier, call: Call) -> Response:
    return ok({"numOfCustomAggregationUnits": len(world.monthly.units(call.now))})


@endpoint("GET", "/v2/bot/message/aggregation/list", "getAggregationUnitNameList")
def unit_names(world: Courier, call: Call) -> Response:
    names = world.monthly.units(call.now)
    return ok(page(call, names, "customAggregationUnits", call.count("limit", 100, 100)))


def asked_day(call: Call) -> date:
    """The day of the `date` parameter.

    Raises:
        Refused: it is no date such as 20261231.
    """
    text = call.parameter("date") or ""
    try:
        if len(text) != 8 or not text.isascii() or not text.isdecimal():
            raise ValueError
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day, no instant
    except ValueError:
        raise bad_parameter("date") from None
