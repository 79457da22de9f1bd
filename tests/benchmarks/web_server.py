"""The portal's web server for a benchmark, on the scratch database and behind a proxy's address."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.processes import Service


@contextlib.contextmanager
def running_portal(*, workers: int = 1) -> Iterator[int]:
    """Run ``kundenportal serve`` with production's settings and yield its port."""
    with running_server(workers=workers) as (port, _web):
        yield port


@contextlib.contextmanager
def running_server(*, workers: int = 1) -> "Iterator[tuple[int, Service]]":
    """Run ``kundenportal serve`` with production's settings and yield its port and the process."""
    from tests.faults.processes import Service, environment_of_services, wait_until_healthy
    from tests.ports import free_port

    port = free_port()
    environment = environment_of_services(port=port, smtp_url="smtp://127.0.0.1:1")
    environment["KUNDENPORTAL_TRUSTED_PROXIES"] = "127.0.0.1"
    web = Service("serve", "--port", str(port), "--workers", str(workers), environment=environment)
    try:
        web.start()
        wait_until_healthy(port)
        yield port, web
    finally:
        web.stop()
