"""Send the notices that are not mailed yet."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from submissions.mail_actions import send_notices


class Command(BaseCommand):
    help = "发送还没有发出的通知邮件。每几分钟运行一次；可重复运行，也可同时运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how many were sent and refused; nothing where no mail server is set."""
        if not settings.MAIL_IS_SENT:
            self.stdout.write("没有设置邮件服务器（EMAIL_URL），不发邮件。")
            return
        try:
            sent, refused = send_notices(at=timezone.now())
        except OSError as error:
            raise CommandError(f"邮件服务器没有应答，稍后再发：{error}") from error
        if sent or refused:
            again = f"，{refused} 封没有发出，稍后再试" if refused else ""
            self.stdout.write(f"发出通知邮件 {sent} 封{again}。")
