"""A desk with a file on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from backoffice import imports
from backoffice.imports import Report
from tests.backoffice.files import line_id, members_csv

Bring = Callable[..., Report]


@pytest.fixture
def bring(session, now, programme) -> Iterator[Bring]:
    """Imports a file and commits it, unless told otherwise."""

    def bring(kind: str, data: bytes, *, commit: bool = True, at=now) -> Report:
        report = imports.run(
            session, kind, data, "file", now=at, programme=programme, commit=commit
        )
        if report.committed:
            session.commit()
        else:
            session.rollback()
        return report

    return bring


@pytest.fixture
def cast(bring):
    """小美 and 小林 are members."""
    bring(
        "members",
        members_csv(
            {
                "line_user_id": line_id(1),
                "external_id": "7",
                "name": "小美",
                "phone": "0912345678",
            },
            {"line_user_id": line_id(2), "external_id": "8", "name": "小林", "phone": ""},
        ),
    )
