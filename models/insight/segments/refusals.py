"""What is wrong with an expression: one sentence that points at a word of it."""

from __future__ import annotations

from typing import Any

from models.base import N_, Refusal

LONGEST_WORD = 30
LONGEST_BUTTON = 300

UNKNOWN = N_("第 {position} 個字的「{word}」不認得，這家店沒有這個條件、等級、標籤或名稱。")
UNKNOWN_NEAR = N_("第 {position} 個字的「{word}」不認得，最接近的是「{nearest}」。")
NO_VALUE = N_("第 {position} 個字的「{word}」後面少了內容，例如：{example}")
NOT_A_NUMBER = N_("第 {position} 個字的「{word}」要接比較符號和整數，例如：{example}")
TOO_BIG = N_("第 {position} 個字的「{word}」數字太大了，最多 {most}。")
NO_DAYS = N_("第 {position} 個字的「{word}」要寫天數，例如：{example}")
NO_SUCH_DAY = N_(
    "第 {position} 個字的「{word}」不是生日的寫法，請寫 本月、下月、今天、7天內、12月 或 11/22。"
)
STRAY = N_("第 {position} 個字的「{word}」放在這裡看不懂，條件之間請用空格、且 或 或。")
COMMA = N_("第 {position} 個字的「{word}」請改寫「且」（都要）或「或」（其中一個）。")
NOTHING_BEFORE = N_("第 {position} 個字的「{word}」前面少了條件，例如：金級 或 銀級")
NOTHING_AFTER = N_("第 {position} 個字的「{word}」後面少了條件，例如：金級 且 #母嬰")
NOTHING_WITHIN = N_("第 {position} 個字的「{word}」括號裡沒有條件。")
NOT_CLOSED = N_("第 {position} 個字的「{word}」少了右邊的括號。")
NOT_OPENED = N_("第 {position} 個字的「{word}」少了左邊的括號。")
NOT_QUOTED = N_("第 {position} 個字的「{word}」少了另一邊的引號。")
TOO_DEEP = N_("第 {position} 個字的「{word}」括號或 非 疊了超過 {most} 層，請拆成幾個分群。")
TOO_MANY = N_("第 {position} 個字的「{word}」已經是第 {count} 個條件，一個分群最多 {most} 個。")
ROUND = N_("第 {position} 個字的「{word}」會用到它自己，請改用別的條件。")
BROKEN = N_("第 {position} 個字的「{word}」這個分群裡的「{within}」已經不能用了，請重新存一次。")


class EmptySegment(Refusal):
    """An expression without a word in it."""

    buttons = ("/分群",)

    def __init__(self) -> None:
        super().__init__(N_("還沒有寫條件，例如：金級 #母嬰 R>30"))
        self.position, self.word = 1, ""


class SegmentTooLong(Refusal):
    """More text than anybody reads."""

    buttons = ("/分群",)

    def __init__(self, most: int) -> None:
        super().__init__(N_("條件太長了，最多 {most} 個字，請拆成幾個分群。"), most=most)
        self.position, self.word = most + 1, ""


class BadSegment(Refusal):
    """The word at `position`, counted from 1 as people count characters, is not understood."""

    buttons = ("/分群",)

    def __init__(self, msgid: str, position: int, word: str, **values: Any) -> None:
        shown = word if len(word) <= LONGEST_WORD else word[: LONGEST_WORD - 1] + "…"
        super().__init__(msgid, position=position, word=shown, **values)
        self.position, self.word = position, word
        self.nearest = str(values.get("nearest", ""))

    def leads(self, words: str) -> list[tuple[str, str]]:
        """What was typed with the nearest name in place of the word, and how to write it."""
        again = words.replace(self.word, self.nearest, 1)
        mended = bool(self.nearest) and again != words and len(again) <= LONGEST_BUTTON
        return [(self.nearest, again)] * mended + super().leads(words)
