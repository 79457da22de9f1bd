"""``kundenportal remove_second_factors NUMBER``: for a customer who lost every device and every code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kundenportal.core.customer_numbers import canonical_customer_number
from kundenportal.identity.factors.removal import NothingToRemove, remove_all_factors
from kundenportal.identity.models import User


class Command(BaseCommand):
    help = (
        "Remove all passkeys, the authenticator app and the recovery codes of the login with this customer "
        "number, and sign it out everywhere. Make sure first who is asking: a call from the number in the "
        "master data, or a visit with an identity card. Everybody who must know gets a mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customer_number", metavar="NUMBER", help="in any spelling, such as 14026")

    def handle(self, *args: Any, **options: Any) -> None:
        number = canonical_customer_number(options["customer_number"], settings.UTILITY.customer_number)
        user = User.objects.filter(
            is_active=True, account_links__customer__customer_number=number, account_links__ended_at=None
        ).first()
        if user is None:
            raise CommandError(f"no login has the customer number {options['customer_number']}")
        try:
            count = remove_all_factors(user, now=timezone.now())
        except NothingToRemove:
            raise CommandError(f"the login of {number} has no second factor") from None
        self.stdout.write(f"Removed {count} of {number}; the password alone signs in again.")
