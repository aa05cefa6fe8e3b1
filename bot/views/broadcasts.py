"""A broadcast as its members read it: words, picture, coupon, and the card of a group-buy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.texts import _, long_day
from bot.views import coupons, kit
from bot.views.kit import Message
from models.base import local_day
from models.loyalty.coupons import CouponFact
from models.talk import personal_fields
from models.talk.broadcast_terms import Content
from models.talk.personal_fields import Field


def messages(
    content: Content,
    values: Mapping[Field, str],
    *,
    coupon: CouponFact | None = None,
    offer: Message | None = None,
) -> list[Message]:
    """The message objects for one member; beneath the last stands how to hear no more of these."""
    found: list[Message] = []
    if content.picture:
        found.append(
            {
                "type": "image",
                "originalContentUrl": content.picture,
                "previewImageUrl": content.preview or content.picture,
            }
        )
    if content.text:
        found.append(kit.text(personal_fields.filled(content.text, values)))
    if offer is not None:
        found.append(offer)
    if coupon is not None:
        found.append(gift(coupon))
    ways = [kit.choice(_("團購"), "團購"), kit.choice(_("通知設定"), "通知設定")]
    return [*found[:-1], kit.with_choices(dict(found[-1]), ways)]


def gift(coupon: CouponFact) -> Message:
    """The coupon that comes with it."""
    last_day = local_day(coupon.expires_at - timedelta(seconds=1))
    return kit.card(
        _("送你一張優惠券"),
        kit.line(coupon.name, weight="bold"),
        kit.row(_("優惠"), coupons.worth(coupon), strong=True),
        kit.row(_("使用期限"), long_day(last_day)),
        buttons=[kit.button(_("看我的優惠券"), "優惠券", style="primary", colour=kit.WARM)],
        colour=kit.WARM,
    )
