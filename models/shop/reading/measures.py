"""What quantities are counted in, by how much one of it holds.

Words that count anything (份), packs, cases, single pieces, and weight.
"""

from __future__ import annotations

from models.shop.reading.writing import fold

GENERIC, RETAIL, CASE, PIECE, WEIGHT = "generic", "retail", "case", "piece", "weight"
UNITS = {
    fold(word): size
    for size, words in {
        GENERIC: "份 個 組 套 單 樣 款 種 色 set sets",
        RETAIL: "盒 包 袋 盤 條 瓶 罐 杯 件 支 盆 籃 串 張 捲 雙 把 box boxes pack packs bag bags "
        "bottle bottles cup cups tray trays 頂 本",
        CASE: "箱 件箱 case cases carton",
        PIECE: "顆 粒 入 枚 根 隻 片 塊 pcs piece pieces 尾",
        WEIGHT: "斤 公斤 台斤 kg g 克 公克 磅 兩 ml 公升",
    }.items()
    for word in words.split()
}
