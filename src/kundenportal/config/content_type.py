"""Reading of ``Content-Type`` what a form needs, and nothing that a stranger could break a request with."""

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_BOUNDARY = re.compile(r';\s*(boundary=(?:"[^"]*"|[^\s;"]+))\s*(?=;|$)', re.IGNORECASE | re.ASCII)


def with_plain_content_types(application: WSGIApplication) -> WSGIApplication:
    """Return an application that is told the media type and the boundary of a form's parts alone.

    Browsers send a form as its page is written (HTML Standard, "Form submission"), so forms and queries are
    UTF-8 whatever a request claims. Django believes a ``charset``, and would decode fields and query with
    whichever codec of Python's it names: some fail (``idna``), others make text that no database stores
    (``unicode_escape``). That happens before any middleware, so it is mended before Django.

    Args:
        application: the portal.

    """

    def plain(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        claimed = environ.get("CONTENT_TYPE", "")
        if ";" in claimed:
            boundary = _BOUNDARY.search(claimed)
            media_type = claimed.partition(";")[0]
            environ["CONTENT_TYPE"] = f"{media_type}; {boundary[1]}" if boundary else media_type
        return application(environ, start_response)

    return plain
