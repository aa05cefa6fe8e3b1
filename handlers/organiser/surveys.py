"""Surveys: what members said of a group-buy, or of all of late."""

from bot.context import Context, Reply
from bot.router import Number, command
from bot.texts import _
from bot.views import survey_desk as cards
from models.base import end_of_day
from models.people.roles import Role
from models.shop import group_buys, survey_orders
from models.shop.survey_orders import ASKED
from models.talk import surveys
from models.talk.surveys import MOST, Satisfaction

ALL = Number("0")


@command("/評價", "/問卷", role=Role.SUPPORT, topic="今日", example="/評價 3")
def overview(ctx: Context, number: Number = ALL) -> Reply:
    """看團友給的評分：/評價 3，不寫團號看最近 30 天"""
    if number == ALL:
        since = ctx.now - ASKED
        found = surveys.satisfaction(ctx.session, since, end_of_day(ctx.today))
        lately = survey_orders.rated_lately(ctx.session, since=since, limit=cards.SHOWN)
        return cards.ratings(_("最近 {days} 天", days=ASKED.days), found, lately)
    group_buy = group_buys.find(ctx.session, number)
    stars = survey_orders.stars(ctx.session, group_buy.id)
    found = Satisfaction(tuple(stars.get(rating, 0) for rating in range(1, MOST + 1)))
    rated = survey_orders.rated(ctx.session, group_buy.id, limit=cards.SHOWN)
    title = _("第 {number} 團 {title}", number=group_buy.id, title=group_buy.title)
    return cards.ratings(title, found, rated)
