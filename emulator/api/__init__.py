"""LINE's endpoints, by subject; importing this package registers them all."""

from emulator.api import (
    account,
    contents,
    coupons,
    groups,
    insight,
    limits,
    links,
    menus,
    narrowcast,
    partners,
    people,
    sending,
    validating,
    webhook,
)
from emulator.api.registry import Operation, find

__all__ = [
    "Operation",
    "account",
    "contents",
    "coupons",
    "find",
    "groups",
    "insight",
    "limits",
    "links",
    "menus",
    "narrowcast",
    "partners",
    "people",
    "sending",
    "validating",
    "webhook",
]
