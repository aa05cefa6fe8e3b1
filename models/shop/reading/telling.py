"""What is told and not wished, though goods and numbers stand in it: nothing of it is booked.

How to order (格式：A+1), what was ordered already (剛剛+1了喔), what came and what did not
(少給我一盒), what is left over (多訂了一箱 有人要嗎). Read in the whole folded text.
"""

from __future__ import annotations

from models.shop.reading.cues import ASKS
from models.shop.reading.facts import Missing, Unclear
from models.shop.reading.writing import pattern

_HOW = r"(?:喊單|下單|登記|訂購|填單|填寫|購買|回覆|留言|跟團|喊)"
_NUMBER = r"(?:\d{1,2}|[一二兩三四五六七八九十])"
# a heading, or an example anywhere
NOTICE = pattern(
    rf"^\W*(?:(?:正確|標準|建議|範例)?{_HOW}?(?:格式|範例|範本|示範|方式|方法|法|規則|說明|教學)\s*(?:[:是為)\]】]|如下|\s|$)"
    r"|(?:今日|本週|本日|限時|本團)?(?:公告|活動|優惠|組合|通知|注意|提醒|好康|特價|促銷|滿額|任選|加購價)[^\s\d+a-z,]{0,4}:"
    r"|(?:公告|優惠組合|組合優惠|組合價|超值組合)(?:\s|$)"
    r"|別[團家]的?\s*\S{1,8}[+]\d|(?:舉例|如|例|ex|e\.g)\s?[:.]\s?\S|ex\s|舉個?例"
    r"|(?:請|麻煩)?(?:都|大家)?(?:像這樣|(?:像?這樣|照這樣|依此|比照)(?:喊|寫|打|填|登記))\s"
    r"|教大家|請(?:直接)?依(?:照)?格式|請(?:直接)?(?:喊|打|留言|輸入|回覆?|填)\s?[a-z黑白]{0,2}\d?[+])"
    rf"|(?:{_HOW}(?:格式|範例|方式)|格式[:是為]|範例[:是為]|例如|比如|譬如|舉例|(?:^|[^\w比])例:|"
    r"(?:^|\W)ex[:.])"
    r"|(?:品項|編號|代號|品名|款式|口味|顏色|尺寸)[+*](?:數量|份數|幾)"
)
CHANGES_MIND = pattern(
    "改|換|取消|更正|重喊|打錯|喊錯|按錯|不要|不用|刪|退掉|退一|再[+加要補訂來買多]|追加|補|另外|還要|減|只要|"
    "就好|才對|應該"
)
# an adverb of time, what was done, how many: all of it before now
_BEFORE = r"(?:剛剛?才?|剛才|方才|已經?|早就|早上|上午|中午|下午|今早|昨[天晚]|前[天面]|上面|之前)"
_DID = r"(?:喊|登記|訂|加|報|下單|點|買|跟|填|私訊|留言)"
_LINES = (
    rf"(?:[^\s+\d,。?]{{0,8}}[\s:]?[+*x]?{_NUMBER}"
    r"\s?[箱盒包袋盤條瓶杯件份個組雙罐片]?[\s,、和跟]*)"
)
_SEEN = r"(?:[\s,]*(?:有|請|麻煩|再?幫我?)*(?:看到|收到|登記到|確認|對嗎|查).{0,8})?"
_SOFT = r"(?:[喔哦啦囉耶欸唷呦啊呀吧~!.。\s]|謝謝|哈)*"
REPORT = pattern(
    rf"(?:^|[\s,，。])(?:老闆|團主|欸|我|我們|我也|不好意思|那個)*\s?{_BEFORE}(?:有|就|才|都|也|在群組|{_BEFORE}|我)*"
    rf"(?:{_DID}[了過]?單?\s?{_LINES}{{1,4}}[了過]?了?|{_LINES}{{1,4}}(?:過了?|了)|{_DID}[了過]單?\s?{_LINES}{{1,4}})"
    rf"{_SOFT}{_SEEN}$"
)
UNREAL = pattern(
    r"^我?(?:本來|原本|原先|差點)(?:是|也|就)?(?:要|想要?|打算|準備)[^\n]{0,12}\d[^\n,]{0,3}的[喔啦耶.~]*$"
)
OTHERS = pattern(
    rf"^(?![我幫替給等才終剛昨已早前]|老闆|團)[^\s+\d]{{1,4}}?(?:剛剛?才?|剛才|已經?|昨[天晚]|早上)(?:就|有|也)?{_DID}?[了過]?"
    rf"[^\s\d+,說要想託叫問講讓]{{0,4}}\s?[+]{_NUMBER}"
)
# goods that came: too few, too many, the wrong ones
RECEIVED = pattern(
    r"只(?:拿|收|領|來|給)[到了]|(?<![減再])少(?:了|給|收|寄|送|裝|附|算到)|(?:漏|缺)(?:了|給|收|寄|送|裝|附)"
    r"|少.{1,10}(?:沒在|不在|來貨|到貨|沒收到|沒拿到|沒看到|沒給|袋子?裡|箱子?裡|打開|不對)"
    r"|多(?:了|收|送|寄|裝)|多(?:拿|給|帶|領|附)[了到]|多給.{0,10}(?:耶|欸|了|還)"
    r"|(?:給|寄|送|拿|裝|出|包)成(?!人|功|[為長])|(?:給|寄|送|拿|裝|出)錯"
)
SPARE = pattern(
    r"(?:多|剩|轉|讓|出).{0,14}(?:誰的|誰要|有人[想需]?要|有沒有人|要的私|要的找)"
    r"|轉讓|讓出|釋出|割愛|(?:\d|[一二兩三])\s?\S{0,6}\s?(?:是誰的|誰的)"
)
BY_MISTAKE = pattern(
    rf"多(?:訂|喊|加|買|按|點|登記)了.{{0,4}}{_NUMBER}"
    rf"|少(?:訂|喊|加|按|點|登記)了[^+\s]{{0,4}}{_NUMBER}\s?\S{{0,3}}$"
)
# a shortage, or a wish for fewer: 我的A少一包, 少一包A耶
EITHER = pattern(rf"^我的[^\s,少多要]{{1,8}}少{_NUMBER}|少[^\s,了]{{1,8}}[耶欸誒]$")
# 我的那份給妹妹: an order goes to somebody else
HANDS_OVER = pattern(
    r"(?:^|[\s,])(?:我|把我)(?:那[箱盒包份盤件條袋單]|(?:訂|喊|登記)?的[^+\d\s,嗎?少多漏錯被]{0,5}?)"
    r"(?:轉給|讓給|改給|過給|送給|給)(?!我|你|妳|錢|成|錯)[^拿領取帶錢看放寄退\s+嗎?]{1,6}$"
)
ASKED_TO = pattern(r"可以|可不可以|能不能|麻煩|請|幫我|拜託|想")
PIECES_IN_PACK = pattern(
    r"一[箱盒包袋盤份組]\s?(?:有|是|裝)?\s?(?:\d+|[一二兩三四五六七八九十]+)\s?"
    r"(?:公斤|斤|公克|克|kg|g|包|片|顆|粒|入|個|條|支|瓶)(?=.*(?:[?嗎]|對吧|幾|多少))"
)
# 我的+1呢 asks after it
MISSED = pattern(rf"我[的喊訂]?的?\s?[+]?{_NUMBER}\s?[^\s\d]?呢[?!~]*$")
FETCHES = pattern(
    rf"^(?:我|我來|我去)?(?:有|已經|先)?(?:幫|替).{{1,4}}(?:拿|領|收|搬|帶)[了走回]?\s?{_NUMBER}\s?[^\s\d]?"
    rf"(?:了|回[來家去]|上[來去])|"
    rf"^(?:我|我來|我去)?(?:幫|替).{{1,4}}(?:代?領|領取|代收)(?:了|走|回)?\s?{_NUMBER}"
)


def tells(text: str, *, had: bool) -> bool:
    """Whether a folded text tells something; `had` is whether its writer has an order.

    Raises:
        Unclear: too many were ordered, and it is not said what is to be done.
    """
    if NOTICE.search(text):
        return True
    if SPARE.search(text):
        return True
    if had and HANDS_OVER.search(text):
        raise Unclear(Missing.TARGET)
    if CHANGES_MIND.search(text):
        return False
    if BY_MISTAKE.search(text):
        if had and not ASKS.search(text):
            raise Unclear(Missing.TARGET)
        return True
    if had and EITHER.search(text):
        raise Unclear(Missing.INTENT)
    if RECEIVED.search(text) and not ASKED_TO.search(text):
        return True
    missed = had and MISSED.search(text)
    told = missed or REPORT.search(text) or UNREAL.search(text) or OTHERS.search(text)
    packed = PIECES_IN_PACK.search(text) or FETCHES.search(text)
    return bool(told or (packed and "+" not in text))
