"""Broadcasts: tried out, confirmed, held for a minute, paused, gone on with, called off."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from bot import confirming, undoing, words
from bot.context import Context, Reply
from bot.router import NOTHING, BadUsage, Number, Rest, command
from bot.texts import _
from bot.views import broadcast_desk as cards
from bot.views import broadcast_effects, broadcast_trial
from handlers.organiser import pictures
from models.base import N_, Refusal
from models.insight import effects
from models.people.roles import Role
from models.shop import group_buys, opening_times
from models.shop.group_buy_records import GroupBuy
from models.shop.opening_times import WHEN
from models.talk import broadcast_terms, broadcasts, clicks, policy, risky_words
from models.talk.broadcast_records import Broadcast
from models.talk.broadcast_refusals import NoBroadcast
from models.talk.broadcast_terms import Wanted
from scheduler import broadcast_expiry, broadcast_forecasts, broadcasting
from scheduler.broadcast_forecasts import Forecast

TOPIC = "推播"
NOW, LATER = "/推播 金級 | 新品到了，歡迎看看", "/排程 12/24 20:00 金級 | 平安夜快樂"
MORNING = time(10)  # of a day that is said without a time
FARTHEST = timedelta(days=300)  # a day without a year that has just gone by is meant as gone
LATEST = Number("0")

_timed = re.compile(rf"(?P<when>{WHEN})(?:\s+(?P<segment>.+))?", re.DOTALL)


class TimeGone(Refusal):
    def __init__(self, when: str) -> None:
        super().__init__(
            N_("{when} 已經過了（最遠可以排到 300 天後），請換一個時間，例如：{usage}"),
            when=when,
            usage=LATER,
        )


@command("/推播", "/群發", role=Role.ORGANISER, topic=TOPIC, careful=True, example=NOW)
def broadcast(ctx: Context, said: Rest = NOTHING) -> Reply:
    """推播給一群團友，先看試算：/推播 金級 | 新品到了"""
    if not said:
        return cards.how()
    return _tried(ctx, broadcast_terms.read(_as_written(ctx)), at=None)


@command("/排程", role=Role.ORGANISER, topic=TOPIC, careful=True, example=LATER)
def schedule(ctx: Context, said: Rest) -> Reply:
    """預約推播時間：/排程 12/24 20:00 金級 | 平安夜快樂"""
    head, bar, content = broadcast_terms.cut(_as_written(ctx))
    found = _timed.fullmatch(words.plain(head))
    if found is None:
        raise BadUsage(LATER)
    at = opening_times.instant(found["when"], ctx.now, otherwise=MORNING)
    if not ctx.now < at <= ctx.now + FARTHEST:
        raise TimeGone(found["when"])
    return _tried(ctx, broadcast_terms.read(f"{found['segment'] or ''}{bar}{content}"), at=at)


@confirming.act("broadcast.send")
def send(ctx: Context, *, wanted: dict[str, Any], at: str | None, people: int) -> Reply:
    """推播"""
    asked = Wanted.of(wanted)
    # the time may have come while the card waited to be confirmed
    release_at = max(datetime.fromisoformat(at) if at else ctx.now, ctx.now + broadcasts.UNDO)
    quiet = policy.quiet_until(release_at, ctx.rules.quiet)
    made = broadcasts.confirm(
        ctx.session,
        asked,
        by=ctx.person,
        held_back=broadcasts.held_back(asked, people),
        release_at=release_at,
        use_until=broadcast_expiry.use_until(asked, quiet or release_at, _group_buy(ctx, asked)),
        now=ctx.now,
    )
    clicks.keep(ctx.session, made, site=ctx.addresses.site)
    if release_at <= ctx.now + broadcasts.LEAD:
        broadcasting.plan_part(
            ctx.session,
            made.id,
            now=ctx.now,
            programme=ctx.programme,
            limit=broadcasting.AT_ONCE,
        )
    ctx.audit("broadcast.send", f"broadcast:{made.id}", f"{made.segment} ({people})"[:200])
    told = _("推播 #{number} 給「{segment}」", number=made.id, segment=made.segment[:60])
    undoing.remember(ctx, "broadcast.send", said=told, number=made.id)
    soon = release_at <= ctx.now + broadcasts.UNDO
    seconds = int(broadcasts.UNDO.total_seconds()) if soon else None
    return cards.confirmed(made, people=people, seconds=seconds, quiet=quiet)


def gone(ctx: Context, *, number: int) -> bool:
    """Whether all of a broadcast is out, or called off."""
    return broadcasts.is_over(ctx.session, number)


@undoing.undoes("broadcast.send", at_once=True, too_late=gone)
def call_back(ctx: Context, *, number: int) -> Reply:
    """Call off what has not gone out."""
    return _cancelled(ctx, number)


@command("/暫停", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/暫停 12")
def pause(ctx: Context, number: Number = LATEST) -> Reply:
    """暫停推播，還沒送的先等著：/暫停 12"""
    found = broadcasts.pause(ctx.session, _meant(ctx, number), now=ctx.now)
    ctx.audit("broadcast.pause", f"broadcast:{found.broadcast.id}")
    return cards.paused(found, now=ctx.now)


@command("/繼續", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/繼續 12")
def resume(ctx: Context, number: Number = LATEST) -> Reply:
    """繼續暫停的推播：/繼續 12"""
    found = broadcasts.resume(ctx.session, _meant(ctx, number))
    ctx.audit("broadcast.resume", f"broadcast:{found.broadcast.id}")
    return cards.resumed(found, now=ctx.now)


@command("/取消", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/取消 12")
def cancel(ctx: Context, number: Number = LATEST) -> Reply:
    """取消推播，還沒送的都不送：/取消 12"""
    meant = _meant(ctx, number)
    standing = broadcasts.running(ctx.session, meant)
    nonce = confirming.ask(
        ctx,
        "broadcast.cancel",
        said=_("取消推播 #{number}，還沒送的都不送", number=meant),
        number=meant,
    )
    return cards.cancelling(standing, nonce=nonce, now=ctx.now)


@confirming.act("broadcast.cancel")
def cancelled(ctx: Context, *, number: int) -> Reply:
    """取消推播"""
    return _cancelled(ctx, number)


@command("/成效", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/成效 12")
def results(ctx: Context, number: Number = LATEST) -> Reply:
    """看推播的結果：/成效 12"""
    if number:
        return _result(ctx, broadcasts.find(ctx.session, number))
    listed = broadcasts.latest(ctx.session)
    if not listed:
        raise NoBroadcast
    return cards.listing(broadcasts.standings(ctx.session, listed), ctx.now)


def _result(ctx: Context, broadcast: Broadcast) -> Reply:
    """How it stands, and what it brought."""
    standing = broadcasts.standing(ctx.session, broadcast)
    days, plans = ctx.programme.messages.attribution_days, ctx.programme.line_plans
    effect = effects.measure(ctx.session, broadcast, days=days, plans=plans)
    over = standing.is_over and ctx.now >= effect.until
    brought = broadcast_effects.blocks(effect, broadcast.terms.variants, over=over)
    return cards.result(standing, brought, now=ctx.now)


def _tried(ctx: Context, wanted: Wanted, *, at: datetime | None) -> Reply:
    """What it would come to, with the button that sends it."""
    wanted = pictures.shown(ctx, wanted)
    release_at = at or ctx.now + broadcasts.UNDO
    goes_at = policy.quiet_until(release_at, ctx.rules.quiet) or release_at
    use_until = broadcast_expiry.use_until(wanted, goes_at, _group_buy(ctx, wanted))
    found = broadcast_forecasts.forecast(
        ctx.session,
        wanted,
        goes_at=goes_at,
        use_until=use_until,
        now=ctx.now,
        programme=ctx.programme,
        rules=ctx.rules,
    )
    nonce = confirming.ask(
        ctx,
        "broadcast.send",
        said=_("推播給「{segment}」", segment=wanted.segment[:60]),
        wanted=wanted.data(),
        at=at.isoformat() if at else None,
        people=found.reached,
    )
    first = found.samples[0].messages if found.samples else []
    card = broadcast_trial.tried(
        found, at=at, risks=_risks(found), quiet=_quiet(ctx, at), nonce=nonce
    )
    return [*first[:4], card]


def _group_buy(ctx: Context, wanted: Wanted) -> GroupBuy | None:
    number = wanted.group_buy
    return None if number is None else group_buys.find(ctx.session, number)


def _as_written(ctx: Context) -> str:
    """The words behind the command: members read them exactly so."""
    return words.after(ctx.event.words or "", "/推播", "/群發", "/排程")


def _risks(found: Forecast) -> list[str]:
    said = [each.text for each in found.wanted.variants]
    return [word for words in risky_words.risks(said).values() for word in words]


def _quiet(ctx: Context, at: datetime | None) -> datetime | None:
    """When it goes out instead, if its time falls into the quiet hours."""
    return policy.quiet_until(at or ctx.now, ctx.rules.quiet)


def _cancelled(ctx: Context, number: int) -> Reply:
    found = broadcasting.cancel(ctx.session, number, by=ctx.member.id, now=ctx.now)
    ctx.audit("broadcast.cancel", f"broadcast:{number}")
    return cards.cancelled(found, now=ctx.now)


def _meant(ctx: Context, number: int) -> int:
    return number or broadcasts.newest_running(ctx.session).id
