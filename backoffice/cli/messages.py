"""flask campaign, tick, deliver: what is planned, and what is sent."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from backoffice.cli.terminal import json_option, now_option, plainly, runtime, show
from bot import assembly
from bot.settings import BadSetting
from bot.views import campaigns as cards
from models import programme
from scheduler import automatic
from scheduler import tick as ticks
from scheduler.campaign import CAMPAIGNS, Campaign
from scheduler.planning import Planned, plan

campaign = AppGroup("campaign", help="Messages the shop sends of its own accord.")


@campaign.command("list")
@json_option
@plainly
def listed(as_json: bool) -> None:
    """Every campaign, its topic and its hour; without settings that of the rules we bring."""
    try:
        rules = runtime().programme
    except BadSetting:
        rules = programme.load(None)
    for key, each in sorted(CAMPAIGNS.items()):
        hour = each.hour_in(rules)
        found = {"campaign": key, "topic": each.topic.value, "hour": hour}
        if as_json:
            show(found, as_json=True)
        else:
            click.echo(f"{key:20} {hour:02}:00  {each.topic.value:15} {each.title}")


@campaign.command("preview")
@click.argument("key")
@now_option
@json_option
@plainly
def preview(key: str, now: datetime | None, as_json: bool) -> None:
    """Whom KEY would write to, when and what; nothing is kept."""
    wired = runtime()
    kind, at, rules = _campaign(key), now or wired.clock(), wired.programme
    with wired.sessions() as session:
        planned = plan(kind(session, now=at, programme=rules))
        session.rollback()
        looked = None if as_json else automatic.look(session, kind, now=at, programme=rules)
    show(planned.json(), as_json=as_json)
    if looked is not None:
        for each in cards.one(looked):
            click.echo(f"\n{each.get('altText') or each['text']}")


@campaign.command("run")
@click.argument("key")
@now_option
@json_option
@plainly
def run(key: str, now: datetime | None, as_json: bool) -> None:
    """Plan KEY's messages for the day of --now, whatever the hour; twice is harmless."""
    wired = runtime()
    with wired.sessions.begin() as session:
        planned: Planned = plan(
            _campaign(key)(session, now=now or wired.clock(), programme=wired.programme)
        )
    wired.wakeups.ring("outbox")
    show(planned.json(), as_json=as_json)


@click.command()
@now_option
@json_option
@plainly
def tick(now: datetime | None, as_json: bool) -> None:
    """One tick of the scheduler."""
    wired = runtime()
    done = ticks.tick(wired.sessions, now=now or wired.clock(), programme=wired.programme)
    wired.wakeups.ring("outbox")
    show(done.json(), as_json=as_json)
    if done.failed:
        raise click.ClickException(f"failed: {', '.join(done.failed)} (see the log)")


@click.command()
@now_option
@json_option
@plainly
def deliver(now: datetime | None, as_json: bool) -> None:
    """Send what is due, once."""
    wired = runtime()
    tally = assembly.sender(wired).drain(now)
    show(tally._asdict(), as_json=as_json)


def _campaign(key: str) -> type[Campaign]:
    if key not in CAMPAIGNS:
        raise click.ClickException(f"no campaign {key}: there are {', '.join(sorted(CAMPAIGNS))}")
    return CAMPAIGNS[key]


COMMANDS = [campaign, tick, deliver]
