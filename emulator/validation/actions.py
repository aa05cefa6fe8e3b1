"""What a tap may do: the action objects of buttons, menus and quick replies.

Labels are counted in graphemes and differ by where the button is.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from emulator.validation.lengths import graphemes
from emulator.validation.rules import (
    OneOf,
    Path,
    Problem,
    Problems,
    Rule,
    Shape,
    Text,
    choice,
    exclusive,
    url,
)

URI_SCHEMES = ("https", "http", "line", "tel")
# LINE raised it from 1,000 in October 2026
LINK = url(10_000, URI_SCHEMES)
DATA = Text(300, shortest=0)
SAID = Text(300, length=graphemes)
PICKED = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%dT%H:%M"}
PICKED_FORM = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "time": re.compile(r"\d\d:\d\d"),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d"),
}


def picker(value: Any, path: Path, problems: Problems) -> None:
    """Limits of a date picker must be written in its mode's form, the least first."""
    mode = value["mode"]
    read: dict[str, datetime] = {}
    for name in ("initial", "max", "min"):
        written = value.get(name)
        if written is None:
            continue
        try:
            if not PICKED_FORM[mode].fullmatch(written):
                raise ValueError
            read[name] = datetime.strptime(written.upper(), PICKED[mode])  # noqa: DTZ007 - no zone
        except ValueError:
            problems.append(Problem((*path, name), f"must be a {mode}"))
    if "min" in read and "max" in read and read["min"] >= read["max"]:
        problems.append(Problem((*path, "min"), "must be earlier than max"))


PROPERTIES: Mapping[str, Mapping[str, Rule]] = {
    "postback": {
        "data": DATA,
        "displayText": SAID,
        "text": SAID,
        "inputOption": choice("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"),
        "fillInText": SAID,
    },
    "message": {"text": SAID},
    "uri": {"uri": LINK, "altUri": Shape({"desktop": LINK}, strict=True)},
    "datetimepicker": {
        "data": DATA,
        "mode": choice(*PICKED),
        "initial": Text(),
        "max": Text(),
        "min": Text(),
    },
    "clipboard": {"clipboardText": Text(1000)},
    "richmenuswitch": {"richMenuAliasId": Text(32), "data": DATA},
    "camera": {},
    "cameraRoll": {},
    "location": {},
}
REQUIRED = {
    "postback": ("data",),
    "message": ("text",),
    "uri": ("uri",),
    "datetimepicker": ("data", "mode"),
    "clipboard": ("clipboardText",),
    "richmenuswitch": ("richMenuAliasId", "data"),
}
ALSO = {
    "postback": (exclusive("displayText", "text"),),
    "datetimepicker": (picker,),
}
ON_BUTTONS = ("postback", "message", "uri", "datetimepicker", "clipboard")
IN_QUICK_REPLIES = (*ON_BUTTONS, "camera", "cameraRoll", "location")
IN_MENUS = (*ON_BUTTONS, "richmenuswitch")


def actions(
    kinds: Collection[str], label: int, *, labelled: bool = True, strict: bool = False
) -> OneOf:
    """The actions allowed in one place, with a label of at most `label` characters."""
    always = {"type": Text(), "label": Text(label, length=graphemes)}
    return OneOf(
        {
            kind: Shape(
                {**always, **PROPERTIES[kind]},
                (*REQUIRED.get(kind, ()), *(("label",) if labelled else ())),
                strict=strict,
                also=ALSO.get(kind, ()),
            )
            for kind in kinds
        }
    )


TEMPLATE = actions(ON_BUTTONS, 20)
WHOLE_TEMPLATE = actions(ON_BUTTONS, 20, labelled=False)
IMAGE_COLUMN = actions(ON_BUTTONS, 12, labelled=False)
QUICK_REPLY = actions(IN_QUICK_REPLIES, 20)
FLEX_BUTTON = actions(ON_BUTTONS, 40, strict=True)
FLEX_AREA = actions(ON_BUTTONS, 40, labelled=False, strict=True)
MENU = actions(IN_MENUS, 20, labelled=False)
