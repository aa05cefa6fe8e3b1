"""Messages written once as JSON, with places for words that differ from member to member.

They are drawn with marks for words, as a `Mould` draws them. Words that could be
cut, or change what stands beside them, do not fit: then the messages are drawn as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import orjson

from bot.views.kit import Message
from bot.views.moulds import FIRST, MARK, is_plain, mark

# Names that come out as they go in, as PostgreSQL and `re` read a pattern: the letters of
# Chinese, Japanese, Korean and English, digits and signs that stand whole in Unicode 14
_LETTERS = (
    "0-9A-Z_a-z\u2600-\u27bf\u3041-\u3096\u30a1-\u30fa\u30fc\u3105-\u312f\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\U0001f300-\U0001f64f\U0001f680-\U0001f6c5\U0001f90c-\U0001f9ff"
)
_END, _WITHIN = ")）\ufe0f", " (（.·&+@/~-"
PLAIN = rf"\A[{_LETTERS}](?:[{_LETTERS}{_END}{_WITHIN}]*[{_LETTERS}{_END}])?\Z"

Draw = Callable[[Sequence[str]], Sequence[Message]]


class Template:
    """Messages as JSON in pieces, between which words stand."""

    def __init__(self, pieces: list[str], longest: Sequence[int]) -> None:
        self._pieces = pieces
        numbers = [ord(each) - FIRST for each in pieces[1::2]]
        self._places = [(2 * at + 1, n, longest[n]) for at, n in enumerate(numbers)]

    @property
    def parts(self) -> Iterator[str | int]:
        """What stands in it one behind the other: JSON, and the numbers of words."""
        for at, piece in enumerate(self._pieces):
            yield ord(piece) - FIRST if at % 2 else piece

    def filled(self, words: Sequence[str]) -> str | None:
        """The JSON with these words in it; None if one of them does not fit."""
        pieces = self._pieces.copy()
        for at, number, longest in self._places:
            word = words[number]
            if not is_plain(word, longest):
                return None
            pieces[at] = orjson.dumps(word)[1:-1].decode()
        return "".join(pieces)


def template(draw: Draw, longest: Sequence[int]) -> Template | None:
    """What `draw` makes of words that are no longer than so many characters.

    None where words so long would be cut, or what it draws cannot be told from marks.
    """
    marks = [mark(number, most) for number, most in enumerate(longest)]
    pieces = MARK.split(orjson.dumps(draw(marks)).decode())
    short = orjson.dumps(draw(["x"] * len(longest))).decode()
    return Template(pieces, longest) if "x".join(pieces[::2]) == short else None
