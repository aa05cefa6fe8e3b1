"""Members whose phones are not set to Chinese read English: every text, with working buttons.

What organisers read is Chinese only, so their views are not asked about; a view that a
member's handler, a notice or a campaign shows is, without being listed here. Of the
few views that are mostly organisers' those functions are, which members' modules call.
"""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.texts import LOCALES, _, day, speaking
from bot.views import kit
from models.base import TAIPEI

ROOT = LOCALES.parent
SHOWING = ("handlers/member", "handlers/group", "scheduler/campaigns")
ALONG = ("dispatch", "router", "context", "texts")  # of bot/: said whatever is asked
# models whose refusals members meet; of the others most are organisers' own
REFUSING = (
    *("loyalty/coupon_refusals", "loyalty/coupon_tries", "loyalty/points_offset"),
    *("loyalty/reward_claims", "people/birthdays", "shop/group_buys", "shop/ordering"),
    *("shop/order_queries", "shop/waitlist", "shop/shares", "shop/recipients"),
    *("shop/survey_orders", "talk/surveys"),
    "calendar_terms",  # what festivals say
)
MOSTLY_ORGANISERS = {"crew", "refunds", "rewards", "shipping"}
VIEW = re.compile(r"^from bot\.views(?:\.(\w+))? import ([\w ,]+|\([^)]*\))", re.M)
CHINESE = re.compile("[\u4e00-\u9fff]")


def read() -> list[Path]:
    """The modules whose texts members read."""
    showing = telling()
    views = {view for path in showing for view in shown_by(path)}
    files = [ROOT / "bot" / "views" / f"{view}.py" for view in sorted(views)]
    files += [ROOT / "bot" / f"{name}.py" for name in ALONG]
    files += [ROOT / "models" / f"{name}.py" for name in REFUSING]
    return [path for path in [*showing, *files] if path.is_file()]


def telling() -> list[Path]:
    """The modules that show views to members."""
    found = [path for folder in SHOWING for path in (ROOT / folder).glob("*.py")]
    return [*found, *(ROOT / "scheduler").glob("*notice*.py")]


def called(view: str) -> set[str]:
    """What members' modules call of a view."""
    found: set[str] = set()
    for path in telling():
        source = path.read_text()
        if named := re.search(rf"^from bot\.views import {view}(?: as (\w+))?$", source, re.M):
            found |= set(re.findall(rf"\b{named[1] or view}\.(\w+)", source))
    return found


def shown_by(path: Path) -> set[str]:
    found = set()
    for module, names in VIEW.findall(path.read_text()):
        found |= {module} if module else set(re.findall(r"(\w+)(?: as \w+)?", names))
    return found


def texts(path: Path) -> set[str]:
    """The message ids of a module, the constants within them too."""
    tree = ast.parse(path.read_text())
    if path.parent.name == "views" and path.stem in MOSTLY_ORGANISERS:
        kept = called(path.stem)
        tree.body = [node for node in tree.body if getattr(node, "name", "") in kept]
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "N_")
        and node.args
    ]
    said = [part.value for call in calls for part in ast.walk(call.args[0]) if part_of(part)]
    return {text for text in said if CHINESE.search(text)}


def part_of(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with (LOCALES / "en" / "LC_MESSAGES" / "tuanyou.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file, locale="en") if each.id}


def test_all_that_members_read_is_there_in_english(english: dict[str, str]):
    missing = {
        text: path.relative_to(ROOT).as_posix()
        for path in read()
        for text in texts(path)
        if not english.get(text)
    }

    assert missing == {}


def test_english_leaves_the_same_places_open(english: dict[str, str]):
    said = {text: words for text, words in english.items() if words}

    assert {text for text, words in said.items() if places(text) != places(words)} == set()


def places(text: str) -> set[str]:
    return {name for _text, name, _spec, _how in string.Formatter().parse(text) if name}


def test_a_button_in_english_says_the_commands_own_word(now):
    with speaking("en-GB"):
        action = kit.choice(_("我的訂單"))["action"]
        on = day(now.astimezone(TAIPEI).date())

    assert (action["label"], action["data"]) == ("My orders", "我的訂單")
    assert on == "11/24(Tue)"
