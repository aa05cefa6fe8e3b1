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
