"""Whatever the shop says, LINE takes, everybody can read, and it leads on."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import bot.views
import handlers
from bot import router
from bot.views import kit, tiers
from models.people.roles import Role
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS
from tests.bot.views.gallery import Gallery, Message
from tests.emulator import described
from tests.emulator.channel import Channel, told

handlers.load()
campaigns.load()
USUAL = Gallery().all()
MODULES = {each.name for each in pkgutil.iter_modules(bot.views.__path__)}
MODULES -= {"kit", "alt_text", "moulds"}
# what people write, and what only a machine would
NASTY = st.one_of(
    st.text(max_size=40),
    st.text(min_size=1, max_size=3).map(lambda words: words * 2000),
    st.sampled_from(["", " ", "\n", "\0", "\u202e", "👨‍👩‍👧‍👦", "e\u0301", "{name}", "%s", "<b>"]),
)


def problems(messages: list[Message]) -> list[Any]:
    """What LINE would refuse, by the emulator's checks and by LINE's own description."""
    channel = Channel()
    answers = [channel.validate(*messages[at : at + 5]) for at in range(0, len(messages), 5)]
    refused = [told(answer) for answer in answers if answer.status != 200]
    description = described.messaging()
    schema = {"$ref": "#/components/schemas/Message"}
    if description is not None:
        refused += [found for each in messages for found in description.problems(each, schema)]
    return refused


def parts(block: Any) -> Iterator[dict[str, Any]]:
    """A part of a card and all within it."""
    if isinstance(block, list):
        for each in block:
            yield from parts(each)
    elif isinstance(block, dict):
        yield block
        for each in block.values():
            yield from parts(each)


@pytest.mark.parametrize("name", USUAL)
def test_line_takes_it(name: str) -> None:
    assert problems([USUAL[name]]) == []


def test_what_line_would_refuse_is_noticed() -> None:
    assert problems([{"type": "text", "text": ""}]) != []
    assert problems([kit.flex({"type": "bubble", "header": kit.column(kit.line("x") | {"a": 1})})])


@given(NASTY)
@example("\0")
@example("\u202e" * 30)
@example("團" * 6000)
@example("👨‍👩‍👧‍👦" * 900)
@settings(max_examples=25)
def test_line_takes_it_whatever_people_are_called(words: str) -> None:
    said = Gallery(words).all()

    assert problems(list(said.values())) == []


@pytest.mark.parametrize("name", [name for name in USUAL if USUAL[name]["type"] == "flex"])
def test_its_words_alone_say_the_same(name: str) -> None:
    message = USUAL[name]
    alone = message["altText"]
    words = [part["text"] for part in parts(message["contents"]) if part.get("type") == "text"]
    words += [part["action"]["label"] for part in parts(message["contents"]) if "action" in part]

    whole = len(alone.encode("utf-16-le")) < 2 * 1500 - 2
    missing = [each for each in words if each.removeprefix("・") not in alone]

    assert alone
    assert not missing or not whole


@pytest.mark.parametrize("name", [name for name in USUAL if USUAL[name]["type"] == "flex"])
def test_it_can_be_read(name: str) -> None:
    pale = [
        (text, ground, words)
        for text, ground, words in written(USUAL[name]["contents"], "#FFFFFF")
        if contrast(text, ground) < 4.5
    ]

    assert pale == []


ANSWERS = {"略過", "結束", "林小美", "母嬰", "生鮮", "女", "男", "不透露"}
ANSWERS |= {"尺寸:S,M,L,XL", "口味:原味,辣味", "明晚9點", "週五21:00", "週日21:00", "社區管理室"}
ANSWERS |= {"10", "20", "30"}
ORDER = re.compile(r"\d+ [A-Z]?\+\d+|取消 \d+-\d+", re.ASCII)


@pytest.mark.parametrize("name", USUAL)
def test_it_leads_on_to_words_that_are_understood(name: str) -> None:
    """Every button says a command, or answers the question that the message asks."""
    actions = [part["action"] for part in parts(USUAL[name]) if "action" in part]
    said = [action["data"] for action in actions if "data" in action]
    answers = ANSWERS if name.startswith("asked for") else set()

    said_so = [data for data in said if data not in answers and not ORDER.fullmatch(data)]
    dead = [data for data in said_so if not router.find(data, Role.OWNER)]

    # what is said in a group leads into 1:1, or is left at that
    assert said or name.startswith("group: ")
    assert dead == []


def written(block: Any, ground: str) -> Iterator[tuple[str, str, str]]:
    """Colours of texts, of what is beneath them, and the words."""
    if isinstance(block, list):
        for each in block:
            yield from written(each, ground)
    elif isinstance(block, dict):
        ground = block.get("backgroundColor", ground)
        if block.get("type") == "text":
            yield block["color"], ground, block["text"]
        if block.get("style") == "primary":
            yield "#FFFFFF", block["color"], block["action"]["label"]
        for each in block.values():
            yield from written(each, ground)


def contrast(one: str, other: str) -> float:
    """As WCAG 2 measures it."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(
        part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
    )


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#06A77D", "#FFFFFF") < 4.5


def test_each_tier_has_its_own_colour() -> None:
    shown = [tiers.colour(tier) for tier in Gallery().programme.tiers]

    assert len(set(shown)) == 4


def test_empty_or_unseen_text_becomes_a_dash() -> None:
    assert kit.text("\u202e\0 ")["text"] == "—"
    assert kit.line("")["text"] == "—"
    assert kit.choice("\0")["action"]["label"] == "…"


def test_a_carousel_keeps_within_what_line_takes() -> None:
    cards = [kit.card("券", *[kit.line("長" * 1000)] * 3) for _ in range(12)]

    kept = kit.carousel(cards)

    assert problems([kept]) == []
    assert 3 <= len(kept["contents"]["contents"]) < 12


def test_no_campaign_is_left_out() -> None:
    ours = {key for key, each in CAMPAIGNS.items() if each.__module__.startswith("scheduler.")}

    assert ours == {name.removeprefix("sent: ") for name in USUAL if name.startswith("sent: ")}


@pytest.mark.parametrize("view", sorted(MODULES))
def test_no_view_is_left_out(view: str) -> None:
    """Every function that makes a message is called for the gallery."""
    module = importlib.import_module(f"bot.views.{view}")
    made = {
        name
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
        and "Message" in str(inspect.signature(function).return_annotation)
    }
    galleries = {inspect.getmodule(kind) for kind in Gallery.__mro__[:-1]}
    source = "".join(inspect.getsource(each) for each in galleries if each is not None)
    called = {"help": "smalltalk"}.get(view, view)

    missing = {name for name in made if f"{called}.{name}(" not in source}

    assert missing - {"gifts"} == set()  # part of what `saved` and `thanks` say


@pytest.mark.parametrize("name", USUAL)
def test_what_acts_has_one_colour(name: str) -> None:
    """Whoever learned that green does it must not hesitate at another colour."""
    acts = ("確認", "/入帳", "/核准", "/退現", "/退換", "/取貨", "/到貨", "/成團")
    others = [
        part["action"]["data"]
        for part in parts(USUAL[name])
        if part.get("style") == "primary" and part["action"].get("data", "").startswith(acts)
        if part["color"] != kit.GREEN
    ]

    assert others == []
