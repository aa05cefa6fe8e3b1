"""Text to tokens: catalogue words, general words, numbers, names, and what is unknown.

The longest word wins wherever several begin at one place. A token's `kind` is one
letter of `parts.Part`.
"""

from __future__ import annotations

import re

from models.shop.reading import chunks, numerals
from models.shop.reading.figures import figure, ordinal_number
from models.shop.reading.lexicon import Lexicon, Meaning
from models.shop.reading.names import GIVEN_TWO, NAMELESS
from models.shop.reading.parts import SIGNS, Part, Token
from models.shop.reading.writing import fold

MARKS = {
    "\n": Part.LINE_END,
    **dict.fromkeys(" ,、/;|·・•_&", Part.GAP),
    **dict.fromkeys("。.!", Part.STOP),
    "?": Part.ASKS,
    "+": Part.PLUS,
    "-": Part.MINUS,
    "*": Part.TIMES,
    ":": Part.COLON,
    "(": Part.OPEN,
    ")": Part.CLOSE,
    "~": Part.COURTESY,
    "#": "#",
}
ENDS_EARLY = {Part.ITEM, Part.SETS}
UNCODED = re.compile(r"([a-z])\d{1,2}")  # E1 behind A2 B1
TIMES_APART = re.compile(r"x\s+\d")
ODD_STARTS = frozenset("一二两三四五六七八九十百半第#nh$w编几数")
LARGER = re.compile(r"[2-6]xl")
ALNUM = re.compile(r"[a-z0-9]+")
HOUSE = fold("棟")
MENTION = re.compile(r"@\s?([^\s@+,:/]{1,20})")


def tokens(text: str, lexicon: Lexicon, names: frozenset[str]) -> list[Token]:
    """Every character of `text` in one token or another, in order."""
    found: list[Token] = []
    at, length = 0, len(text)
    while at < length:
        new = _next(text, at, lexicon, names, found)
        if new[0].kind == Part.UNKNOWN and found and found[-1].kind == Part.UNKNOWN:
            last = found.pop()
            new = [Token(Part.UNKNOWN, last.start, new[0].end, text[last.start : new[0].end])]
        found += new
        at = found[-1].end
    return found


def _next(
    text: str, at: int, lexicon: Lexicon, names: frozenset[str], before: list[Token]
) -> list[Token]:
    character = text[at]
    if lexicon.pairs and (pair := lexicon.pairs.get(text[at : at + 2])):
        one, other = text[at], text[at + 1]
        return [
            Token(Part.OPTION, at, at + 1, one, pair[0]),
            Token(Part.OPTION, at + 1, at + 2, other, pair[1]),
        ]
    found = None
    if character == "@" and (mention := MENTION.match(text, at)):
        found = Token(Part.MENTIONED, at, mention.end(), mention[1])
    elif character.isdigit() or character in ODD_STARTS:
        found = figure(text, at, lexicon, before)
    word = None if found else _word(text, at, lexicon, names)
    if word is not None and len(word.text) > 1:
        found = word
    if found is None and character.isascii():
        run = ALNUM.match(text, at)
        if run is not None:
            if text.startswith(HOUSE, run.end()) and not run[0].isdigit():
                return [Token(Part.FROM, at, run.end() + 1, run[0] + HOUSE)]  # B棟陳小姐+1
            return _chunk(text, run[0], at, lexicon, before)
    named = None if _small(text, at, word, lexicon) else _name(text, at)
    found = found or named or _spoken(text, at) or word
    return [found or Token(MARKS.get(character, Part.UNKNOWN), at, at + 1, character)]


def _word(text: str, at: int, lexicon: Lexicon, names: frozenset[str]) -> Token | None:
    for word, meaning in lexicon.words.get(text[at], ()):
        if text.startswith(word, at) and _bounded(text, at, word, meaning):
            if names and (name := _known(text, at, names, len(word))):
                return name
            if meaning.kind in ENDS_EARLY and (shorter := _shorter(text, at, word, lexicon)):
                return shorter
            return Token(meaning.kind, at, at + len(word), word, meaning.refs)
    return _known(text, at, names, 0) if names else None


def _shorter(text: str, at: int, word: str, lexicon: Lexicon) -> Token | None:
    """雞腿 of 雞腿飯少, 改 of 改成人, where 飯少 and 成人 are values: theirs is the beginning."""
    for length in range(len(word) - 1, 0, -1):
        if word[length] not in lexicon.begins:
            continue
        rest = at + length
        value = any(
            text.startswith(choice, rest) and len(choice) > len(word) - length
            for choice in lexicon.choices
            if choice[0] == word[length]
        )
        for known, meaning in lexicon.words[word[0]] if value else ():
            if known == word[:length] and meaning.kind in ENDS_EARLY:
                return Token(meaning.kind, at, rest, known, meaning.refs)
    return None


