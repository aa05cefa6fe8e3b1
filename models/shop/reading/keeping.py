"""What is not to be taken back: 不要取消A, and 留A就好 B不要了.

不要 in front of 取消 turns it round; what is kept in one clause is no part of what another
clause takes back. Both become 不變 behind what they are about.
"""

from __future__ import annotations

from models.shop.reading.facts import Line
from models.shop.reading.lexicon import Lexicon
from models.shop.reading.parts import BREAKS, GOODS, Part, Token
from models.shop.reading.writing import each

NEVER = set(
    each(
        "不要 先不要 不用 先不用 不需要 別 先別 不 勿 請勿 不能 不可 不會 不想 不是 沒 沒有 沒要 "
        "不必 毋免 免"
    )
)
REVOKES = {Part.CANCELS, Part.DECLINES}
BETWEEN = {Part.ME, Part.BEHALF, Part.COURTESY, Part.WISH, Part.SUFFIX, Part.OWN, Part.MORE}
KEEPS = set(each("留 保留 要 還要 我要 只要 只留 留著 就好 就可以 就好了 只買 訂"))
AROUND = {Part.ME, Part.BEHALF, Part.COURTESY, Part.SUFFIX, Part.THANKS}


def kept_back(found: list[Token], had: tuple[Line, ...], lexicon: Lexicon) -> list[Token]:
    """The tokens with each 不要取消 and each clause that keeps something made into 不變."""
    if not any(token.kind in REVOKES for token in found):
        return found
    found = _turned(found)
    if not had or not any(token.kind in REVOKES for token in found):
        return found
    ordered = {line.item for line in had}
    made: list[Token] = []
    clause: list[Token] = []
    for token in found:
        if token.kind in BREAKS:
            made += [*_staying(clause, ordered, lexicon), token]
            clause = []
        else:
            clause.append(token)
    return made + _staying(clause, ordered, lexicon)


def _turned(found: list[Token]) -> list[Token]:
    """不要取消, 別幫我刪: what stands before the verb turns it round."""
    made: list[Token] = []
    for token in found:
        if token.kind == Part.CANCELS and (start := _negated(made)) is not None:
            made = [*made[:start], Token(Part.STAYS, made[start].start, token.end, token.text)]
        else:
            made.append(token)
    return made


def _negated(before: list[Token]) -> int | None:
    at = len(before) - 1
    while at > 0 and _between(before[at]):
        at -= 1
    return at if at >= 0 and before[at].text in NEVER else None


def _between(token: Token) -> bool:
    return (token.kind in BETWEEN or token.text in {"把", "将"}) and token.text not in NEVER


def _staying(clause: list[Token], ordered: set[str], lexicon: Lexicon) -> list[Token]:
    """A clause that only keeps what was ordered: A要, 只留A, 留A就好."""
    goods = [token for token in clause if token.kind in GOODS]
    turned = [token for token in clause if token.kind == Part.STAYS]
    if turned and goods and clause.index(turned[0]) < clause.index(goods[0]):
        return _kept(goods)  # 不要取消B 取消A
    rest = [token for token in clause if token.kind not in GOODS | AROUND]
    if not goods or not rest or not all(token.text in KEEPS for token in rest):
        return clause
    items = {lexicon.items[ref.item].code for token in goods for ref in token.refs}
    if not items & ordered:
        return clause
    return _kept(goods)


def _kept(goods: list[Token]) -> list[Token]:
    end = goods[-1].end
    return [*goods, Token(Part.STAYS, end, end)]
