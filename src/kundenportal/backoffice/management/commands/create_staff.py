"""``kundenportal create_staff E-MAIL --role ROLE``: gives an access to the back office, or ends it."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone, translation

from kundenportal.core.email_addresses import InvalidEmailAddress
from kundenportal.identity.areas import Area
from kundenportal.identity.models import StaffMember
from kundenportal.identity.staff.members import SHELL, NoSuchMember, give_access, take_access_away


class Command(BaseCommand):
    help = (
        "Give somebody a role in the back office and print a one-time link, good for 24 hours, by which he "
        "sets his password and second factor. For a known address the role changes and the link replaces a "
        "lost password or device. Hand the link over yourself; it is not mailed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="E-MAIL", help="the address he signs in with")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--role", type=_role, help=f"what he does: {', '.join(StaffMember.Role.values)}")
        what.add_argument("--disable", action="store_true", help="close his access at once")

    def handle(self, *args: Any, **options: Any) -> None:
        email, now = options["email"], timezone.now()
        try:
            if options["disable"]:
                take_access_away(email=email, actor=SHELL, now=now)
                self.stdout.write(f"The access of {email} is closed.")
                return
            token = give_access(email=email, role=options["role"], actor=SHELL, now=now)
        except InvalidEmailAddress as error:
            raise CommandError(f"{email} is no e-mail address") from error
        except NoSuchMember as error:
            raise CommandError(f"nobody who works here has the address {email}") from error
        self.stdout.write(
            f"{email} has the role {options['role']}. This link sets up the access once, within 24 hours:"
        )
        self.stdout.write(Area.STAFF.origin + reverse("backoffice:access_link", args=[token]))


def _role(text: str) -> StaffMember.Role:
    """Return a role by its name or by its German word."""
    with translation.override("de"):
        names = {str(name).casefold(): role for role in StaffMember.Role for name in (role.value, role.label)}
    if text.casefold() not in names:
        raise ArgumentTypeError(f"{text!r} is none of {', '.join(StaffMember.Role.values)}")
    return names[text.casefold()]
