"""LINE's own coupons: made, listed, shown, closed; LINE tells nobody who used them."""

from __future__ import annotations

from typing import Any

from bot.line import Response
from emulator.api.paging import page
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, bad_parameter, not_found, ok
from emulator.courier import Courier
from emulator.validation.coupons import COUPON

PATH = "/v2/bot/coupon"
MOST = 5000
STATUSES = {"DRAFT", "RUNNING", "CLOSED"}


@endpoint("POST", PATH, "createCoupon")
def create(world: Courier, call: Call) -> Response:
    coupon = call.checked(COUPON)
    if coupon["endTimestamp"] <= call.now.timestamp():
        detail = {"message": "must not be in the past", "property": "endTimestamp"}
        raise Refused(400, "The request body has 1 error(s)", details=[detail])
    valid = sum(status(each, call) == "RUNNING" for each in world.coupons.values())
    if valid >= MOST:
        raise Refused(400, "You have too many coupons created.")
    made = world.ids.token()
    world.coupons[made] = {
        **coupon,
        "couponId": made,
        "createdTimestamp": int(call.now.timestamp()),
        "maxTicketPerUser": 1,
        "closed": False,
    }
    return ok({"couponId": made})


@endpoint("GET", PATH, "listCoupon")
def listed(world: Courier, call: Call) -> Response:
    """`status` may be repeated, or hold several by comma."""
    asked = {each for text in call.query.get("status", ()) for each in text.split(",")}
    if not asked <= STATUSES:
        raise bad_parameter("status")
    found = [
        {"couponId": each["couponId"], "title": each["title"]}
        for each in world.coupons.values()
        if not asked or status(each, call) in asked
    ]
    return ok(page(call, found, "items", call.count("limit", 20, 100)))


@endpoint("GET", f"{PATH}/{{couponId}}", "getCouponDetail")
def get(world: Courier, call: Call) -> Response:
    coupon = asked_coupon(world, call)
    told = {name: value for name, value in coupon.items() if name != "closed"}
    return ok({**told, "status": status(coupon, call)})


@endpoint("PUT", f"{PATH}/{{couponId}}/close", "closeCoupon")
def close(world: Courier, call: Call) -> Response:
    coupon = asked_coupon(world, call)
    if coupon["closed"]:
        raise Refused(410, "The coupon is already closed")
    coupon["closed"] = True
    return ok()


def asked_coupon(world: Courier, call: Call) -> dict[str, Any]:
    """The coupon of the path.

    Raises:
        Refused: there is none.
    """
    if call.arguments["couponId"] not in world.coupons:
        raise not_found()
    return world.coupons[call.arguments["couponId"]]


def status(coupon: dict[str, Any], call: Call) -> str:
    over = coupon["closed"] or coupon["endTimestamp"] <= call.now.timestamp()
    return "CLOSED" if over else "RUNNING"
