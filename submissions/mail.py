"""A notice as an e-mail."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from orgs.attachments import PDF
from orgs.words import in_one_line
from submissions.models import Notice
from submissions.notice_places import place_of
from submissions.receipt_pdf import receipt_pdf


def message_of(notice: Notice, connection: BaseEmailBackend) -> EmailMessage:
    """Return the e-mail of a notice to its recipient; a receipt comes along as a PDF."""
    message = EmailMessage(
        subject=f"【绩效自评】{in_one_line(notice.text)}",
        body="\n\n".join(filter(None, [*_paragraphs(notice)])) + "\n",
        to=[notice.recipient.email],
        connection=connection,
    )
    if notice.receipt:
        message.attach(f"报送回执_{notice.receipt.number}.pdf", receipt_pdf(notice.receipt), PDF)
    return message


def _paragraphs(notice: Notice) -> list[str]:
    return [
        f"{notice.recipient.full_name}，您好：",
        notice.text,
        notice.details,
        f"请登录查看：{settings.SITE_ADDRESS}{place_of(notice)}",
        "（部门整体支出绩效自评系统自动发送，请不要回复。）",
    ]
