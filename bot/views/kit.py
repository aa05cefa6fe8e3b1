"""Building blocks of every card. A card's altText says the same facts as its picture.

Screen readers, notifications and other devices read the altText, so it is
made from the card's own text and cannot drift from it. Limits are LINE's:
labels 20 graphemes where templates and quick replies share them, altText
1,500 UTF-16 units, 13 quick replies, postback data 300 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

Message = dict[str, Any]
Block = dict[str, Any]

GREEN = "#06A77D"
INK = "#1F2933"
MUTED = "#6B7785"
LINE_GREY = "#E4E7EB"
PALE = "#F5F7F9"
WARM = "#D9480F"
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def text(content: str, *, choices: Sequence[Block] = ()) -> Message:
    """A plain text message, cut at LINE's 5,000 units."""
    return with_choices({"type": "text", "text": clip(content, 5000)}, choices)


def card(
    title: str,
    *blocks: Block,
    buttons: Sequence[Block] = (),
    choices: Sequence[Block] = (),
    subtitle: str = "",
    colour: str = GREEN,
    size: str = "mega",
) -> Message:
    """A Flex bubble with a coloured head, blocks beneath and up to a few buttons."""
    head = [line(title, weight="bold", size="lg", color="#FFFFFF")]
    if subtitle:
        head.append(line(subtitle, size="sm", color="#FFFFFF"))
    bubble: Block = {
        "type": "bubble",
        "size": size,
        "header": column(*head, paddingAll="16px", backgroundColor=colour, spacing="xs"),
        "body": column(*blocks, spacing="md", paddingAll="16px"),
    }
    if not blocks:
        del bubble["body"]
    if buttons:
        bubble["footer"] = column(*buttons, spacing="sm", paddingAll="12px")
    return with_choices(flex(bubble), choices)


def flex(contents: Block) -> Message:
    """A Flex message around a bubble or carousel; its altText is read off it."""
    return {"type": "flex", "altText": alt_text(contents), "contents": contents}


def carousel(cards: Sequence[Message]) -> Message:
    """Cards side by side, at most 12."""
    bubbles = [c["contents"] for c in cards[:12]]
    return flex({"type": "carousel", "contents": bubbles})


def line(content: str, **style: Any) -> Block:
    """A line of text that wraps. Empty text is refused by LINE, so it becomes a dash."""
    return {"type": "text", "text": clean(content) or "—", "wrap": True, "color": INK} | style


def note(content: str) -> Block:
    """A small grey line."""
    return line(content, size="sm", color=MUTED)


def row(label: str, value: str, *, strong: bool = False, colour: str = INK) -> Block:
    """A label on the left, its value on the right."""
    weight = "bold" if strong else "regular"
    return {
        "type": "box",
        "layout": "horizontal",
        "spacing": "md",
        "contents": [
            line(label, size="sm", color=MUTED, flex=4),
            line(value, size="sm", weight=weight, color=colour, align="end", flex=6),
        ],
    }


def figure(label: str, value: str) -> Block:
    """The one number a card is about."""
    return column(
        line(label, size="sm", color=MUTED),
        line(value, size="xxl", weight="bold", color=GREEN),
        spacing="xs",
    )


def bar(share: float, *, colour: str = GREEN) -> Block:
    """A progress bar; `share` from 0 to 1."""
    width = f"{round(min(max(share, 0.0), 1.0) * 100)}%"
    filled: Block = {
        "type": "box",
        "layout": "vertical",
        "contents": [],
        "width": width,
        "height": "8px",
        "backgroundColor": colour,
        "cornerRadius": "4px",
    }
    return column(
        *([] if width == "0%" else [filled]),
        height="8px",
        backgroundColor=LINE_GREY,
        cornerRadius="4px",
    )


def rule() -> Block:
    """A thin line."""
    return {"type": "separator", "color": LINE_GREY}


def panel(*blocks: Block) -> Block:
    """Blocks on a pale ground."""
    return column(
        *blocks, spacing="sm", paddingAll="12px", backgroundColor=PALE, cornerRadius="8px"
    )


def column(*blocks: Block, **style: Any) -> Block:
    """Blocks beneath each other."""
    return {"type": "box", "layout": "vertical", "contents": list(blocks)} | style


def button(label: str, data: str | None = None, *, style: str = "secondary") -> Block:
    """A button that says `data` (a command) for the member; the label by default."""
    shown: Block = {"type": "button", "height": "sm", "style": style, "action": say(label, data)}
    if style == "primary":
        shown["color"] = GREEN
    return shown


def choice(label: str, data: str | None = None) -> Block:
    """A quick reply."""
    return {"type": "action", "action": say(label, data)}


def say(label: str, data: str | None = None) -> Block:
    """The action of typing a command."""
    return {
        "type": "postback",
        "label": clip(clean(label), 20),
        "data": clip(data or label, 300),
        "displayText": clip(clean(label), 300),
    }


def link(label: str, uri: str) -> Block:
    """A button that opens an address."""
    return {
        "type": "button",
        "height": "sm",
        "style": "secondary",
        "action": {"type": "uri", "label": clip(clean(label), 20), "uri": uri},
    }


def pick_date(label: str, data: str) -> Block:
    """A quick reply that opens LINE's date picker."""
    action = {"type": "datetimepicker", "label": clip(label, 20), "data": data, "mode": "date"}
    return {"type": "action", "action": action}


def with_choices(message: Message, choices: Sequence[Block]) -> Message:
    """The message with quick replies beneath."""
    if choices:
        message["quickReply"] = {"items": list(choices)[:13]}
    return message


def alt_text(contents: Block) -> str:
    """Every text of a bubble or carousel, in reading order."""
    return clip(" ".join(_texts(contents)), 1500) or "—"


def clip(content: str, limit: int) -> str:
    """At most `limit` UTF-16 units, an ellipsis in place of what was cut."""
    units = content.encode("utf-16-le")
    if len(units) <= limit * 2:
        return content
    return units[: (limit - 1) * 2].decode("utf-16-le", errors="ignore") + "…"


def clean(content: str) -> str:
    """Text that cannot hurt its neighbours: no control characters, no turning marks."""
    return BIDI.sub("", "".join(c for c in content if c >= " " or c == "\n")).strip()


def _texts(block: Any) -> Iterator[str]:
    if isinstance(block, list):
        for part in block:
            yield from _texts(part)
    elif isinstance(block, dict):
        if block.get("type") == "text":
            yield str(block["text"])
        elif block.get("type") == "button":
            yield f"[{block['action']['label']}]"
        for part in ("header", "hero", "body", "footer", "contents"):
            yield from _texts(block.get(part))
