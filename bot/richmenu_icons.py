"""Small pictures for the menu, drawn with lines and circles; each fits a square of side 2.

`draw(pen, word, middle, size)` draws the one for a command's word; a word
without one gets its first character.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

INK = "#FFFFFF"


class Square(NamedTuple):
    """Where to draw: coordinates run from -1 to 1 both ways, the middle at 0."""

    pen: Any
    middle: tuple[float, float]
    half: float

    def place(self, *at: float) -> list[float]:
        return [self.middle[n % 2] + value * self.half for n, value in enumerate(at)]

    @property
    def width(self) -> int:
        return max(1, round(self.half * 0.16))

    def line(self, *at: float) -> None:
        self.pen.line(self.place(*at), fill=INK, width=self.width, joint="curve")

    def frame(self, *at: float, radius: float = 0.18) -> None:
        self.pen.rounded_rectangle(
            self.place(*at), radius=radius * self.half, outline=INK, width=self.width
        )

    def ring(self, *at: float) -> None:
        self.pen.ellipse(self.place(*at), outline=INK, width=self.width)

    def dot(self, x: float, y: float, radius: float = 0.12) -> None:
        self.pen.ellipse(self.place(x - radius, y - radius, x + radius, y + radius), fill=INK)


def card(square: Square) -> None:
    square.frame(-1, -0.7, 1, 0.7)
    square.line(-1, -0.25, 1, -0.25)
    square.line(-0.65, 0.3, 0.05, 0.3)


def bag(square: Square) -> None:
    square.frame(-0.85, -0.35, 0.85, 0.95)
    square.line(-0.4, -0.05, -0.4, -0.6, -0.15, -0.95, 0.15, -0.95, 0.4, -0.6, 0.4, -0.05)


def listed(square: Square) -> None:
    square.frame(-0.8, -0.95, 0.8, 0.95)
    for y in (-0.45, 0, 0.45):
        square.dot(-0.42, y, 0.1)
        square.line(-0.1, y, 0.5, y)


def ticket(square: Square) -> None:
    square.frame(-1, -0.65, 1, 0.65)
    for y in (-0.42, -0.14, 0.14, 0.42):
        square.line(0.35, y - 0.07, 0.35, y + 0.07)
    square.line(-0.65, -0.2, 0, -0.2)
    square.line(-0.65, 0.2, -0.2, 0.2)


def bubble(square: Square) -> None:
    square.frame(-1, -0.85, 1, 0.5, radius=0.4)
    square.line(-0.5, 0.5, -0.6, 0.98, 0, 0.5)
    for x in (-0.45, 0, 0.45):
        square.dot(x, -0.18)


def question(square: Square) -> None:
    square.ring(-0.95, -0.95, 0.95, 0.95)
    square.pen.arc(square.place(-0.36, -0.58, 0.36, 0.14), 180, 90, fill=INK, width=square.width)
    square.line(0, 0.12, 0, 0.3)
    square.dot(0, 0.56)


ICONS: dict[str, Callable[[Square], None]] = {
    "團購": bag,
    "我的訂單": listed,
    "會員卡": card,
    "優惠券": ticket,
    "客服": bubble,
    "說明": question,
}


def draw(pen: Any, word: str, middle: tuple[float, float], half: float, font: Any) -> None:
    """Draw a word's picture around `middle`, `half` its side's half."""
    icon = ICONS.get(word)
    if icon is not None:
        icon(Square(pen, middle, half))
    else:
        pen.text(middle, word[:1], font=font, fill=INK, anchor="mm")
