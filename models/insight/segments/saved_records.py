"""The record of an expression that was saved under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class SavedSegment(Base):
    """`text` is the expression in its canonical form; `by` is the LINE id of who saved it last.

    `key` is the name as it is looked up: folded, simplified, lower case. With `as_tag`
    its members have its name as a tag, kept every night.
    """

    __tablename__ = "saved_segments"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    as_tag: Mapped[bool] = mapped_column(default=False, server_default=false())
