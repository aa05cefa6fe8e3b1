"""小美 as the old system knew her."""

from __future__ import annotations

from tests.backoffice.files import line_id

MEI = {
    "line_user_id": line_id(1),
    "external_id": "7",
    "name": "小美",
    "phone": "0912345678",
    "email": "mei@example.com",
    "birthday": "1990-02-28",
    "joined_on": "2025-03-05",
    "tags": "美妝;母嬰",
    "points": "120",
    "consent": "Y",
}
