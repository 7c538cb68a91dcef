"""What all public pages have in common: who asks is not known, what is answered may be kept a minute."""

from collections.abc import Callable
from hashlib import sha256

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response

from performance.official.given import Given
from performance.public.kept_files import Busy
from performance.public.listing import MADE_UP
from performance.public.personal import public_given
from performance.public.versions import public_versions
from performance.snapshots import NotAsApproved, check_as_approved
from performance.word.filling import BadTemplate
from performance.word.pdf import NoPdf
from submissions.models import Submission

KEPT_SECONDS = 60
"""So long a cache may show what it has: what is taken back is gone everywhere after it."""
COME_AGAIN = 10
"""After so many seconds who met others is asked to come again."""


def kept_a_minute(request: HttpRequest, etag: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer that nothing changed (304), or with what `make` makes; caches may keep either for a minute.

    Who names a tag had what it is of. Who names any ("*") is told 304 only of what is there to be had.
    """
    quoted = f'"{etag}"'
    whole = make() if request.headers.get("If-None-Match", "").strip() == "*" else None
    response = get_conditional_response(request, etag=quoted, response=whole) or make()
    if response.status_code in (200, 304):
        response.headers["ETag"] = quoted
        response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}, must-revalidate"
    return response


def page_kept_a_minute(request: HttpRequest, etag: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """As `kept_a_minute`, of a page that this process keeps as long: many ask, and it is made once.

    Who asks by an address with something behind it that means nothing meets the same page.
    """
    name = sha256(f"{request.path} {etag}".encode()).hexdigest()

    def known() -> HttpResponse:
        if (content := cache.get(name)) is not None:
            return HttpResponse(content)
        response = make()
        if response.status_code == 200:
            cache.set(name, response.content, KEPT_SECONDS)
        return response

    return kept_a_minute(request, etag, known)


def version_of(versions: list[Submission], revision: int) -> Submission:
    """Return the public version of this number; raises Http404 where it is not public."""
    found = next((each for each in versions if each.revision == revision), None)
    if found is None:
        raise Http404
    return found


def versions_or_404(region: str, year: int, unit: str) -> list[Submission]:
    """Return the public versions of a return, the newest first; raises Http404 without any."""
    versions = public_versions(region, year, unit)
    if not versions:
        raise Http404
    return versions


def given_as_approved(*versions: Submission) -> list[Given]:
    """Return what versions of one year say in public; raises NotAsApproved where not that was approved."""
    check_as_approved(versions)
    given = public_given(versions)
    return [given[each.pk] for each in versions]


def is_synthetic(version: Submission) -> bool:
    """Whether its figures are made up, as the name of its unit says."""
    return MADE_UP in version.unit.name


def or_later(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer with what `make` makes; where that cannot be made now, say so (503)."""
    try:
        return make()
    except Busy:
        return _later(request, "正在生成别的文件，请过几秒再点一次下载。")
    except NoPdf:
        return _later(request, "现在不能生成 PDF。请下载 Word，或用浏览器打印报告页。")
    except (NotAsApproved, BadTemplate):
        return _later(request, "这份材料正在核对，暂时不能查看。请改日再来，或向单位和财政部门询问。")


def _later(request: HttpRequest, sentence: str) -> HttpResponse:
    response = render(request, "performance/public_later.html", {"sentence": sentence}, status=503)
    response.headers["Retry-After"] = str(COME_AGAIN)
    return response
