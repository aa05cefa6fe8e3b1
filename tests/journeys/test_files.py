"""An organiser sends spreadsheets in chat."""

from tests.shop import Phone, Shop

HEAD = "order_no,member,ordered_at,product,quantity,amount,status\n"


def test_a_file_is_reported_on_and_taken_in_on_confirmation(boss: Phone, mei: Phone):
    mei.follows()
    rows = f"{HEAD}A1,{mei.id},2026-11-20,芒果,1,3000,picked_up\n"

    heard = boss.sends_file("訂單.csv", rows.encode("utf-8-sig"))

    assert "訂單" in heard
    assert "確認匯入" in heard
    assert "0 點" in mei.says("點數")
    done = boss.taps("確認匯入")
    assert "匯入完成" in done
    assert "訂單.csv" in done
    assert "30 點" in mei.says("點數")


def test_a_file_with_a_mistake_names_row_and_column_and_changes_nothing(boss: Phone, mei: Phone):
    mei.follows()

    heard = boss.sends_file("o.csv", f"{HEAD}A1,{mei.id},someday,芒果,1,3000,paid\n".encode())

    assert "第 2 列 ordered_at" in heard
    assert "確認匯入" not in heard
    assert "沒有等待確認" in boss.says("確認")
    assert "0 點" in mei.says("點數")


def test_a_members_file_is_a_friendly_line_and_no_import(mei: Phone, shop: Shop):
    mei.follows()

    heard = mei.sends_file("o.csv", f"{HEAD}A1,{mei.id},2026-11-20,芒果,1,3000,paid\n".encode())

    assert "收到檔案了" in heard
    assert "沒有等待確認" in mei.says("確認")
