"""What makes a name: surnames, given names, and letters that never do.

Also what follows 幫 in other talk, and what stands before a colon in a form.
"""

from __future__ import annotations

from models.shop.reading.writing import each, fold

SURNAMES = frozenset(
    fold(
        "陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊呂江何蕭"
        "羅高潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯孫魏翁戴范宋方鄧杜傅"
        "侯曹溫薛丁馬蔣唐卓藍馮姚石董紀歐程連古汪湯姜田康鄒白涂尤"
        "巫韓龔嚴袁"
    )
)
# letters after 小 and 阿 that make no name
NAMELESS = frozenset(
    fold(
        "的一二兩三四五六七八九十條盒包箱件份個杯袋盤號跟和各也要再改換加"
        "減多少共都吧啦喔請謝麻時心吃聲組孩編朋姐說們彌聰火狗貓雞鳥雨事"
        "便巧偷氣學型額農家吋"
    )
)
NOT_HELPED = frozenset(
    each("推 忙 高調 集氣 禱告 祈禱 投票 按讚 轉發 轉 頂 QQ 補血 加油 分享 禮貌 我推")
)
LABELS = frozenset(
    each(
        "數量 品項 姓名 電話 地址 備註 結論 時間 地點 統計 比數 比分 價格 單價 規格 尺寸 顏色 "
        "口味 取貨 手機 名字 帳號 合計 總計 目前 更正 修改 改 現在 答案 結果 重點 ps 注意 公告 "
        "體溫 分數 溫度 問題 問"
    )
)
# the commonest of two characters, none of which is a word of its own
GIVEN_TWO = frozenset(
    each(
        "雅婷 怡君 淑芬 淑惠 淑貞 淑華 淑娟 淑玲 淑美 淑敏 淑真 淑媛 淑珍 淑儀 "
        "淑如 美玲 美惠 美華 美雲 美君 美慧 美芳 美珍 美鳳 美雪 美娟 美琪 麗華 "
        "麗珠 麗君 麗娟 麗卿 麗雲 麗玲 麗芬 麗芳 麗雪 麗珍 麗美 秀英 秀琴 秀玲 "
        "秀珍 秀美 秀鳳 秀卿 秀娟 秀雲 秀惠 秀芬 秀梅 秀霞 玉珍 玉梅 玉英 玉鳳 "
        "玉玲 玉華 玉霞 玉芬 玉雲 惠美 惠玲 惠珍 惠君 惠雯 惠婷 惠如 惠敏 惠芳 "
        "慧玲 慧君 慧敏 慧雯 慧如 慧美 慧珍 怡如 怡婷 怡萱 怡文 怡靜 怡伶 怡芳 "
        "怡慧 怡安 怡蓁 欣怡 欣儀 欣妤 欣穎 佳穎 佳蓉 佳玲 佳慧 佳樺 佳君 佳琪 "
        "佳芬 佳欣 佳怡 佳宜 佳雯 雅雯 雅惠 雅玲 雅芳 雅慧 雅文 雅琪 雅君 雅萍 "
        "雅如 雅筑 雅涵 雅琳 郁婷 郁雯 郁涵 鈺婷 筱涵 詩涵 詩婷 思穎 思妤 思涵 "
        "靜怡 靜宜 靜儀 靜雯 靜如 靜芳 婉婷 婉君 婉如 婉瑜 婉玲 佩君 佩珊 佩玲 "
        "佩蓉 佩芬 佩琪 佩雯 宜蓁 宜君 宜芳 宜靜 宜庭 宜臻 品妤 品萱 心瑜 家瑜 "
        "家慧 家玲 家琪 家豪 家銘 家榮 家維 家偉 家宏 家瑋 家誠 子涵 子晴 子瑄 "
        "子豪 子軒 子瑜 承翰 宗翰 宗憲 冠宇 冠廷 冠霖 冠宏 柏翰 柏宇 柏霖 柏廷 "
        "俊宏 俊傑 俊賢 俊彥 俊男 俊雄 俊毅 俊廷 建宏 建志 建中 建良 建銘 志明 "
        "志偉 志豪 志宏 志強 志鴻 志文 志銘 明哲 明宏 明輝 明華 明憲 文雄 文彬 "
        "文傑 文賢 文玲 文慧 文欽 正雄 正宏 政宏 政憲 信宏 彥廷 彥宏 彥君 彥霖 "
        "宇翔 宇軒 國雄 金鳳 春美 碧霞 碧雲 素珍 素貞 素美 素卿 素芬 素梅 素華 "
        "素真 素玉 麗香 月娥 月霞 月嬌 月琴 月雲 錦華 瑞珍 瑞華 筱雯 曉雯 曉玲 "
        "曉君 曉萍 曉慧 曉婷 依婷 依玲 鈺雯 于婷 于庭 羽彤 語彤 芷瑄 芳瑜 芳儀 "
        "芳如 珮君 珮瑜 珮珊 珮瑄 孟潔 孟君 孟儒 孟哲 孟翰"
    )
)
GIVEN_NAMES = frozenset(
    each(
        "amy annie angela alice anna ann allen alex andy ariel becky betty bella ben bruce "
        "cathy cindy claire coco daisy david debby emily emma eric eva fiona frank gina grace "
        "helen henry iris ivy jack jason jane jenny jerry jessica jill joanne joe john judy "
        "julia karen kate kelly ken kevin lily linda lisa lucy mandy maggie mary may mia mina "
        "michelle mike nancy nina olivia peggy peter queenie rita rose ruby sandy sam sarah "
        "sophia steven susan tina tiffany tom tony vicky vivian wendy winnie yvonne zoe"
    )
)
