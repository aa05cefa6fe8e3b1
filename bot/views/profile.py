"""The profile's questions, one at a time, and thanks for an answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, long_day
from bot.views import kit
from bot.views.coupons import worth
from bot.views.kit import Message
from models.loyalty.coupons import Coupon, fact
from models.people.members import Member

__all__ = ["Coupon", "Message", "gifts", "question", "saved", "thanks"]


def question(step: str, *, member: Member, interests: Sequence[str]) -> Message:
    skip = kit.choice(_("略過"), "略過")
    stop = kit.choice(_("結束"), "結束")
    if step == "name":
        keep = [kit.choice(member.name, member.name)] if member.name else []
        return kit.text(_("怎麼稱呼你？直接打字就可以。"), choices=[*keep, skip, stop])
    if step == "birthday":
        pick = kit.pick_date(_("選日期"), "生日")
        asked = _("你的生日是哪一天？例如 3/5（只用來送生日禮，一年可改一次）。")
        return kit.text(asked, choices=[pick, skip, stop])
    if step == "phone":
        asked = _("你的手機號碼？例如 0912345678（加密保存，只用來對訂單）。")
        return kit.text(asked, choices=[skip, stop])
    if step == "gender":
        genders = [kit.choice(_(word), word) for word in ("女", "男", "不透露")]
        return kit.text(_("最後一題，方便告訴我們性別嗎？"), choices=[*genders, skip])
    topics = [kit.choice(interest, interest) for interest in interests]
    return kit.text(_("平常最想買哪一類？"), choices=[*topics, skip, stop])


def saved(member: Member, given: Sequence[Coupon]) -> Message:
    """One field was set by its own command."""
    if given:
        return _gift(given)
    facts = _facts(member)
    return kit.text(
        _("記下來了。{facts}", facts=facts),
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("完成資料"), "完成資料")],
    )


def thanks(member: Member, given: Sequence[Coupon]) -> list[Message]:
    """The profile is done, or enough of it."""
    closing = kit.text(
        _("謝謝，資料都記下來了，之後想改隨時說。"),
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("優惠券"), "優惠券")],
    )
    return [*gifts(given), closing]


def gifts(given: Sequence[Coupon]) -> list[Message]:
    """The newcomer gift, if one was given."""
    return [_gift(given)] if given else []


def _gift(given: Sequence[Coupon]) -> Message:
    held = [fact(coupon) for coupon in given]
    return kit.card(
        _("新客禮送給你"),
        *(
            kit.panel(
                kit.line(coupon.name, weight="bold"),
                kit.row(_("優惠"), worth(coupon), shares=kit.VALUE_WIDE),
                kit.row(_("券號"), coupon.shown_code),
                kit.row(_("使用期限"), long_day(coupon.last_day)),
            )
            for coupon in held
        ),
        buttons=[kit.button(_("看我的優惠券"), "優惠券", style="primary", colour=kit.WARM)],
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("點數"), "點數")],
        colour=kit.WARM,
    )


def _facts(member: Member) -> str:
    parts = []
    if member.name:
        parts.append(_("稱呼：{name}", name=member.name))
    if member.birth_month:
        parts.append(_("生日：{month}/{day}", month=member.birth_month, day=member.birth_day))
    if member.phone_mark:
        parts.append(_("手機：已加密保存"))
    return "、".join(parts)
