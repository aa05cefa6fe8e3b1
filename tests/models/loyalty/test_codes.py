"""Coupon codes: what they are made of, what they notice, how they are read."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.loyalty import codes

bodies = st.text(codes.ALPHABET, min_size=codes.RANDOM, max_size=codes.RANDOM)
wholes = bodies.map(lambda body: body + codes.check_character(body))


def swapped(code: str, place: int) -> str:
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def replaced(code: str, place: int, character: str) -> str:
    return code[:place] + character + code[place + 1 :]


def test_the_alphabet_has_31_characters_that_nobody_takes_for_another():
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET) == 31
    assert not set("01OIL") & set(codes.ALPHABET)


def test_new_codes_differ_and_use_every_character_everywhere():
    made = [codes.generate() for _ in range(5000)]

    assert len(set(made)) == 5000
    assert all(codes.is_whole(code) for code in made)
    for place in range(codes.LENGTH):
        assert {code[place] for code in made} == set(codes.ALPHABET)


@given(wholes)
def test_every_single_wrong_character_is_noticed(code):
    wrong = [
        replaced(code, place, character)
        for place in range(codes.LENGTH)
        for character in codes.ALPHABET
        if character != code[place]
    ]

    assert len(wrong) == 11 * 30
    assert not [typed for typed in wrong if codes.read(typed)]


def test_every_swap_of_two_neighbours_is_noticed():
    """Exhaustive: a swap's effect on the sum depends on the two characters alone."""
    checked = 0
    for place in range(codes.RANDOM - 1):
        for left in codes.ALPHABET:
            for right in codes.ALPHABET.replace(left, ""):
                body = "2" * place + left + right + "2" * (codes.RANDOM - place - 2)
                assert not codes.is_whole(swapped(body + codes.check_character(body), place))
                checked += 1
    assert checked == 9 * 31 * 30


@given(wholes)
def test_a_swap_with_the_check_character_is_noticed(code):
    for place in range(codes.LENGTH - 1):
        if code[place] != code[place + 1]:
            assert not codes.is_whole(swapped(code, place))


def test_a_plain_sum_would_notice_no_swap():
    """The control: without weights the same swaps pass."""

    def adds_up(code: str) -> bool:
        return sum(codes.VALUES[character] for character in code) % codes.BASE == 0

    code = next(code for code in (codes.generate() for _ in range(10_000)) if adds_up(code))
    assert all(adds_up(swapped(code, place)) for place in range(codes.LENGTH - 1))


@given(wholes, st.sampled_from(["-", " ", "－", "—", "−", "　", "・", "\u200b", "一", ""]))
def test_a_code_is_read_however_it_is_typed(code, between):
    typed = between.join([code[:4], code[4:8], code[8:]])
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in code)

    assert codes.read(typed) == code
    assert codes.read(f"「{typed.lower()}」 ") == code
    assert codes.read(full_width) == codes.read(full_width.lower()) == code
    assert codes.read(codes.show(code)) == code


def test_a_code_is_shown_in_groups():
    assert codes.show("ABCDEFGHJKM") == "ABCD-EFGH-JKM"


@pytest.mark.parametrize("typed", ["", "2222222222", "222222222222", "0" * 11, "優惠券", "ſ" * 11])
def test_what_is_no_code_reads_as_none(typed):
    assert codes.read(typed) == ""


@given(st.text())
def test_any_text_can_be_read(text):
    assert codes.read(text) == "" or codes.is_whole(codes.read(text))


def test_a_million_guesses_hit_nothing():
    """Guesses of somebody who knows the check character, as the number of their ten others."""
    guesser = random.Random(2026)
    out = {number_of(codes.generate(), codes.RANDOM) for _ in range(20_000)}
    assert len(out) == 20_000

    assert not [1 for _ in range(1_000_000) if guesser.randrange(31**10) in out]

    # The control: against codes of four characters the same guesser hits
    short = {number % 31**4 for number in out}
    assert [1 for _ in range(10_000) if guesser.randrange(31**4) in short]


def number_of(code: str, length: int) -> int:
    number = 0
    for character in code[:length]:
        number = number * codes.BASE + codes.VALUES[character]
    return number
