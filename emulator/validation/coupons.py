"""LINE's own coupons: what a new one must say.

The reference wants a `reward`, the machine-readable description does not; here it may
be absent, as in the description.
"""

from typing import Any

from emulator.validation.rules import (
    Integer,
    OneOf,
    Path,
    Problem,
    Problems,
    Shape,
    Text,
    choice,
    url,
)

ZONES = """
ETC_GMT_MINUS_12 ETC_GMT_MINUS_11 PACIFIC_HONOLULU AMERICA_ANCHORAGE AMERICA_LOS_ANGELES
AMERICA_PHOENIX AMERICA_CHICAGO AMERICA_NEW_YORK AMERICA_CARACAS AMERICA_SANTIAGO
AMERICA_ST_JOHNS AMERICA_SAO_PAULO ETC_GMT_MINUS_2 ATLANTIC_CAPE_VERDE EUROPE_LONDON
EUROPE_PARIS EUROPE_ISTANBUL EUROPE_MOSCOW ASIA_TEHRAN ASIA_TBILISI ASIA_KABUL
ASIA_TASHKENT ASIA_COLOMBO ASIA_KATHMANDU ASIA_ALMATY ASIA_RANGOON ASIA_BANGKOK
ASIA_TAIPEI ASIA_TOKYO AUSTRALIA_DARWIN AUSTRALIA_SYDNEY ASIA_VLADIVOSTOK
ETC_GMT_PLUS_12 PACIFIC_TONGATAPU
"""
SECONDS = Integer(0)
FIXED = Shape({"fixedAmount": Integer(1)}, ("fixedAmount",))
PERCENTAGE = Shape({"percentage": Integer(1, 99)}, ("percentage",))
EXPLICIT = Shape(
    {"originalPrice": Integer(1), "priceAfterDiscount": Integer(0)},
    ("originalPrice", "priceAfterDiscount"),
)


def ends_after_start(value: Any, path: Path, problems: Problems) -> None:
    if value["endTimestamp"] <= value["startTimestamp"]:
        problems.append(Problem((*path, "endTimestamp"), "must be after startTimestamp"))


DISCOUNT = OneOf({"fixed": FIXED, "percentage": PERCENTAGE, "explicit": EXPLICIT})
CASH_BACK = OneOf({"fixed": FIXED, "percentage": PERCENTAGE})
LOTTERY = Shape(
    {"lotteryProbability": Integer(1, 99), "maxAcquireCount": Integer(-1, 999_999)},
    ("lotteryProbability", "maxAcquireCount"),
)
COUPON = Shape(
    {
        "title": Text(60),
        "description": Text(1000, shortest=0),
        "usageCondition": Text(100, shortest=0),
        "couponCode": Text(16),
        "imageUrl": url(2000),
        "barcodeImageUrl": url(2000),
        "startTimestamp": SECONDS,
        "endTimestamp": SECONDS,
        "timezone": choice(*ZONES.split()),
        "visibility": choice("PUBLIC", "UNLISTED"),
        "maxUseCountPerTicket": choice(1, -1),
        "acquisitionCondition": OneOf({"normal": Shape({}), "lottery": LOTTERY}),
        "reward": OneOf(
            {
                "discount": Shape({"priceInfo": DISCOUNT}),
                "cashBack": Shape({"priceInfo": CASH_BACK}),
                "free": Shape({}),
                "gift": Shape({}),
                "others": Shape({}),
            }
        ),
    },
    (
        "title",
        "startTimestamp",
        "endTimestamp",
        "timezone",
        "visibility",
        "maxUseCountPerTicket",
        "acquisitionCondition",
    ),
    also=(ends_after_start,),
)
