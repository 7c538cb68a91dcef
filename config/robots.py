"""Tell programs that read the web what they may: the public pages, and nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

RULES = "User-agent: *\nAllow: /public/\nAllow: /static/\nDisallow: /\n"


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Answer what search engines may read."""
    return HttpResponse(RULES, content_type="text/plain", headers={"Cache-Control": "public, max-age=3600"})
