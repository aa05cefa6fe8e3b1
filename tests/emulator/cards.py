"""Messages that try hard to break a chat page: long names, every component, every size."""

from __future__ import annotations

from typing import Any

Part = dict[str, Any]

LONG = "愛文芒果禮盒特大顆產地直送屏東枋山小農契作無毒栽培限量預購版本十台斤裝含運費"
UNBROKEN = "Super-long-English-product-name-without-any-space-in-it-at-all"


def text(words: str, **more: Any) -> Part:
    return {"type": "text", "text": words, **more}


def box(layout: str, *contents: Part, **more: Any) -> Part:
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def button(label: str, action: Part | None = None, **more: Any) -> Part:
    acted = action or {"type": "postback", "data": label, "displayText": label}
    return {"type": "button", "action": {"label": label, **acted}, **more}


def flex(contents: Part, alt: str = "卡片", **more: Any) -> Part:
    return {"type": "flex", "altText": alt, "contents": contents, **more}


def text_message(words: str, *choices: str) -> Part:
    if not choices:
        return text(words)
    items = [
        {"type": "action", "action": {"type": "message", "label": choice, "text": choice}}
        for choice in choices
    ]
    return text(words, quickReply={"items": items})


def member_card(size: str = "mega", name: str = "林小美", *, narrow: bool = False) -> Part:
    """A bubble with every block and nearly every component; a `narrow` one stacks its buttons."""
    figures = box(
        "horizontal",
        box("vertical", text("點數", size="xs"), text("1,240", size="sm", weight="bold")),
        {"type": "separator"},
        box("vertical", text("券", size="xs"), text("3 張", size="sm", weight="bold")),
        spacing="md",
    )
    done = box("vertical", box("vertical", {"type": "filler"}, width="62%", height="8px"))
    spans = [
        {"type": "span", "text": "可折抵 "},
        {"type": "span", "text": "120 點", "weight": "bold", "color": "#06C755"},
    ]
    return {
        "type": "bubble",
        "size": size,
        "header": box(
            "vertical",
            text(name, wrap=True, weight="bold", size="lg", color="#FFFFFF"),
            background={
                "type": "linearGradient",
                "angle": "135deg",
                "startColor": "#B8860B",
                "endColor": "#E3B04B",
            },
        ),
        "body": box(
            "vertical",
            figures,
            {"type": "separator", "margin": "lg"},
            text(f"{LONG}{UNBROKEN}", wrap=True, size="sm"),
            done | {"backgroundColor": "#E5E7EB", "height": "8px", "cornerRadius": "4px"},
            {"type": "text", "wrap": True, "contents": spans},
            spacing="md",
        ),
        "footer": box(
            "vertical",
            button("點數明細", style="primary", height="sm"),
            box(
                "vertical" if narrow else "horizontal",
                button("優惠券", style="secondary", height="sm"),
                button("訂單", height="sm"),
                spacing="sm",
            ),
            spacing="sm",
        ),
    }


def words_of(part: Any) -> list[str]:
    """Every text a person should be able to read in a Flex part, buttons included."""
    if isinstance(part, list):
        return [word for each in part for word in words_of(each)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "button":
        return [part["action"]["label"]]
    own = [part["text"]] if part.get("type") in ("text", "span") and "text" in part else []
    return own + [word for value in part.values() for word in words_of(value)]
