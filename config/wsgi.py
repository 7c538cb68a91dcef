"""The application, as a WSGI server sees it."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from config.memory import collect_seldom

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SERVING", "1")

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\";\s]*)\"?", re.IGNORECASE)


def only_utf8(inner: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Leave out of a request the claim that it is in another charset than UTF-8; nobody's browser makes it.

    Django would decode the address with it before any middleware runs, and fail without our headers.
    """

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        claimed = _CHARSET.search(environ.get("CONTENT_TYPE", ""))
        if claimed and claimed[1].lower() not in ("utf-8", "utf8"):
            environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
        return inner(environ, start_response)

    return outer


application = only_utf8(get_wsgi_application())
collect_seldom()
