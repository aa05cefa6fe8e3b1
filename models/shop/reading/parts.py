"""The parts that words play: in the text (`Part`), and in an order (`Step`).

Each is one letter, so that a row of them can be compared with a pattern: two picks
that each have a number are `(Step.PICK + Step.QUANTITY) * 2`.
"""

from __future__ import annotations

from typing import NamedTuple

WHOLE = -1


class Part:
    """What a piece of the text is."""

    # signs
    PLUS, MINUS, TIMES, COLON, OPEN, CLOSE, HASH = "+", "-", "*", ":", "(", ")", "#"
    GAP, STOP, LINE_END = "_", ".", "/"
    # numbers: one, part of one (半, 0.5), and more than one (兩三, 1~2)
    NUMBER, FRACTION, RANGE = "9", "8", "&"
    # goods: a thing, a value, what looks like a code and is none, 色 and 號 behind a choice
    ITEM, OPTION, NO_SUCH, UNIT, SUFFIX = "I", "O", "E", "U", "D"
    # people: a name we know, one that was told, perhaps one, @somebody
    NAME, SOMEBODY, MAYBE_NAME, MENTIONED = "W", "B", "%", "@"
    # family and titles, where somebody is from (樓下), the writer, 她, 說她也要
    KIN, FROM, ME, PRONOUN, SAYS = "K", "N", "M", "P", "p"
    # whose it is, said behind it: 都寫小美
    WHOSE = "H"
    # wishing: 要, 跟團, 幫, 和, 各, 每種, 再, 少, 共
    WISH, FOLLOW, BEHALF, JOINS, EACH, EVERY = "v", "f", "h", "j", "e", "a"
    MORE, FEWER, SUM = "g", "l", "T"
    # what it comes to: =440
    PAYS = "$"
    # changing: 改, 更正, 重喊, 打錯, 不是, 不變, 就好, 剛剛那單
    SETS, CORRECTS, ANEW, MISTAKE, NOT = "s", "y", "z", "m", "n"
    STAYS, ENOUGH, OWN = "u", "i", "o"
    # taking back, and not wanting
    CANCELS, DECLINES = "x", "d"
    # all but: 除了, 其他
    EXCEPT, REST = "V", "r"
    # asking: 可以, 嗎, 或, 到
    MAY, ASKS, EITHER, SPAN = "c", "?", "|", "~"
    # what stands around: requests, thanks, praise of the goods, pickup, other talk, unknown words
    COURTESY, THANKS, PRAISE, PICKUP, OTHER, UNKNOWN = "k", "t", "w", "G", "R", "Z"


class Step:
    """What a part of an order is; all others are of the `Part` they were made from."""

    PICK, QUANTITY, PERSON = "P", "Q", "W"
    SUM, NO_SUCH, WHOSE = Part.SUM, Part.NO_SUCH, Part.WHOSE


NUMBERS = frozenset({Part.NUMBER, Part.FRACTION, Part.RANGE})
SIGNS = frozenset({Part.PLUS, Part.TIMES, Part.MINUS})
BREAKS = frozenset({Part.GAP, Part.LINE_END, Part.STOP})
GOODS = frozenset({Part.ITEM, Part.OPTION})
SAID = frozenset({Step.PICK, Step.QUANTITY, Step.PERSON, Step.WHOSE})
COUNTED = frozenset({Step.QUANTITY, Step.SUM})


class Ref(NamedTuple):
    """What a word can mean: an item, or a value on one of its axes."""

    item: int
    axis: int = WHOLE
    value: str = ""


class Token(NamedTuple):
    """A piece of the text: its part, where it is, and what it can stand for."""

    kind: str
    start: int
    end: int
    text: str = ""
    refs: frozenset[Ref] = frozenset()
    number: int = 0
