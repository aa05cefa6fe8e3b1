"""Values of one kind, and letters written for one another: to tell what a word resembles.

Somebody who asks for 紫 where colours are offered wants a colour; 香草 where flavours
are, a flavour. What is on offer is not known here.
"""

from __future__ import annotations

from models.shop.reading.writing import each

FAMILIES = (
    frozenset(
        each(
            "黑 白 灰 粉 紅 藍 綠 黃 紫 橘 咖啡 米 杏 卡其 奶茶 墨綠 深藍 淺藍 深灰 淺灰 粉紅 "
            "酒紅 駝 棕 銀 金 橙 膚 裸 藏青 湖水綠"
        )
    ),
    frozenset(
        each(
            "nb xs s m l xl 2xl 3xl 4xl xxl xxxl 2l 3l 4l f 大 中 小 特大 加大 超大 迷你 特小 "
            "中杯 大杯 小杯 4吋 5吋 6吋 7吋 8吋 9吋 10吋 12吋 六吋 八吋 十吋"
        )
    ),
    frozenset(each("不辣 微辣 小辣 中辣 大辣 特辣 重辣 麻辣 爆辣 原味 變態辣 超辣 勁辣 辣")),
    frozenset(
        each("全糖 正常糖 少糖 半糖 微糖 無糖 三分糖 五分糖 七分糖 八分糖 一分糖 兩分糖 多糖")
    ),
    frozenset(each("正常冰 少冰 微冰 去冰 熱 溫 常溫 完全去冰 多冰 冰")),
    frozenset(
        each(
            "原味 巧克力 抹茶 海鹽 香草 草莓 芋頭 花生 芝麻 紅豆 綠豆 焦糖 咖啡 伯爵 伯爵茶 "
            "紅茶 綠茶 藍莓 芒果 檸檬 起司 蜂蜜 黑糖 椰子 榛果 杏仁 蔓越莓 葡萄 黑芝麻 黑胡椒 "
            "蒜味 海苔 辣味 泰式 咖哩 麻辣 蜜汁 煙燻 奶油 牛奶 鮮奶 優格 百香果 鳳梨 香蕉 蘋果 "
            "水蜜桃 荔枝 楓糖 肉桂 玫瑰 烏龍 鐵觀音 茉莉 玄米 提拉米蘇 布朗尼 鹹蛋黃"
        )
    ),
)
# they sound or look alike
ALIKE = [
    set(group)
    for group in each(
        "莓梅苺 藍籃蘭 芒茫 果菓裹 蛋旦 菜采彩 丁町叮 布步 茶查 鹽鹹 糖塘 冰兵 卷捲 絲司 醬將 "
        "雞機 辣剌 鳳風 梨黎 蝦瞎 貝背 鮭桂 蒜算 粱梁良 漁魚 玉王 韭九 椒交 蜂峰 蜜密 眼演 "
        "口扣 罩照 鴨壓 血雪 曲取 奇其 力立利 抹末抺沬 珍真 奶乃 米迷"
    )
]
