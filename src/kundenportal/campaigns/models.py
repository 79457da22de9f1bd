"""A reading campaign, whom it invites, the meters it asks for, and the cards printed for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundenportal.customers.divisions import split_divisions
from kundenportal.customers.models import Customer, Division, Premise
from kundenportal.files.models import StoredFile
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import Meter, ReadingLink

NAME_LENGTH, CONSEQUENCE_LENGTH = 120, 600


class ReportedWay(models.TextChoices):
    """How a reading reached the utility. The first three are the values of ``Submission.Channel``."""

    LINK = "link", _("Link aus E-Mail oder Karte")
    PORTAL = "portal", _("Kundenportal mit Anmeldung")
    PUBLIC = "public", _("Formular ohne Anmeldung")
    BILLING = "billing", _("Abrechnungssystem (Telefon, Karte, Ableser)")


class Campaign(models.Model):
    """A call to read meters (Ablesekampagne) and where it stands.

    A reading counts when it was taken from ``period_from`` to ``period_to``; links are good until the latter.
    ``due_date`` is what customers are told. ``divisions`` are joined by commas. ``places`` (postcodes and
    towns) and ``meter_numbers`` narrow the target group, unless they are empty. ``consequence`` says what
    happens to whoever sends nothing. A reminder leaves so many days before the due date; without a number
    there is none.

    ``figures`` are the counts of an ended one (``figures.Figures``); its invitations are forgotten later.

    ``planned_up_to`` is the premise up to which invitations were written, ``refreshed_up_to`` the invitation
    up to which answers were looked for. No mail leaves before ``next_mails_at``. ``left_out`` is how many
    premises got no invitation, for the due date was over before theirs was written.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Entwurf")
        RUNNING = "running", _("läuft")
        PAUSED = "paused", _("angehalten")
        ENDED = "ended", _("beendet")

    name = models.CharField(max_length=NAME_LENGTH)
    period_from = models.DateField()
    period_to = models.DateField()
    due_date = models.DateField()
    divisions = models.CharField(max_length=60)
    places = models.JSONField(default=list)
    meter_numbers = models.JSONField(default=list)
    consequence = models.CharField(max_length=CONSEQUENCE_LENGTH)
    first_reminder_days = models.PositiveSmallIntegerField(null=True)
    last_reminder_days = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(
        StaffMember, on_delete=models.SET_NULL, null=True, related_name="campaigns"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_planned = models.BooleanField(default=False)
    planned_up_to = models.BigIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    next_mails_at = models.DateTimeField(null=True)
    refreshed_up_to = models.BigIntegerField(default=0)
    figures = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(period_from__lte=models.F("due_date"), due_date__lte=models.F("period_to")),
                name="campaign_due_in_its_period",
            ),
        )

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    @property
    def division_list(self) -> tuple[str, ...]:
        """The divisions it asks for, in the order of ``Division``."""
        return split_divisions(self.divisions)


ALIVE = (Campaign.Status.RUNNING, Campaign.Status.PAUSED)
"""Where a campaign stands that was started and is not over: its links are good, and answers are counted."""


