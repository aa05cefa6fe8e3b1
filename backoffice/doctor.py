"""The doctor: what a real set-up needs, checked, each with what to do about it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot import account, assembly, health, startup
from bot.account import Unavailable
from bot.line import LineError
from bot.runtime import Runtime
from bot.startup import NotReady
from bot.watch import database_clock

CLOCK_SLACK = 60  # seconds
# of the faults of a running shop those that are not looked at here anyway
STANDING = {"job", "ledger", "held", "disk", "quota_used_up"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    good: bool
    sentence: str


def examine(runtime: Runtime) -> list[Finding]:
    """Look at everything; one failing check never hides another."""
    checks: list[Callable[[Runtime], Iterator[Finding]]] = [
        _database,
        _redis,
        _public_url,
        _token,
        _webhook,
        _quota,
        _shop,
    ]
    return [finding for check in checks for finding in check(runtime)]


def _database(runtime: Runtime) -> Iterator[Finding]:
    try:
        startup.check(runtime.engine)
    except NotReady as error:
        yield Finding("database", False, str(error))
        return
    yield Finding("database", True, "reachable and up to date")
    with runtime.sessions() as session:
        there = database_clock(session)
    off = abs((datetime.now(UTC) - there).total_seconds()) if there else 0
    if off > CLOCK_SLACK:
        told = f"off by {off:.0f} s from the database's: set both by NTP"
        yield Finding("clock", False, told)


def _shop(runtime: Runtime) -> Iterator[Finding]:
    """What a shop that runs, or ran, says of itself; silent where all is well."""
    for fault in health.check(runtime):
        if fault.code in STANDING:
            yield Finding(fault.code, False, fault.sentence)


def _redis(runtime: Runtime) -> Iterator[Finding]:
    url = runtime.settings.redis_url
    if url is None:
        yield Finding("redis", True, "not used; one machine does not need it")
        return
    import redis

    try:
        client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        client.ping()
        client.close()
    except redis.RedisError as error:
        yield Finding("redis", False, f"no answer ({type(error).__name__}): check REDIS_URL")
        return
    yield Finding("redis", True, "answers")


def _public_url(runtime: Runtime) -> Iterator[Finding]:
    url = runtime.settings.public_url
    good = url.startswith("https://")
    sentence = url if good else f"{url} is not https://: LINE only calls https addresses"
    yield Finding("public URL", good, sentence)


def _token(runtime: Runtime) -> Iterator[Finding]:
    began = time.monotonic()
    try:
        bot = account.bot_info(runtime.settings)
    except Unavailable as error:
        yield Finding("LINE token", False, str(error))
        return
    yield Finding("LINE token", True, f"belongs to {bot.name} ({bot.basic_id})")
    if bot.answered_at:
        at = parsedate_to_datetime(bot.answered_at).astimezone(UTC)
        off = abs((datetime.now(UTC) - at).total_seconds()) - (time.monotonic() - began)
        good = off < CLOCK_SLACK
        told = "right" if good else f"off by {off:.0f} s: set the machine's clock by NTP"
        yield Finding("clock", good, told)


def _webhook(runtime: Runtime) -> Iterator[Finding]:
    wanted = f"{runtime.settings.public_url}/callback"
    try:
        hook = account.webhook(runtime.settings)
    except Unavailable as error:
        yield Finding("webhook", False, str(error))
        return
    if hook.endpoint != wanted:
        yield Finding(
            "webhook",
            False,
            f"LINE calls {hook.endpoint or 'nothing'}; in the LINE console set it to {wanted}",
        )
    elif not hook.active:
        yield Finding("webhook", False, "switched off: turn on `Use webhook` in the LINE console")
    else:
        yield Finding("webhook", True, f"LINE calls {wanted}")


def _quota(runtime: Runtime) -> Iterator[Finding]:
    try:
        quota = asyncio.run(assembly.once(runtime.line, runtime.line.quota()))
    except LineError as error:
        yield Finding("quota", False, f"LINE would not tell: {error.reason}")
        return
    if quota.limit is None:
        yield Finding("quota", True, f"no limit, {quota.used:,} used this month")
        return
    left, reserve = quota.limit - quota.used, runtime.programme.messages.reserve_percent
    good = left > 0 and left * 100 >= quota.limit * reserve
    told = f"{left:,} of {quota.limit:,} messages left this month"
    yield Finding("quota", good, told if good else f"{told}: upgrade the plan to send more")