def _known(text: str, at: int, names: frozenset[str], longer: int) -> Token | None:
    found = [name for name in names if len(name) >= longer and text.startswith(name, at)]
    if not found:
        return None
    name = max(found, key=len)
    return Token(Part.NAME, at, at + len(name), name)


def _bounded(text: str, at: int, word: str, meaning: Meaning) -> bool:
    """Whether a word with Latin letters stands by itself; others may be glued."""
    end = at + len(word)
    first, last = word[0], word[-1]
    if first.isascii() and first.isalpha() and at and _latin(text[at - 1]):
        return False
    if not last.isascii() or not last.isalnum() or end >= len(text):
        return True
    following = text[end]
    if last.isdigit():
        return not following.isdigit()
    return not _latin(following) and not (following.isdigit() and not meaning.refs)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _chunk(text: str, run: str, at: int, lexicon: Lexicon, before: list[Token]) -> list[Token]:
    """A run of Latin letters and digits: cut into codes, values and numbers, or unknown."""
    signed = bool(before) and before[-1].kind in SIGNS
    if run.isdigit():
        decimal = len(run) > 3 and not signed
        if decimal or len(run) > numerals.LONGEST_DIGITS:
            return [Token(Part.OTHER, at, at + len(run), run)]
        return [Token(Part.NUMBER, at, at + len(run), run, number=int(run))]
    if run == "x" and TIMES_APART.match(text, at):
        return [Token(Part.TIMES, at, at + 1, run)]
    if run in numerals.ENGLISH:
        return [Token(Part.NUMBER, at, at + len(run), run, number=numerals.ENGLISH[run])]
    if text.startswith(("+", "*"), at + len(run)) and _larger(run, lexicon):
        return [Token(Part.NO_SUCH, at, at + len(run), run)]  # 2XL where XL is the largest
    return _cut(run, at, lexicon, before)


def _cut(run: str, at: int, lexicon: Lexicon, before: list[Token]) -> list[Token]:
    cut = chunks.cut(run, lexicon)
    if cut is None:
        shaped = len(run) <= 4 and lexicon.shape.fullmatch(run)
        if not shaped and (uncoded := UNCODED.fullmatch(run)):
            listed = any(each.text in lexicon.codes for each in before)
            shaped = listed and lexicon.shape.fullmatch(uncoded[1])
        return [Token(Part.NO_SUCH if shaped else Part.UNKNOWN, at, at + len(run), run)]
    made, start = [], at
    for kind, piece, refs in cut:
        number = int(piece) if kind == Part.NUMBER else 0
        made.append(Token(kind, start, start + len(piece), piece, refs, number))
        start += len(piece)
    return made


def _larger(run: str, lexicon: Lexicon) -> bool:
    """Whether it is a size, and none of those that name something here."""
    known = {word for letter in (run[0], "x") for word, _ in lexicon.words.get(letter, ())}
    return bool(LARGER.fullmatch(run)) and "xl" in known and run not in known


def _small(text: str, at: int, word: Token | None, lexicon: Lexicon) -> bool:
    """小乳捲, where 小 is a size and 乳捲 is sold: nobody is called 小乳."""
    if word is None or word.kind != Part.OPTION or at + 1 >= len(text):
        return False
    behind = lexicon.words.get(text[at + 1], ())
    return any(len(w) > 1 and m.refs and text.startswith(w, at + 1) for w, m in behind)


def _name(text: str, at: int) -> Token | None:
    """小 or 阿 and one more letter, where that makes a name, and 雅婷."""
    if text[at : at + 2] in GIVEN_TWO:
        return Token(Part.NAME, at, at + 2, text[at : at + 2])
    if text[at] not in "小阿" or at + 1 >= len(text):
        return None
    following = text[at + 1]
    if following in NAMELESS or not "\u4e00" <= following <= "\u9fff":
        return None
    return Token(Part.NAME, at, at + 2, text[at : at + 2])


def _spoken(text: str, at: int) -> Token | None:
    """A number in Chinese, 半打 and 一打 with it; 半 alone is a fraction."""
    if text.startswith("半打", at):
        return Token(Part.NUMBER, at, at + 2, "半打", number=numerals.DOZEN // 2)
    dozens = numerals.DOZENS.match(text, at)
    if dozens:
        count = ordinal_number(dozens[1].replace("两", "二"))
        return Token(Part.NUMBER, at, dozens.end(), dozens[0], number=numerals.DOZEN * count)
    spoken = numerals.SPOKEN.match(text, at)
    if spoken:
        number = numerals.value(spoken[0])
        if number is None:
            return Token(Part.RANGE, at, spoken.end(), spoken[0])
        return Token(Part.NUMBER, at, spoken.end(), spoken[0], number=number)
    if text[at] == "半":
        return Token(Part.FRACTION, at, at + 1, "半")
    return None