class Invitation(models.Model):
    """One premise of one campaign: how its customer is asked, and what came of it.

    ``delivery`` is about the first mail or the card; one ``mail`` may ask for several places of a login.
    ``told_at`` is when that mail was put into the outbox or the card was made. ``reported_at`` is when a
    reading of its last missing meter was known, by ``reported_way``.
    """

    class Way(models.TextChoices):
        """How the customer is asked."""

        MAIL = "mail", _("E-Mail")
        CARD = "card", _("Ablesekarte")

    class Delivery(models.TextChoices):
        """How far the request has got."""

        OPEN = "open", _("noch nicht verschickt")
        QUEUED = "queued", _("im Postausgang")
        SENT = "sent", _("verschickt")
        UNREACHED = "unreached", _("nicht erreicht")

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="invitations", db_index=False
    )
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, related_name="reading_invitations")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="reading_invitations")
    way = models.CharField(max_length=4, choices=Way)
    delivery = models.CharField(max_length=9, choices=Delivery, default=Delivery.OPEN)
    mail = models.ForeignKey(
        OutgoingMail, on_delete=models.SET_NULL, null=True, related_name="reading_invitations"
    )
    told_at = models.DateTimeField(null=True)
    has_card = models.BooleanField(default=False)
    reminders = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    reported_way = models.CharField(max_length=10, choices=ReportedWay, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["campaign", "premise"], name="one_invitation_per_premise"),
        )
        indexes = (
            models.Index(fields=["campaign", "way", "delivery", "id"], name="invitation_by_delivery"),
            models.Index(fields=["campaign", "id"], name="invitation_by_campaign"),
            models.Index(
                fields=["campaign", "reminders", "id"],
                condition=Q(way="mail", delivery="sent", reported_at=None),
                name="invitation_to_remind",
            ),
        )

    def __str__(self) -> str:
        """Return the number; whose it is is nobody's business."""
        return f"invitation {self.pk}"

    @property
    def missing(self) -> list[Meter]:
        """The meters without a reading, by division; they may have been prefetched as ``meters__meter``."""
        order = Division.values
        meters = [each.meter for each in self.meters.all() if each.reported_date is None]
        return sorted(meters, key=lambda meter: (order.index(meter.division), meter.pk))


class InvitedMeter(models.Model):
    """A meter that an invitation asks for, and on which local day a reading of it was known, by which way."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="meters")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="meters", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="invitations")
    reported_date = models.DateField(null=True)
    reported_way = models.CharField(max_length=10, choices=ReportedWay, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["campaign", "meter"], name="one_invitation_per_meter"),
        )
        indexes = (
            models.Index(fields=["campaign", "reported_date", "reported_way"], name="invited_meter_by_day"),
        )

    def __str__(self) -> str:
        """Return the number."""
        return f"invited meter {self.pk}"


class InvitationLink(models.Model):
    """A link that was made for an invitation: every mail and every card carries one of its own."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    link = models.OneToOneField(ReadingLink, on_delete=models.CASCADE, related_name="invitation")

    def __str__(self) -> str:
        """Return the number; the token is kept nowhere."""
        return f"link of invitation {self.invitation_id}"


class CardOrder(models.Model):
    """Reading cards that somebody wants for a printer; the job runner makes them, file by file.

    ``repeats`` asks for everybody who gets cards and has not reported, also those who got one before.
    ``made_up_to`` is the invitation up to which cards were made.
    """

    class Format(models.TextChoices):
        """What the files are."""

        CSV = "csv", _("Liste für die Druckerei (CSV)")
        PDF = "pdf", _("fertige Karten (PDF)")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="card_orders")
    format = models.CharField(max_length=3, choices=Format)
    repeats = models.BooleanField(default=False)
    ordered_by = models.ForeignKey(
        StaffMember, on_delete=models.SET_NULL, null=True, related_name="card_orders"
    )
    ordered_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    made = models.PositiveIntegerField(default=0)
    made_up_to = models.BigIntegerField(default=0)
    next_try_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(finished_at=None), name="one_open_card_order"
            ),
        )
        indexes = (models.Index(fields=["next_try_at"], condition=Q(finished_at=None), name="cards_to_make"),)

    def __str__(self) -> str:
        """Return the number."""
        return f"card order {self.pk}"


class CardFile(models.Model):
    """Some of the cards of an order; sealed on the disk, for whoever has a card's link may send readings."""

    order = models.ForeignKey(CardOrder, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    cards = models.PositiveIntegerField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="card_file")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["order", "number"], name="one_card_file_per_number"),)

    def __str__(self) -> str:
        """Return order and number."""
        return f"{self.order_id}-{self.number}"
