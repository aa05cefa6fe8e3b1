"""On which days a campaign runs: those due now, those missed, and the next one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from models.base import TAIPEI
from models.programme import Programme
from scheduler.campaign import Campaign


def due_days(
    campaign: type[Campaign], last: str | None, *, now: datetime, hour: int
) -> tuple[list[date], list[date], list[date]]:
    """The days to plan now, those a later run covers, and those missed for good.

    `last` is the latest day on record; before the first run nothing is made up for.
    `hour` is the local one of its run.
    """
    latest = latest_run(hour, now)
    if last is None:
        return [latest], [], []
    since = date.fromisoformat(last)
    open_days = [since + timedelta(days=n) for n in range(1, (latest - since).days + 1)]
    oldest = latest - timedelta(days=campaign.catch_up)
    missed = [day for day in open_days if day < oldest]
    waiting = [day for day in open_days if day >= oldest]
    if campaign.each_day:
        return waiting, [], missed
    return waiting[-1:], waiting[:-1], missed


def latest_run(hour: int, now: datetime) -> date:
    """The last day whose local `hour` has struck."""
    local = now.astimezone(TAIPEI)
    return local.date() if local.time() >= time(hour) else local.date() - timedelta(days=1)


def next_run(
    campaign: type[Campaign],
    *,
    now: datetime,
    programme: Programme,
    switched: Mapping[str, bool],
) -> datetime | None:
    """When it next has something to say, None for never under these rules.

    Of one that is made of parts, those count that are on as `switched`.
    """
    hour = campaign.hour_in(programme)
    coming = latest_run(campaign.planned_at(programme), now) + timedelta(days=1)
    if parts := campaign.parts(programme, coming):
        on = [each.next_day for each in parts if switched.get(each.key, each.at_first)]
        found = min((day for day in on if day is not None), default=None)
    else:
        found = campaign.next_day(programme, coming)
    return None if found is None else datetime.combine(found, time(hour), TAIPEI)
