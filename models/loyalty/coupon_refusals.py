"""Why a coupon does not go on an order, in a sentence each."""

from __future__ import annotations

from enum import StrEnum

from models.base import N_, Refusal
from models.loyalty.coupon_facts import CouponFact


class Reason(StrEnum):
    """Why a coupon cannot be used, or was not."""

    NOT_HELD = "not_held"
    UPCOMING = "upcoming"
    EXPIRED = "expired"
    TIER = "tier"
    FIRST = "first"
    GOODS = "goods"
    MINIMUM = "minimum"
    SHIPPING = "shipping"
    NOTHING = "nothing"
    ALONE = "alone"
    SAME_KIND = "same_kind"
    BEATEN = "beaten"


SENTENCES = {
    Reason.NOT_HELD: N_("你的優惠券裡沒有券號 {code} 這張，請看「優惠券」確認。"),
    Reason.UPCOMING: N_("「{name}」{month}/{day} 起才能用。"),
    Reason.EXPIRED: N_("「{name}」的使用期限到 {month}/{day} 為止，已經過期了。"),
    Reason.TIER: N_("「{name}」是其他會員等級專用的，你現在的等級還不能用。"),
    Reason.FIRST: N_("「{name}」限第一次購買使用。"),
    Reason.GOODS: N_("「{name}」只能用在指定商品：{goods}。"),
    Reason.MINIMUM: N_("「{name}」要滿 NT${min_spend:,}，還差 NT${short:,}。"),
    Reason.SHIPPING: N_("這筆訂單沒有運費，用不到「{name}」。"),
    Reason.NOTHING: N_("這筆訂單用「{name}」省不到錢，留著下次用。"),
    Reason.ALONE: N_("「{name}」不能和其他優惠券一起用，請只選它一張，或拿掉它。"),
    Reason.SAME_KIND: N_("「{name}」和「{other}」是同一類，一筆訂單只能用其中一張。"),
    Reason.BEATEN: N_("這次不用「{name}」，現在的用法比較省；留著下次用。"),
}


class CannotUse(Refusal):
    """This coupon does not go on this order."""

    buttons = ("優惠券",)

    def __init__(self, reason: Reason, coupon: CouponFact | None = None, **values: object) -> None:
        named = {"name": coupon.name} if coupon else {}
        super().__init__(SENTENCES[reason], **named, **values)
        self.reason, self.coupon = reason, coupon
