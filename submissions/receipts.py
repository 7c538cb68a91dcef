"""What a receipt says, in words, for its page and its PDF alike."""

from django.utils import timezone

from submissions.models import Receipt

HOW_TO_CHECK = (
    "数据摘要由报送时的全部填报内容算出，内容改动一处，摘要就不同。核对时，在系统里打开本回执的页面："
    "页面会按现在的填报内容重新计算，并说明与本回执是否一致。"
)


def facts_of(receipt: Receipt) -> list[tuple[str, str]]:
    """Return what a receipt states, by its labels; its step, submission, unit and round are read already."""
    step, submission = receipt.step, receipt.submission
    return [
        ("回执编号", receipt.number),
        ("单位", f"{receipt.unit_name}（{submission.unit.code}）"),
        ("年度、版次", f"{submission.round.fiscal_year} 年度，第 {submission.revision} 版"),
        ("报送时间", f"{timezone.localtime(step.at):%Y-%m-%d %H:%M:%S}（北京时间）"),
        ("报送人", step.actor_name),
        ("收集单位", submission.round.bureau.name),
        ("下一步", f"由{step.get_to_desk_display()}审核；退回的，修改后再次报送，另出回执。"),
    ]


def digest_parts(receipt: Receipt) -> list[str]:
    """Return the digest in groups of eight, as a person reads it out."""
    return [receipt.sha256[start : start + 8] for start in range(0, len(receipt.sha256), 8)]
