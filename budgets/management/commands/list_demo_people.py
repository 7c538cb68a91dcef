"""Print who can sign in to the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from orgs.views.signing_in import demo_people


class Command(BaseCommand):
    help = "列出演示账号：用户名、姓名、角色、单位。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per person and role, and the password they share."""
        for person in demo_people():
            for membership in person.memberships.all():
                role = membership.get_role_display()
                self.stdout.write(f"{person.username:<8}{person.full_name}  {role}  {membership.unit}")
        self.stdout.write(f"密码都是 {settings.DEMO_PASSWORD}")
