"""``kundenportal run_exchange``: deliveries in, batches out, until nothing is due."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kundenportal.erp.exchange import run_exchange


class Command(BaseCommand):
    help = "Takes, checks and imports deliveries and fills the outbox, then ends. run_jobs starts it."

    def handle(self, *args: Any, **options: Any) -> None:
        while run_exchange(timezone.now()):
            pass
