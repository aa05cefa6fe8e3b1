"""Segments: who an expression means, why somebody is in it or not, and those with a name."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _
from bot.views import kit
from bot.views.kit import Block, Message
from models.insight.segments import Answer, SavedSegment
from models.insight.segments.overview import Overview

EXAMPLES = (
    "/分群 金級以上 #母嬰 R>30",
    "/分群 買過:尿布 未購:90天",
    "/分群 (金級 或 鑽石級) 非 沉睡",
    "/分群 生日:本月 點數>100",
)
SHOWN, ANSWERS = 10, 20
LONGEST_FILLED = 290  # what a button can type, with the command before it


def how(saved: Sequence[SavedSegment]) -> Message:
    """What can be written, and what was saved."""
    blocks = [
        kit.line(
            _("把條件用空格排在一起，就是「都要符合」；也可以寫 且、或、非 和括號。"), size="sm"
        ),
        *kit.bullets(EXAMPLES),
        kit.note(
            _(
                "R 是距離上次訂購幾天，F 是訂單數，M 是消費金額。"
                "存起來：/分群 存 常客 = 金級 F>=3；解釋：/為什麼 小美 金級 F>=3"
            )
        ),
    ]
    if saved:
        listed = [_saved(each) for each in saved[:SHOWN]]
        blocks += [kit.rule(), kit.line(_("存起來的分群"), size="sm", weight="bold"), *listed]
    if len(saved) > SHOWN:
        blocks.append(kit.note(_("還有 {count} 個，輸入名稱就能看。", count=len(saved) - SHOWN)))
    examples = [kit.choice(each.removeprefix("/分群 "), each) for each in EXAMPLES]
    named = [kit.choice(each.name, f"/分群 {each.name}") for each in saved[:SHOWN]]
    return kit.card(_("分群"), *blocks, choices=named or examples)


def found(text: str, seen: Overview) -> Message:
    """How many an expression means, and some of them."""
    blocks = [
        kit.figure(_("符合的團友"), _("{count} 位", count=f"{seen.size:,}")),
        kit.row(_("可以推播"), _("{count} 位", count=f"{seen.told:,}")),
    ]
    if seen.names:
        names = "、".join(seen.names) + ("…" if seen.size > len(seen.names) else "")
        blocks.append(kit.row(_("例如"), names, shares=kit.VALUE_WIDE))
    if seen.tiers:
        blocks.append(kit.rule())
        blocks += [
            kit.row(name, _("{count} 位", count=f"{count:,}")) for name, count in seen.tiers
        ]
    blocks += _remarks(seen)
    return kit.card(
        _("分群"),
        *blocks,
        subtitle=text,
        buttons=_next(text) if seen.size else [],
        choices=[kit.choice(_("分群怎麼寫"), "/分群")],
    )


def explained(name: str, text: str, answers: Sequence[Answer], *, holds: bool) -> Message:
    """Each condition with what this member has there."""
    verdict = _("符合") if holds else _("不符合")
    return kit.card(
        _("{name}：{verdict}", name=name or _("（未填稱呼）"), verdict=verdict),
        *(_answer(each) for each in answers[:ANSWERS]),
        *_hidden(len(answers) - ANSWERS),
        subtitle=text,
        choices=[kit.choice(_("看這個分群"), f"/分群 {text}")]
        if len(text) < LONGEST_FILLED
        else [],
    )


def saved(name: str, text: str, size: int) -> Message:
    return kit.text(
        _(
            "存好了，「{name}」是 {text}，現在有 {count} 位。",
            name=name,
            text=text,
            count=f"{size:,}",
        ),
        choices=[
            kit.choice(_("看「{name}」", name=name), f"/分群 {name}"),
            kit.choice(_("給他們標籤"), f"/分群 標籤 {name}"),
            _all(),
        ],
    )


def tagged(name: str, size: int) -> Message:
    return kit.text(
        _(
            "「{name}」的 {count} 位都有 #{name} 標籤了，每晚會照條件更新。"
            "開團時寫「限#{name}」，就只有他們看得到。",
            name=name,
            count=f"{size:,}",
        ),
        choices=[kit.choice(_("看「{name}」", name=name), f"/分群 {name}"), _all()],
    )


def removed(name: str) -> Message:
    return kit.text(_("刪掉了「{name}」這個分群。", name=name), choices=[_all()])


def _all() -> Block:
    return kit.choice(_("全部分群"), "/分群")


def _saved(each: SavedSegment) -> Block:
    return kit.row(each.name, each.text, shares=kit.VALUE_WIDE)


def _answer(answer: Answer) -> Block:
    own = _(answer.own.msgid, **{n: _said(v) for n, v in answer.own.values.items()})
    mark, colour = ("✓", kit.GREEN) if answer.holds else ("✗", kit.WARM)
    return kit.column(
        kit.line(kit.clip(f"{mark} {answer.text}", 100), size="sm", weight="bold", color=colour),
        kit.note(kit.clip(own, 120)),
        spacing="xs",
    )


def _hidden(count: int) -> list[Block]:
    return [kit.note(_("還有 {count} 個條件沒有列出。", count=count))] if count > 0 else []


def _said(value: object) -> object:
    """Names of segments, stages and the like in the language that is spoken."""
    return _(value) if isinstance(value, str) else value


def _remarks(seen: Overview) -> list[Block]:
    if seen.unscored:
        said = _("RFM 的名稱（如沉睡、忠誠）要等買過的人夠多、隔夜評分後才有；現在沒有人有分數。")
        return [kit.note(said)]
    if not seen.size:
        return [
            kit.note(_("現在沒有人符合，可以少寫一個條件，或用「/為什麼 小美 條件」看差在哪裡。"))
        ]
    return []


def _next(text: str) -> list[Block]:
    """Save it, write to them: typed for the organiser, who finishes the line."""
    if len(text) > LONGEST_FILLED - 20:
        return []
    return [
        # what is typed for them is theirs to finish: until then the tap does nothing
        _begin(_("存成分群"), f"/分群 存 新分群 = {text}", "/分群 存"),
        _begin(_("推播給他們"), f"/推播 {text} | ", "/推播"),
    ]


def _begin(label: str, words: str, data: str) -> Block:
    return {
        "type": "button",
        "height": "sm",
        "style": "secondary",
        "action": kit.begin(label, words) | {"data": data},
    }
