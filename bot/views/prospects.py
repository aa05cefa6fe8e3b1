"""Why a campaign has nothing for somebody, in words."""

from __future__ import annotations

from datetime import datetime

from bot.texts import _, day
from models.base import N_

SAID = {
    "off": N_("已關掉"),
    "already": N_("這一期已經寫過"),
    "not_friend": N_("封鎖了官方帳號或還不是好友"),
    "opted_out": N_("沒有同意收這類訊息"),
    "next_run": N_("符合條件，馬上會排"),
}


def because(prospect: str, refused: datetime | None, hour: int | None) -> str:
    """`prospect` as `scheduler.prospects` names it; `hour` is that of the daily run."""
    if prospect == "opted_out" and refused is not None:
        return _("{at} 說不要收這類訊息", at=day(refused))
    if prospect == "next_run" and hour is not None:
        return _("符合條件，{hour} 點排", hour=str(hour))
    return _(SAID.get(prospect, N_("目前不符合條件")))
