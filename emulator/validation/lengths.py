"""How LINE counts characters: UTF-16 units in most places, graphemes in a few."""

import regex

GRAPHEME = regex.compile(r"\X")


def utf16(text: str) -> int:
    """Length in UTF-16 code units: an emoji counts 2."""
    return len(text) + sum(character > "\uffff" for character in text)


def graphemes(text: str) -> int:
    """Length in what a person sees as one character: a family emoji counts 1."""
    return len(GRAPHEME.findall(text))
