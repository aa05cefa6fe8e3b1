"""Segments as an organiser sees them: none, many, of nobody, of everybody, and explained."""

from __future__ import annotations

from collections.abc import Iterator

from bot.views import segments
from bot.views.kit import Message
from models.insight.segments import Answer, Own, SavedSegment
from models.insight.segments.overview import Overview
from tests.bot.views.campaign_gallery import CampaignGallery


class SegmentGallery(CampaignGallery):
    """Expressions are a person's own words, and so are tags and names."""

    def _segments(self) -> Iterator[tuple[str, Message]]:
        text = self.said("金級以上 #母嬰 R>30")
        names = [self.said("林小美")] * 5
        tiers = [(tier.name, 12_345) for tier in self.programme.tiers]
        saved = SavedSegment(name=self.said("常客"), text=text)
        yield "segments: how", segments.how([])
        yield "segments: saved", segments.how([saved] * 200)
        seen = Overview(49_380, 31_000, names, tiers, False)
        yield "segments: found", segments.found(text, seen)
        yield "segments: long", segments.found("買過:尿布 " * 190, seen)
        yield "segments: nobody", segments.found(text, Overview(0, 0, [], [], False))
        yield "segments: no scores", segments.found(text, Overview(0, 0, [], [], True))
        tags = Own("標籤有 {tags}", {"tags": self.said("#母嬰")})
        answers = [Answer(text, place % 2 == 0, tags) for place in range(30)]
        yield "segments: explained", segments.explained(names[0], text, answers, holds=True)
        yield "segments: nameless", segments.explained("", text, answers[:1], holds=False)
        yield "segments: kept", segments.saved(names[0], text, 12_345)
        yield "segments: tagged", segments.tagged(names[0], 12_345)
        yield "segments: removed", segments.removed(names[0])
