"""Why a broadcast cannot be shown, stopped or gone on with, in a sentence each."""

from __future__ import annotations

from models.base import N_, Refusal


class NoSuchBroadcast(Refusal):
    buttons = ("/成效",)

    def __init__(self, number: int) -> None:
        super().__init__(N_("找不到第 {number} 號推播，請看 /成效。"), number=number)


class NoBroadcast(Refusal):
    buttons = ("說明",)

    def __init__(self) -> None:
        super().__init__(
            N_("還沒有推播。例如 /推播 全部 | 新品到了，歡迎看看，確認前都不會送出。")
        )


class OverAlready(Refusal):
    """There is nothing left of it that could be stopped or go on."""

    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 號推播已經結束，沒有還沒送的了；結果請看 /成效 {number}。"),
            number=number,
        )

    buttons = ("/成效",)


class NotPaused(Refusal):
    buttons = ("/成效",)

    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 號推播沒有暫停，不用繼續；結果請看 /成效 {number}。"), number=number
        )
