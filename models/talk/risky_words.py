"""Words that the shop had better not send, and goods that may not be sold at a distance.

Pure. They are warned of, never refused: who writes decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Risk(StrEnum):
    """What is wrong with a word."""

    ALCOHOL = "alcohol"
    MEDICINE = "medicine"
    LENSES = "lenses"
    HEALTH = "health"
    TAX = "tax"
    MONEY = "money"
    LEVELS = "levels"
    FINE_PRINT = "fine_print"


class Risky(NamedTuple):
    """A word that was found, and what is wrong with it."""

    risk: Risk
    word: str


# compared without spaces, in lower case; what stands behind "not" is harmless
WORDS: Mapping[Risk, str] = {
    Risk.ALCOHOL: "啤酒 紅酒 白酒 高粱酒 高梁酒 清酒 威士忌 梅酒 水果酒 米酒 葡萄酒 香檳 燒酒 調酒"
    " 伏特加 琴酒 白蘭地 氣泡酒 沙瓦",
    Risk.MEDICINE: "藥品 成藥 退燒藥 感冒藥 止痛藥 胃藥 眼藥水 藥膏 痠痛貼布 普拿疼 合利他命"
    " 龍角散 處方 安眠藥 避孕藥 綠油精",
    Risk.LENSES: "隱形眼鏡 隱眼 角膜放大片 變色片 瞳孔放大片",
    Risk.HEALTH: "療效 改善 預防 根治 減脂 治療 治癒 治好 醫好 抗癌 防癌 降血壓 降血糖"
    " 降膽固醇 瘦身 減肥 燃脂 排毒 增強免疫 提升免疫 壯陽 豐胸",
    Risk.TAX: "免稅 免開發票 不開發票 私帳",
    Risk.MONEY: "儲值",
    Risk.LEVELS: "下線 分潤層級",
    Risk.FINE_PRINT: "售出概不退換 最終解釋權 逾期視同放棄",
}
HARMLESS = re.compile(r"無酒精|不含酒精|改善包裝|米酒頭麵線")


def found(text: str) -> list[Risky]:
    """The risky words of a text, each once, in the order of `WORDS`."""
    said = HARMLESS.sub("", re.sub(r"\s+", "", text).lower())
    return [
        Risky(risk, word)
        for risk, words in WORDS.items()
        for word in words.split()
        if word in said
    ]


def risks(texts: Iterable[str]) -> dict[Risk, list[str]]:
    """The risky words of some texts by what is wrong with them."""
    kinds: dict[Risk, list[str]] = {}
    for risk, word in found(" ".join(texts)):
        kinds.setdefault(risk, []).append(word)
    return kinds
