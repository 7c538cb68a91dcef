"""`manage.py export_package`: everything that is made from a return, in a folder."""

import pytest
from django.core.management.base import CommandError

from performance import packages
from tests.world import make_round, make_submission, make_unit, put_in_status, run


@pytest.fixture(autouse=True)
def _without_libreoffice(monkeypatch):
    """No LibreOffice, which takes seconds."""
    monkeypatch.setattr(packages, "office", lambda: None)


def test_it_writes_every_file_and_names_them(world, tmp_path):
    put_in_status(world.submission, "approved")
    make_submission(world.round, world.emergency, world.lin, revision=2)  # what is approved goes before it
    folder = tmp_path / "new" / "folder"
    printed = run("export_package", "224001", "2023", "-o", str(folder)).splitlines()
    assert printed == [
        "224001 零陵区应急管理局 2023年度 基础数据表.xlsx",
        "224001 零陵区应急管理局 2023年度 部门整体支出绩效自评表.xlsx",
        "224001 零陵区应急管理局 2023年度 部门决算公开表.xlsx",
        "224001 零陵区应急管理局 2023年度 自评报告.docx",
    ]
    assert sorted(each.name for each in folder.iterdir()) == sorted(printed)
    assert all(each.read_bytes().startswith(b"PK") for each in folder.iterdir())


def test_without_an_approved_one_it_takes_the_newest_and_says_so(world, tmp_path):
    printed = run("export_package", "224001", "2023", "-o", str(tmp_path))
    assert printed.count("（未审核）") == 4


def test_it_says_what_it_does_not_find_and_what_it_cannot_tell_apart(world, tmp_path):
    with pytest.raises(CommandError, match="没有找到单位 999999 的 2023 年度填报"):
        run("export_package", "999999", "2023", "-o", str(tmp_path))
    unit = make_unit(world.next_county.region, "224001", "冷水滩区应急管理局", parent=world.next_county)
    make_submission(make_round(world.next_county), unit, world.lin)
    with pytest.raises(CommandError, match="请用 --region 指定"):
        run("export_package", "224001", "2023", "-o", str(tmp_path))
    printed = run("export_package", "224001", "2023", "-o", str(tmp_path), "--region", "431103")
    assert "冷水滩区应急管理局" in printed


def test_a_folder_that_cannot_be_made_is_said(world, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="写不进文件夹"):
        run("export_package", "224001", "2023", "-o", str(tmp_path / "file"))
