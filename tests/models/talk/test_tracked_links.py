"""Addresses become links of our own where it is clear where they end, and nobody can make one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Vault
from models.talk import personal_fields, tracked_links
from models.talk.tracked_links import Ticket

SITE = "https://shop.example.com"
VAULT = Vault("a secret for tests only")
TICKETS = st.builds(
    Ticket, st.integers(0, 2**32 - 1), st.integers(0, 255), st.integers(0, 2**63 - 1)
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("看 https://x.tw/a?b=1#c 喔", ["https://x.tw/a?b=1#c"]),
        ("看https://x.tw/a，謝謝", ["https://x.tw/a"]),
        ("到 https://x.tw/a. 再到(https://x.tw/b)！", ["https://x.tw/a", "https://x.tw/b"]),
        ("https://x.tw/wiki_(a)", ["https://x.tw/wiki_(a)"]),
        ("https://x.tw/a👉好", ["https://x.tw/a"]),
        ("https://x.tw/a https://x.tw/a", ["https://x.tw/a"]),
        ("https://x.tw/商品", []),
        ("https://x.tw/a謝謝", []),
        ("https://x.tw/?name={稱呼}", []),
        ("http://x.tw/a javascript:alert(1) //x.tw x.tw", []),
        ("https://good.tw@bad.tw/ https://[ https://localhost/ xhttps://x.tw/a", []),
    ],
)
def test_only_an_address_whose_end_is_clear_becomes_a_link(text, found):
    assert tracked_links.addresses([text]) == found


def test_what_stands_around_an_address_stays_and_stands_apart():
    links = {"https://x.tw/a": "L"}
    assert tracked_links.woven("看https://x.tw/a，再看 https://x.tw/b", links) == (
        "看L ，再看 https://x.tw/b"
    )


@given(TICKETS)
def test_a_link_is_read_again_and_shows_nothing_of_whom_it_was_for(ticket):
    token = tracked_links.token(VAULT, ticket)

    assert tracked_links.read(VAULT, token) == ticket
    assert len(token) == tracked_links.TOKEN
    assert tracked_links.read(Vault("another"), token) is None


@given(TICKETS, st.integers(0, tracked_links.TOKEN - 1), st.text(max_size=3))
def test_a_link_that_was_changed_is_nobodys(ticket, at, other):
    token = tracked_links.token(VAULT, ticket)
    changed = token[:at] + other + token[at + 1 :]

    assert changed == token or tracked_links.read(VAULT, changed) is None


def test_a_text_must_fit_with_its_links_as_long_as_they_can_be():
    room = personal_fields.LIMIT - tracked_links.LONGEST
    personal_fields.check("字" * (room - 1) + " https://x.tw/a")
    with pytest.raises(personal_fields.TooLong):
        personal_fields.check("字" * room + " https://x.tw/a")

    longest = "x" * tracked_links.SITE
    placed = tracked_links.link(longest, "x" * tracked_links.TOKEN)
    assert len(tracked_links.woven("https://x.tw/a，", {"https://x.tw/a": placed})) == (
        tracked_links.LONGEST + 1
    )
