"""Building blocks of every card. A card's altText says the same facts as its picture.

Whatever text a block is given, the message stays one that LINE takes. Limits
are LINE's: labels 20 graphemes where templates and quick replies share them,
altText 1,500 UTF-16 units, 13 quick replies, postback data 300 characters, 30
KB a bubble and 50 KB a carousel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson

from bot.views import alt_text

Message = dict[str, Any]
Block = dict[str, Any]

# each is read on white, and white is read on the first two: 4.5:1 or more
GREEN = "#087F5B"
WARM = "#C2410C"
INK = "#1F2933"
MUTED = "#5B6672"
LINE_GREY = "#E4E7EB"
PALE = "#F5F7F9"
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CAROUSEL_BYTES = 48_000
CHOICES = 13
EVEN, LABEL_WIDE, VALUE_WIDE = (5, 5), (7, 4), (3, 7)


def text(content: str, *, choices: Sequence[Block] = ()) -> Message:
    """A plain text message, cut at LINE's 5,000 units."""
    return with_choices({"type": "text", "text": clip(clean(content), 5000) or "—"}, choices)


def card(
    title: str,
    *blocks: Block,
    buttons: Sequence[Block] = (),
    choices: Sequence[Block] = (),
    subtitle: str = "",
    colour: str = GREEN,
    size: str = "mega",
    abreast: bool = False,
) -> Message:
    """A Flex bubble with a coloured head, blocks beneath and up to a few buttons.

    Short buttons may stand `abreast`.
    """
    head = [line(clip(title, 120), weight="bold", size="lg", color="#FFFFFF")]
    if subtitle:
        head.append(line(clip(subtitle, 120), size="sm", color="#FFFFFF"))
    bubble: Block = {
        "type": "bubble",
        "size": size,
        "header": column(*head, paddingAll="16px", backgroundColor=colour, spacing="xs"),
        "body": column(*blocks, spacing="md", paddingAll="16px"),
    }
    if not blocks:
        del bubble["body"]
    if buttons:
        footer = column(*buttons, spacing="sm", paddingAll="12px")
        bubble["footer"] = footer | ({"layout": "horizontal"} if abreast else {})
    return with_choices(flex(bubble), choices)


def flex(contents: Block) -> Message:
    """A Flex message around a bubble or carousel; its altText is read off it."""
    said = clip(alt_text.read_off(contents), 1500)
    return {"type": "flex", "altText": said, "contents": contents}


def carousel(cards: Sequence[Message]) -> Message:
    """Cards side by side, at most 12 and as many as LINE takes in one message."""
    bubbles: list[Block] = []
    room = CAROUSEL_BYTES
    for each in cards[:12]:
        room -= len(orjson.dumps(each["contents"]))
        if bubbles and room < 0:
            break
        bubbles.append(each["contents"])
    return flex({"type": "carousel", "contents": bubbles})


def line(content: str, **style: Any) -> Block:
    """A line of text that wraps. Empty text is refused by LINE, so it becomes a dash."""
    words = clip(clean(content), 1000) or "—"
    return {"type": "text", "text": words, "wrap": True, "color": INK} | style


def note(content: str) -> Block:
    """A small grey line."""
    return line(clip(content, 500), size="sm", color=MUTED)


def bullets(items: Sequence[str]) -> list[Block]:
    """Small lines, a dot before each."""
    return [line(f"・{clip(clean(item), 80)}", size="sm") for item in items]


def row(
    label: str,
    value: str,
    *,
    strong: bool = False,
    colour: str = INK,
    shares: tuple[int, int] = EVEN,
) -> Block:
    """A label on the left, its value on the right; `shares` are their parts of the width."""
    weight = "bold" if strong else "regular"
    return beside(
        line(clip(label, 100), size="sm", color=MUTED, flex=shares[0]),
        line(
            clip(value, 150), size="sm", weight=weight, color=colour, align="end", flex=shares[1]
        ),
    )


def figure(label: str, value: str, *, colour: str = GREEN, size: str = "xxl") -> Block:
    """The one number a card is about, its label above it."""
    return column(
        line(clip(label, 60), size="sm", color=MUTED),
        line(clip(value, 60), size=size, weight="bold", color=colour),
        spacing="xs",
    )


def switch(label: str, state: str, action: Block, *, on: bool) -> Block:
    """Something that is on or off, and the button that turns it."""
    return beside(
        line(clip(label, 60), size="sm", flex=7),
        line(state, size="sm", weight="bold", color=GREEN if on else MUTED, align="end", flex=2),
        {"type": "button", "height": "sm", "style": "link", "flex": 4, "action": action},
        alignItems="center",
    )


def bar(share: float, *, colour: str = GREEN) -> Block:
    """A progress bar; `share` from 0 to 1."""
    width = percentage(share)
    return groove(width if width != "0%" else None, colour=colour)


def percentage(share: float) -> str:
    """A share from 0 to 1 as a width."""
    return f"{round(min(max(share, 0.0), 1.0) * 100)}%"


def groove(width: str | None, *, colour: str) -> Block:
    """A progress bar that is filled so wide, or not at all."""
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
        *([] if width is None else [filled]),
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


def beside(*blocks: Block, **style: Any) -> Block:
    """Blocks side by side."""
    return {
        "type": "box",
        "layout": "horizontal",
        "spacing": "md",
        "contents": list(blocks),
    } | style


def button(
    label: str, data: str | None = None, *, style: str = "secondary", colour: str = GREEN
) -> Block:
    """A button that says `data` (a command) for the member; the label by default."""
    shown: Block = {"type": "button", "height": "sm", "style": style, "action": say(label, data)}
    if style == "primary":
        shown["color"] = colour
    return shown


def choice(label: str, data: str | None = None) -> Block:
    """A quick reply."""
    return {"type": "action", "action": say(label, data)}


def say(label: str, data: str | None = None) -> Block:
    """The action of typing a command."""
    words = clean(label) or "…"
    # whatever a button is called, it says the command's own word
    said = str(data or getattr(label, "msgid", words))
    return {
        "type": "postback",
        "label": clip(words, 20),
        "data": clip(said, 300),
        "displayText": clip(words, 300),
    }


def begin(label: str, words: str) -> Block:
    """The action of opening the keyboard with the first `words` of a command in it."""
    return {
        "type": "postback",
        "label": clip(clean(label), 20),
        "data": clip(words.strip(), 300),
        "inputOption": "openKeyboard",
        "fillInText": clip(words, 300),
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
    """The message with quick replies beneath; of those that do the same the first stays."""
    if choices:
        different: dict[str, Block] = {}
        for each in choices:
            different.setdefault(_does(each["action"]), each)
        message["quickReply"] = {"items": list(different.values())[:CHOICES]}
    return message


def _does(action: Block) -> str:
    return str(action.get("data") or action.get("uri") or action)


def clip(content: str, limit: int) -> str:
    """At most `limit` UTF-16 units, an ellipsis in place of what was cut."""
    if len(content) * 2 <= limit:  # no character has more than two
        return content
    units = content.encode("utf-16-le")
    if len(units) <= limit * 2:
        return content
    return units[: (limit - 1) * 2].decode("utf-16-le", errors="ignore") + "…"


def clean(content: str) -> str:
    """Text that cannot hurt its neighbours: no control characters, no turning marks."""
    return UNSEEN.sub("", content).strip()
