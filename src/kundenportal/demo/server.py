"""The demo's web server: threads of one process, beside the job runner. Never for real customers."""

import threading
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application

HOST = "127.0.0.1"


class PortTaken(OSError):
    """Another program listens on the port."""


class DemoServer:
    """A web server for this machine alone. From the moment it is made, browsers wait instead of failing."""

    def __init__(self, port: int) -> None:
        """Take the port.

        Raises:
            PortTaken: when it is not free.

        """
        try:
            self._server = ThreadedWSGIServer((HOST, port), _QuietHandler)
        except OSError as error:
            raise PortTaken(*error.args) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="web server")

    def start(self) -> None:
        """Answer requests, in threads of their own, until stopped."""
        self._server.set_app(get_internal_wsgi_application())
        self._thread.start()

    def stop(self) -> None:
        """Answer no more requests and give the port back."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing: the portal has its own log of requests, without their addresses."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Drop the line."""
