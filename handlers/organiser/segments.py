"""Segments: who is meant by an expression, why, and those with a name of their own."""

from __future__ import annotations

import re

from bot.context import Context, Reply
from bot.router import NOTHING, BadUsage, Rest, command
from bot.views import segments as cards
from models.insight import segments
from models.insight.segments import tagging
from models.insight.segments.overview import overview
from models.people import search
from models.people.roles import Role

SHOW, SAVE = "/分群 金級 #母嬰 R>30", "/分群 存 常客 = 金級 F>=3"
WHY = "/為什麼 小美 金級 R>30"
SAVED = re.compile(
    r"(?:存|儲存|save)\s+(?P<name>[^=＝:：]*?)\s*[=＝:：]\s*(?P<text>.*)", re.DOTALL
)
REMOVED = re.compile(r"(?:刪|刪除|delete)\s+(?P<name>.+)", re.DOTALL)
TAGGED = re.compile(r"(?:標籤|标签|tag)\s+(?P<name>.+)", re.DOTALL)
ALONE = ("存", "刪", "標籤")


@command("/分群", role=Role.ORGANISER, topic="團友", careful=True, example=SHOW)
def segment(ctx: Context, said: Rest = NOTHING) -> Reply:
    """看一群團友有幾位、是誰：/分群 金級 #母嬰 R>30"""
    if not said.strip():
        return cards.how(segments.every(ctx.session))
    if said.strip() in ALONE:
        raise BadUsage(SAVE)
    if found := SAVED.fullmatch(said.strip()):
        return _save(ctx, found["name"], found["text"])
    if found := REMOVED.fullmatch(said.strip()):
        name = segments.remove(ctx.session, found["name"], ctx.programme)
        ctx.audit("segment.remove", f"segment:{name}")
        return cards.removed(name)
    if found := TAGGED.fullmatch(said.strip()):
        return _tag(ctx, found["name"])
    meant = segments.parse(ctx.session, said, ctx.programme)
    return cards.found(meant.text, overview(ctx.session, meant, ctx.programme, now=ctx.now))


@command("/為什麼", role=Role.ORGANISER, topic="團友", careful=True, spaced=True, example=WHY)
def why(ctx: Context, name: str, said: Rest) -> Reply:
    """看一位團友符不符合條件、差在哪裡：/為什麼 小美 金級 R>30"""
    member = search.named(ctx.session, name)
    meant = segments.parse(ctx.session, said, ctx.programme)
    return cards.explained(
        member.name,
        meant.text,
        meant.explain(ctx.session, member.id, ctx.now),
        holds=meant.holds(ctx.session, member.id, ctx.now),
    )


def _tag(ctx: Context, name: str) -> Reply:
    saved = tagging.begin(ctx.session, name, ctx.programme, now=ctx.now)
    ctx.audit("segment.tag", f"segment:{saved.name}")
    meant = segments.parse(ctx.session, saved.text, ctx.programme)
    return cards.tagged(saved.name, meant.count(ctx.session, ctx.now))


def _save(ctx: Context, name: str, text: str) -> Reply:
    if not name.strip():
        raise BadUsage(SAVE)
    meant = segments.save(ctx.session, name, text, ctx.programme, by=ctx.person, now=ctx.now)
    tagging.follow(ctx.session, name, ctx.programme, now=ctx.now)
    ctx.audit("segment.save", f"segment:{name.strip()}", meant.text[:200])
    return cards.saved(name.strip(), meant.text, meant.count(ctx.session, ctx.now))
