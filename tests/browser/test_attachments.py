"""Evidence in a browser: attached by the form to a project, seen and downloaded by a reviewer."""

from playwright.sync_api import expect

from tests.browser.grid_page import open_return, violations
from tests.evidence_files import pdf

UNIT = "永州市零陵区应急管理局"
NAME = "关于下达专项资金的通知（零财预〔2023〕45号）.pdf"


def test_a_file_is_attached_to_a_project_and_downloaded_by_a_reviewer(open_as, demo, tmp_path):
    lin = open_as("lin")
    open_return(lin, UNIT, "继续填报")
    lin.get_by_role("link", name="佐证材料").click()
    (tmp_path / NAME).write_bytes(pdf("批复"))
    place = lin.get_by_label("附在哪里")
    project = place.locator("optgroup[label='某个项目'] option").first.inner_text()
    place.select_option(label=project)
    lin.get_by_label("文件", exact=True).set_input_files(tmp_path / NAME)
    lin.get_by_role("button", name="上传", exact=True).click()
    expect(lin.get_by_role("status")).to_contain_text(f"已上传“{NAME}”")
    expect(lin.get_by_role("row").filter(has_text=NAME)).to_contain_text(project)
    assert violations(lin) == []

    wu = open_as("wu")
    wu.goto(lin.url)
    with wu.expect_download() as download:
        wu.get_by_role("link", name=NAME).click()
    assert download.value.suggested_filename == NAME
    assert download.value.path().read_bytes() == pdf("批复")
    expect(wu.get_by_role("button", name="上传", exact=True)).to_have_count(0)
