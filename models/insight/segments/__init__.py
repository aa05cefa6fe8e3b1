"""Segments: expressions that say which members are meant, such as `金級 #母嬰 R>30`.

This is the door. `parse` reads an expression in the words of a shop, `members`
of what it returns is one select of member ids; docs/segments.md is the grammar.
"""

from models.insight.segments.refusals import BadSegment, EmptySegment, SegmentTooLong
from models.insight.segments.saved import (
    BadSegmentName,
    NoSuchSegment,
    SegmentInUse,
    TooManySegments,
    every,
    remove,
    save,
)
from models.insight.segments.saved_records import SavedSegment
from models.insight.segments.segment import Answer, Segment, parse
from models.insight.segments.tree import Own

__all__ = [
    "Answer",
    "BadSegment",
    "BadSegmentName",
    "EmptySegment",
    "NoSuchSegment",
    "Own",
    "SavedSegment",
    "Segment",
    "SegmentInUse",
    "SegmentTooLong",
    "TooManySegments",
    "every",
    "parse",
    "remove",
    "save",
]
