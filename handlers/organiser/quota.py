"""The month's messages: what is left, what marketing may use, and what takes it."""

from collections import defaultdict

from bot.context import Context, Reply
from bot.router import command
from bot.views import quota as cards
from bot.views.quota import Spent
from models.message_terms import plan_for
from models.people.roles import Role
from models.talk import budget, budget_figures, quota
from models.talk.budget import Outlook
from scheduler.titles import title


@command("/額度", role=Role.ORGANISER, topic="自動訊息")
def overview(ctx: Context) -> Reply:
    """看本月訊息額度：已用、預留、預估、行銷還能送多少"""
    reading = quota.latest(ctx.session)
    if reading is None:
        return cards.unknown()
    outlook = budget.outlook(ctx.session, ctx.rules, now=ctx.now)
    if outlook is None:
        return cards.unlimited()
    plan = plan_for(ctx.programme.line_plans, outlook.month.monthly)
    plan = plan if plan is not None and plan.fee else None  # what is free costs nothing to tell
    return cards.overview(reading, outlook, plan, _kinds(ctx, outlook))


def _kinds(ctx: Context, outlook: Outlook) -> list[Spent]:
    """Each kind of message under the name organisers know, what takes most first."""
    sent, daily, waiting = (defaultdict[str, float](float) for _ in range(3))
    for rule, _purpose, count in budget_figures.by_rule(
        ctx.session, since=budget_figures.month_start(ctx.now)
    ):
        sent[title(rule)] += count
    for rule, _purpose, count in budget_figures.by_rule(
        ctx.session, since=ctx.now - budget_figures.LOOK_BACK
    ):
        daily[title(rule)] += count / outlook.past.days
    for rule, count in budget_figures.parked_by_rule(ctx.session):
        waiting[title(rule)] += count
    titles = sorted({*sent, *daily, *waiting}, key=lambda each: (-sent[each] - daily[each], each))
    days_left = outlook.month.days_left
    return [
        Spent(each, int(sent[each]), round(daily[each] * days_left), int(waiting[each]))
        for each in titles
    ]
