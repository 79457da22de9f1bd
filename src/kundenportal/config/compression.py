"""Compressing pages on their way: telephones in cellars have little of the network."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses pages alone: style sheets and scripts are compressed already, documents cannot be.

    Django's middleware adds a random number of bytes, so that the length of a page tells no secret of it
    (Heal the BREACH, docs.djangoproject.com/en/5.2/ref/middleware/).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, compressed when it is a page and the browser takes it so."""
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
