"""What the talk around an order says about it: agreement, refusal, a count, a payment, a place.

Read only where the grammar leaves words over; all patterns are in folded form.
"""

from __future__ import annotations

import re

from models.shop.reading.writing import each, pattern


def _any(alternatives: str) -> re.Pattern[str]:
    """One of the patterns in a list."""
    return pattern("|".join(alternatives.split()))


DECLINE = _any(
    r"不\+ 不加[一1] 不跟 沒有?要 先不 pass(?!word) 跳過 放棄 下次再 下次吧 這次不 不買 不需要 "
    r"沒辦法跟 不能跟 不用了 別\+ 無法\+ 不想\+ 不敢\+ 還?沒\+ 忘記?了?\+ 不行\+ 不能\+"
)
TALLY = _any(
    r"目前 統計 累計 還差 還缺 還剩 只剩 剩下?\d 已經?(?:有|滿|\+|加|湊|達|登記|賣) "
    r"(?<!為了)(?<!湊)成團 流團 "
    r"額滿 滿單 現貨(?![的嗎+]) 湊(?:到|滿|齊|\d) 差\d 剩[一二兩三四五六七八九十]"
)
AGREE = _any(
    r"樓[上下] 推(?![薦坑]) 同[意感] 認同 我也是 我也(?:覺得|想睡|很|好|沒) "
    r"我們?家?(?:那隻|這隻)?也[是有這那] 也是 真的 覺得 沒錯 笑死 收到 恭喜 羨慕 快樂 歡迎 敲碗 "
    r"許願 好[累餓熱冷睏煩慘扯誇氣] 誇張 超扯 可憐 心疼 加油 辛苦 說得[對好] 有道理 贊成 "
    r"(?<!不好)意思 "
    r"同樣 停[水電課班] 塞車 感冒 發燒 確診 請假 愛心 祈禱 集氣 保重 傻眼 無言 崩潰 想睡 睡不著 "
    r"一樣 附議 哭 氣死 ^的人 嚇 老了 記得 以為 好險"
)
PAYMENT = _any(r"已?匯款? 已?轉帳?了? [末後]五碼 [末後]5碼 已?付款? 帳號 付清 繳")
PAST = _any(r"昨天 前天 上次 上[週周個] [吃買用喝拿收領][了到] 之前 那時")
PLACE = _any(
    r"密碼 帳[號戶] wi-?fi 車[牌號位] 座位 教室 航[班廈] 出口 停車 房號 門牌 電話 公車 考[試卷] "
    r"班級 維他命 維生素 疫苗 血型 電梯 序號 代碼 驗證碼"
)
ELSEWHERE = _any(
    r"烤肉 聚餐 吃飯 停課 上課 開會 露營 活動 報名 揪團去 爬山 唱歌 路跑 游泳 打球 電影"
)
ASKS = _any(
    r"\? 嗎 什麼 怎麼 怎樣 哪 多少 幾 何時 多久 有沒有 是不是 可不可以 呢$ 誰 如何 為何 會不會 "
    r"能不能"
)
# behind an order these say how it is to be had, or why; they leave it an order
BEHIND = _any(
    r"味道 跟風 想念 懷念 支持 湊 取 拿 領 寄 送 宅配 面交 到貨 出貨 管理室 警衛 門口 付 匯 轉帳 "
    r"現金 刷卡 週 周[一二三四五六日末] 星期 禮拜 明天 後天 晚上 下午 早上 中午 \d+[:/]\d+ \d點 "
    r"急 (?:介紹|推薦)的?$ \d樓(?:之\d|的$|[a-z]$) 收件人 收貨人 署名 要吃 要的 想吃 好吃 好喝 "
    r"喜歡 愛 "
    r"小孩 家人 孩子 回購 吃完 用完 看起來 期待 第一次 試試 "
    r"試吃 吃看看 拜拜 公司 分裝 分開 袋 冷[凍藏] 熟 甜 大顆 漂亮 挑 備註 地址 發票 統編 運費 "
    r"免運 超商 7-11 全家 店到店 給 幫 冰箱 便宜 划算 下單 登記 最愛 慢慢 晚點 再麻煩 跟上 趕上 "
    r"來得及 最後 補 收我 私我 帳號 買 老樣子 私訊 訂 不加 不要 電話 09\d "
    r"line\s?pay 街口 悠遊付 支付 多少錢 "
    r"怎麼[付買用煮洗放保] 保[存冷鮮溫] [是會][很太]?[辣甜酸鹹苦大小]"
)
# an excuse for being late leads on to an order
EXCUSED = pattern(
    r"^\W*(?:不好意思|抱歉|歹勢|拍謝|對不起).{0,4}(?:[開上在][會課忙車班]|[太很剛]忙|[剛才]下班|[來太]?晚[了回到看]|忘[了記]|"
    r"沒[看注][到意]|睡著|現在才|[才剛]看)"
)
# where somebody lives, before a bare +1: who is at home there says so, or agrees
ADDRESS = pattern(
    r"(?:住戶?)?(?:[a-z\d一二三四五六七八九十]{1,3}棟\s?(?:[\da-z]{1,3}(?:樓|號|f)?)?(?:之?\d)?"
    r"|\d{1,3}(?:樓|號|f)-?之?\d{1,2}|(?:住戶|戶)\s?[a-z]?\d{2,4}|[a-z]?\d{2,4}(?:室|住?戶))"
)
REST_GOES = pattern(r"其[他它餘]的?[都全部先]*(?:取消|不要|不用|刪|刪掉|退掉|退)了?[喔啦]*")
RECOMMENDED = pattern(r"(?:推薦|介紹|推坑|揪)的?(?:$|\s)")
NOW = pattern(
    r"(?:這[次團回批波]|現在|(?:忘[了記]?|沒(?:喊|跟|訂|買|搶|登記|看)到?)了?[\s,]今天)[我就也再先改來要喊訂]*\+?[\d一二兩三四五六]"
)
EACH_MORE = _any(r"各再?[加多補追] 再各 都再?各?[加多補追]")
# how an order is to be had
HANDED = _any(r"[放寄]管理[室員] 警衛 [拿取領]貨?(?:$|\s) 自取 面交 宅配 店到店 匯款 貨到")
TOO_LATE = pattern("晚了?[嗎?]")
NOT_GOT_YET = pattern(r"[沒没未無不][^\s]{0,2}[收拿領取寄到]")
GETS = _any(r"拿 取 領 匯 付 宅配 面交 寄")
NOT_GOT = pattern(r"[沒没][喊跟搶訂買登記]+到")
WARM = _any(
    r"第一次 超愛 喜歡 最愛 好吃 看起來 想吃 回購 期待 好喝 終於 好[甜香] 很[甜香讚] 愛吃 "
    r"推薦(?!的\S) "
    r"便宜 划算 [吃用]完 等[很好]?久 [才剛]看[到見] 錯過 [忘漏][了記掉]*[喊登加訂報跟] 差點忘 "
    r"(?:老公|老婆|先生|太太|媽|爸|婆|家人|小孩|兒子|女兒)說(?:好|可以|要|想) 吃過 買過 想買 來了"
)
# a story that ends in buying, or when it is fetched; told before a bare +1
LEADS_ON = _any(
    r"[說想忍].{0,4}不[買訂跟] 念我 唸我 手[癢滑] 被.{1,4}[推燒]坑 燒到 (?<!沒)趕上了?(?:$|\s|,) "
    r"沒[喊跟搶訂買登記]+到(?:$|\s|,) "
    r"來晚了 還沒[結收截]單 [結收截]單了?[嗎沒] 少[喊訂登加報寫打按] 為了(?:成團|湊團|免運) "
    r"湊[成個滿]?[團免] "
    r"看.{1,6}[買喊訂吃]我?也? 猶豫[很好超]?[久半] 忍[住耐不] "
    r"決定[了買訂跟要]*(?:$|\s) 心動 "
    r"[吃喝用](?:光|完|沒了) 清空 問過.{1,4}了(?:$|\s) "
    r"(?:送禮|送人|拜拜|自用|自己吃|下午茶)用?[的吃喝]?(?:$|\s) "
    r"(?:媽|爸|嬤|公|婆|姨|小孩|孩子|兒子|女兒|先生|太太|她|他|家人)們?"
    r"(?:都|也|又|一直)?(?:[說喊吵]著?(?:(?:好|可以|行|買|訂)(?:$|\s)|[要想著](?:吃|買|訂|再|也|$|\s))|"
    r"[想愛要]吃|指定|點名) "
    r"(?:能|可以|想|再|去|來|[一二三四五六日末]|點|後|晚上|下班)[拿取領]貨?(?:嗎|\?|$|\s) "
    r"\d點[以之]?後(?:$|\s)"
)
SPOILT = _any(r"壞 破 爛 發霉 少了 漏 臭 寄錯 送錯 退 碎 過期 發現")
REASON = _any(
    r"臨時 有事 買太多 家[人裡] 老[公婆] 冰箱 已經買 出國 不在 太貴 不好意思 抱歉 來不及 吃不完 "
    r"錯 按到 手滑 不小心 誤 別家 回[家國] 沒空 不能 放不下 買到了 買了 還有 還很多 還沒吃完 "
    r"不[給讓]買 手頭 太多 "
    r"改天 下次 不吃 不愛 不敢吃 不喜歡 有了 過敏 月底 沒錢 窮 吃不下 用不到 不需要"
)
# goods at home or on the table: what is counted behind it is told too
AT_HOME = pattern(
    r"煮了?|吃了?|喝了?|冰[箱庫凍]|家[裡中]?還?有|還有|還剩|剩|買了|收到|拿到|領[了到]|送了?我|訂了|桌上|庫存"
)
# nothing of it is left
RUN_OUT = pattern(
    r"冰箱空了?(?:$|\s|,)|(?:家裡|冰箱|家)[^\s+]{0,4}沒(?![電網人錢空貨紙位時車]|水(?!果))[^\s+]{0,4}了(?:$|\s|,)"
)
# an order only if something is left
IF_ANY = _any(r"有的話 (?:如果|要是|若)(?:還|有)")
# what depends on something: 如果週六能拿我就+2
_SO = r"(?:\+\d|(?:要|想要|訂|買|登記|加|來|拿)?\s?[\d一二兩三四五六]+\s?[箱盒包件盤份袋條杯])"
IF_SO = pattern(
    rf"^\s*(?:如果|要是|假如|若是?|假使)[^+]{{2,14}}(?:我就|就|我要|我訂){_SO}"
    rf"|^[^+]{{2,14}}的話[\s,]?(?:我就|我要|我|就){_SO}"
    rf"|^[^+]{{0,8}}[能可會][^+]{{0,4}}[拿取付刷寄送領匯][^+]{{0,4}}的話[\s,]?{_SO}"
)
# only if something is left, whatever else is said
IF_SPARE = pattern(
    rf"(?:(?:還有|有剩|有多|有貨|^\s*有)(?:的?話|多的我?)\s?,?\s?)(?:幫我?|給我?|請|再|我|就|也|想|要|留|登記)*{_SO}"
    rf"|(?:如|若|如果|假如)有(?:剩|多|貨|餘|釋出|人棄單)\S{{0,3}}?{_SO}|候補{_SO}"
)
# or what is only likely, or asked about for somebody: 不酸就+1, 應該會+1吧, 老公問能+1嗎
PERHAPS = pattern(
    rf"(?:[有不可能會肯夠]|同意|打折|便宜|答應|成團)[^+\s]{{0,8}}(?:我再?|再)?就(?:我|要|想|買|訂|來)?{_SO}(?!\S?了)"
    rf"|[^\s+這那樣]的話\s?,?\s?(?:我|就|也|要|想|再|來|買|訂|加)*[a-z]?{_SO}"
    rf"|問.{{0,4}}[還現在]{{0,2}}[能可](?:以|不可以|不能|否)?再?{_SO}"
)
LIKELY = pattern(
    rf"(?:應該|大概|也許|或許|說不定|打算|暫[定訂]|預計|可能)(?:會|要|再|來|可以|能|先)*{_SO}(?!\S?(?:到|有|就|夠|多少))"
)
ANY_LEFT = pattern("還有(?:位|名額|貨|數量|剩|空).{0,3}[嗎?]|還夠[嗎?]")
IF_LEFT = pattern(
    r"還有.{0,3}[嗎?].{0,3}有的話(?:我|要|幫|想|再|請|就|來|給|加|登記)*"
    r"(?:\+\d|[\d一二兩三四五六]+\s?[箱盒包件盤份袋條杯])"
)
# what somebody did not want at first
AT_FIRST = pattern("(?:本來|原本|原先|說好).{0,5}不[買訂跟要]")
# how it is done, told to others; or of what one has
TELLS = _any(
    r"我的[\d一二兩三四五六七八九十] 請\+\d \+\d+就(?:可以|行|能|會) (?:直接|喊|按)\+\d+就 "
    r"(?<!趕)快來?\+ 踴躍\+ 大家\+ 都可以\+ 一律\+ 記得\+"
)
SO_FAR = _any(r"(?:現在|已經?|目前|到)\+\d+ ^\s*(?:總計|合計|統計|[結截]單(?!前)) 已[結收截]單?")
# what stands behind the name of somebody who wants it
ASKED_FOR = pattern(r"^.{0,4}?(?:[託叫請]我|也要(?!求)|要的|的要|的份|那份)")
# whoever wants it is to say so
CALLS = _any(r"(?:想吃|想買|喜歡|愛吃|想喝)\S{0,6}的\+\d")
# one size up, whichever that is
OTHER_SIZE = pattern(
    r"(?:[換改][成為]?|尺寸|要)(?:再)?[大小][一1兩2]?[個號碼](?:號|尺寸|碼)?|^\s*[大小][一1]號\s*$"
)
# a change of what was ordered, and not into what
OTHER_KIND = _any(
    r"[換改]一?[個種]?(?:別的|其他的?|另一[個種])?(?:口味|顏色|尺寸|款式)(?:$|[嗎好可]) "
    r"[換改][成為]?(?:別的|其他的?|另一[個種])(?:$|[嗎好可])"
)


CONDITIONAL = each("就 的話 問 要 訂")  # one of them stands in every IF_SO and PERHAPS
FREE_TIME = _any("放假 休假 請假 下班 下雨 颱風 退休 加薪 中獎 樂透 睡")


def depends(text: str, *, had: bool, talks: bool) -> bool:
    """Whether a wish depends on something; 應該+2 may also put right what somebody `had`.

    `talks` is whether there are words around the wish that are no part of it.
    """
    if ELSEWHERE.search(text) or TALLY.search(text) or FREE_TIME.search(text):
        return False
    spare = ("有" in text or "候" in text) and IF_SPARE.search(text)
    if spare or not talks:
        return bool(spare)
    if any(word in text for word in CONDITIONAL) and (IF_SO.search(text) or PERHAPS.search(text)):
        return True
    return not had and LIKELY.search(text) is not None


def declines(talk: str) -> bool:
    """Whether somebody says that they do without; 本來說不買的 is no longer so."""
    return DECLINE.search(AT_FIRST.sub("", talk)) is not None
