"""What a card says without its picture: for screen readers, notifications and other devices.

It is made from the card's own blocks, so the two cannot drift apart: a label and its
value become 「點數：12 點」, lines are parted by punctuation, buttons come as 「按鈕：…」.
"""

from __future__ import annotations

from typing import Any

from bot.texts import _

FIGURES = ("xl", "xxl")  # the sizes of numbers that a card is about
PAUSES = "。！？；：，、.!?;:,"


def read_off(contents: Any) -> str:
    """Every text of a bubble or carousel, in reading order."""
    if contents["type"] == "carousel":
        return _ended(*(read_off(bubble) for bubble in contents["contents"]))
    head = "，".join(_parts(contents.get("header")))
    return _ended(head, _lines(_parts(contents.get("body"))), _buttons(contents.get("footer")))


def _parts(box: Any) -> list[str]:
    """What the blocks beneath each other say, a heading together with what it heads."""
    parts: list[str] = []
    for block in box["contents"] if box else ():
        words = _words(block)
        if not words:
            continue
        if parts and block.get("size") in FIGURES:  # a figure's label stands above it
            parts[-1] = f"{parts[-1]}：{words}"
        else:
            parts.append(words)
    return parts


def _words(block: Any) -> str:
    match block["type"]:
        case "text":
            return str(block["text"]).replace("\n", " ")
        case "button":
            return _("按鈕：{label}", label=block["action"]["label"])
        case "box" if "action" in block:  # an entry to tap: its name and what it is
            return _pair(_parts(block))
        case "box" if block["layout"] == "horizontal" and not _holds_boxes(block):
            return _pair([_words(part) for part in block["contents"]])
        case "box":
            return _lines(_parts(block))
    return ""


def _holds_boxes(box: Any) -> bool:
    return any(part["type"] == "box" for part in box["contents"])


def _pair(parts: list[str]) -> str:
    """A label and its value."""
    label, *value = parts or [""]
    return f"{label}：{'，'.join(value)}" if value else label


def _lines(parts: list[str]) -> str:
    """Joined with ；, unless a line brings its own punctuation; bullets become a list."""
    joined, listing = "", False
    for part in parts:
        bullet = part.startswith("・")
        if joined and joined[-1] not in PAUSES:
            joined += ("、" if listing else "：") if bullet else "；"
        joined += part.removeprefix("・")
        listing = bullet
    return joined


def _buttons(footer: Any) -> str:
    if not footer:
        return ""
    labels = [block["action"]["label"] for block in footer["contents"]]
    return _("按鈕：{label}", label="、".join(labels))


def _ended(*sentences: str) -> str:
    said = [sentence for sentence in sentences if sentence]
    return "".join(each if each[-1] in PAUSES else f"{each}。" for each in said)
