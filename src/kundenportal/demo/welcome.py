"""What the demo prints when it is ready."""

from pathlib import Path

from kundenportal.demo.environment import DIRECTORY
from kundenportal.demo.keeping import BATCHES, CARDS, DELIVERIES
from kundenportal.demo.logins import PASSWORD, READY_LOGINS
from kundenportal.demo.staff import STAFF_LOGINS
from kundenportal.demo.without_login import CARD_OWNER, card_path

_WELCOME = """
Stadtwerke Musterbach, a fictional utility, is open:

  Portal     {base_url}/
  Mail box   {base_url}/demo/postfach/   (no mail leaves this machine)

Ready logins, password for all: {password}

{logins}

Who works here signs in at {base_url}/verwaltung/ with the same password;
the page shows the codes of their authenticator apps.

{staff}

Worth a try:

  - Sign in as Michael Bauer and send readings: Strom 24318, Wasser 641.
    One is as usual, the other has to be confirmed. The mail about it is in the mail box.
  - See what was used, under "Verbrauch ansehen": Rudi Wieser has a day and a night rate and feeds in,
    Karl-Heinz Vogel has an exchanged meter and an estimate, Ayşe Yıldız a value for every month.
  - Open "Dokumentenverwaltung" as Michael Bauer: bills of three years, two documents are new. Petra Weber had
    one that was recalled. Ayşe Yıldız's bill waits in quarantine: another customer's was in the envelope.
  - Send a wrong one: all eight digits of the gas meter, a date in the future, a lower value.
  - Change the bank account: DE02 1203 0000 0000 2020 51 is right, two swapped digits are named. The mail
    has a link that stops it without signing in. Petra Weber's workshop has a change that waits; Rudi
    Wieser's mandate lies among his documents.
  - Write to the utility, with a photo or a PDF; leave a field empty, and the files are still there.
    Michael Bauer has an answer waiting.
  - Register: Kundennummer 0011870/1, Jana Neumann, j.neumann@beispiel.example.
    The link to set a password is in the mail box.
  - Kontoverwaltung, Datenschutz: ask for a copy of everything about you; a minute later it lies there.
  - Report a reading without a login: {base_url}/zaehlerstand-melden/
    Meter 1EMH0007700312 in 91560 is known, any other number is left to a clerk; the page does not tell.
  - Read for {card_owner} with the link of its reading card, as its QR code leads there:
    {base_url}{card_path}
    The cards of all customers are in {cards}.
  - See what the billing system delivers ({deliveries}) and gets ({batches}).

Everything is kept in {directory}; "kundenportal demo --reset" starts over. Ctrl+C ends.
"""


def welcome(base_url: str, directory: Path) -> str:
    """Return the addresses, the ready logins and what to try.

    Args:
        base_url: the portal's address, without a slash at its end.
        directory: the demo's own.

    """
    width = max(len(login.name) for login in READY_LOGINS)
    logins = [f"  {each.customer_number}  {each.name:<{width}}  {each.about}" for each in READY_LOGINS]
    staff = [f"  {each.email}  {each.name}, {each.role.label}" for each in STAFF_LOGINS]
    return _WELCOME.format(
        base_url=base_url,
        password=PASSWORD,
        logins="\n".join(logins),
        staff="\n".join(staff),
        card_owner=CARD_OWNER,
        card_path=card_path(directory),
        cards=DIRECTORY / CARDS,
        deliveries=DIRECTORY / DELIVERIES,
        batches=DIRECTORY / BATCHES,
        directory=DIRECTORY,
    )
