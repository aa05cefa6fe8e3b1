"""The organisers' guide says only what the shop understands, and shows what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import handlers
from bot import router
from models.people.roles import Role

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "organiser-guide.zh-TW.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"(?:^\s*|`)(/[^\s`/]+)", GUIDE, re.MULTILINE)))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_of_the_guide_is_understood(words: str) -> None:
    handlers.load()

    found = router.find(words, Role.OWNER)

    assert found is not None
    assert found.exact


def test_every_picture_and_page_of_the_guide_is_there() -> None:
    linked = re.findall(r'(?:src="|\]\()([^")]+)[")]', GUIDE)

    assert linked
    assert [name for name in linked if not (DOCS / name).exists()] == []
