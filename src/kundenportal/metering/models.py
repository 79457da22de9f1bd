"""Meters, their registers and readings, and the readings customers send."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kundenportal.customers.models import Customer, Division, Premise
from kundenportal.files.models import StoredFile
from kundenportal.identity.models import OneTimeSecret
from kundenportal.submissions.models import Submission, new_upload_id

VALUE_DIGITS, VALUE_DECIMALS = 15, 4


class Meter(models.Model):
    """A meter at a premise for one installation period.

    A meter number is unique per division and installation period, not globally for ever.
    """

    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, related_name="meters")
    meter_number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40, db_index=True)
    division = models.CharField(max_length=10, choices=Division)
    market_location = models.CharField(max_length=11, blank=True)
    metering_location = models.CharField(max_length=33, blank=True)
    installed_date = models.DateField(null=True)
    removed_date = models.DateField(null=True)
    is_remote = models.BooleanField(default=False)
    row_hash = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "meter_number",
                "division",
                Coalesce("installed_date", models.Value("0001-01-01", output_field=models.DateField())),
                name="one_meter_per_period",
            ),
        )

    def __str__(self) -> str:
        """Return the meter number."""
        return self.meter_number


class Register(models.Model):
    """One counter of a meter (Zählwerk). Label, digits and direction are data, never derived.

    ``calorific_value`` (Brennwert, kWh/m³) and ``state_number`` (Zustandszahl) are those of gas.
    """

    class Direction(models.TextChoices):
        """Which way the energy flows."""

        CONSUMPTION = "bezug", "Bezug"
        FEED_IN = "einspeisung", "Einspeisung"

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="registers")
    code = models.CharField(max_length=10)
    obis = models.CharField(max_length=20, blank=True)
    label = models.CharField(max_length=60, blank=True)
    integer_digits = models.PositiveSmallIntegerField()
    decimal_digits = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=5)
    factor = models.DecimalField(max_digits=12, decimal_places=4, default=1)
    direction = models.CharField(max_length=11, choices=Direction, default=Direction.CONSUMPTION)
    annual_use = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_DECIMALS, null=True)
    calorific_value = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    state_number = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    row_hash = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["meter", "code"], name="one_register_per_code"),
            models.CheckConstraint(condition=Q(integer_digits__gte=1), name="register_has_digits"),
        )

    def __str__(self) -> str:
        """Return the register's code within its meter."""
        return self.code


class MeterReading(models.Model):
    """The value of one register on one date, as the billing system knows or accepted it."""

    class Origin(models.TextChoices):
        """Where a value comes from; the value is the word of the exchange format."""

        READ = "abgelesen", "abgelesen"
        REPORTED = "gemeldet", "gemeldet"
        ESTIMATED = "geschaetzt", "geschätzt"
        REMOTE = "fernauslesung", "ausgelesen"

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="readings")
    reading_date = models.DateField()
    value = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_DECIMALS)
    origin = models.CharField(max_length=13, choices=Origin)
    row_hash = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["register", "reading_date"], name="one_reading_per_day"),
            models.CheckConstraint(condition=Q(value__gte=0), name="reading_not_negative"),
        )

    def __str__(self) -> str:
        """Return date and value."""
        return f"{self.reading_date} {self.value}"


class ReadingSubmission(models.Model):
    """The detail row of a submission of meter readings; its lines are ``SubmittedReading``."""

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="reading_submission"
    )

    def __str__(self) -> str:
        """Return the submission's number."""
        return f"reading submission {self.pk}"


class SubmittedReading(models.Model):
    """One value a customer sent, with what the check said of it.

    ``findings`` are the doubts or the refusal (``metering.rules``) of a value that nobody was asked about.
    A value that the customer sent anew before it was exported is kept, but counts no more: ``replaced_by``
    names the value that counts in its place.
    """

    class Check(models.TextChoices):
        """What the check said; the value is the word of the exchange format."""

        PLAUSIBLE = "plausibel", "plausibel"
        CONFIRMED = "bestaetigt", "bestätigt"
        DOUBTED = "auffaellig", "auffällig"

    class Reason(models.TextChoices):
        """Why a value is unusual, as the customer says (ux.md C5, C6)."""

        METER_EXCHANGED = "meter_exchanged", _("Der Zähler wurde getauscht")
        LAST_ESTIMATED = "last_estimated", _("Letzter Stand war geschätzt")
        ROLLED_OVER = "rolled_over", _("Der Zähler ist einmal durchgelaufen")
        MORE_PEOPLE = "more_people", _("Mehr Personen im Haushalt")
        FEWER_PEOPLE = "fewer_people", _("Weniger Personen im Haushalt")
        AWAY = "away", _("Längere Abwesenheit oder Leerstand")
        NEW_DEVICES = "new_devices", _("Neue Geräte, Wärmepumpe oder E-Auto")
        SOLAR = "solar", _("Photovoltaik oder Solaranlage")
        HEATING = "heating", _("Anders geheizt oder Heizung umgebaut")
        GARDEN = "garden", _("Garten oder Pool")
        LEAK = "leak", _("Rohrbruch oder Leck")
        OTHER = "other", _("Anderer Grund")

    reading_submission = models.ForeignKey(
        ReadingSubmission, on_delete=models.CASCADE, related_name="readings"
    )
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="submitted_readings")
    reading_date = models.DateField()
    value = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_DECIMALS)
    check_result = models.CharField(max_length=10, choices=Check)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    findings = models.JSONField(default=list)
    replaced_by = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="replaces")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["reading_submission", "register"], name="one_value_per_register"),
            models.CheckConstraint(condition=Q(value__gte=0), name="submitted_value_not_negative"),
        )

    def __str__(self) -> str:
        """Return date and value."""
        return f"{self.reading_date} {self.value}"


class ReadingPhoto(models.Model):
    """What a meter looked like when it was read: one picture for a meter in a submission, if any.

    ``public_id`` is the one it had while the form was filled.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_upload_id)
    reading_submission = models.ForeignKey(ReadingSubmission, on_delete=models.CASCADE, related_name="photos")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="reading_photo")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["reading_submission", "meter"], name="one_photo_per_meter"),
        )

    def __str__(self) -> str:
        """Return the public id."""
        return self.public_id


class PublicReport(models.Model):
    """What somebody without a login typed about a reading, kept for staff as it was typed.

    ``placement`` says what the job runner has found it to belong to. ``is_mailed`` says whether the
    confirmation was put into the outbox.
    """

    class Placement(models.TextChoices):
        """Which meter the report belongs to."""

        WAITING = "waiting", _("wird gesucht")
        MATCHED = "matched", _("Zähler gefunden")
        UNKNOWN_METER = "unknown_meter", _("Zählernummer und Postleitzahl passen zu keinem laufenden Vertrag")
        SEVERAL_METERS = "several_meters", _("Zählernummer und Postleitzahl passen zu mehreren Zählern")
        UNCLEAR_REGISTER = "unclear_register", _("Zähler gefunden, aber nicht, welches Zählwerk gemeint ist")

    reading_submission = models.OneToOneField(
        ReadingSubmission, on_delete=models.CASCADE, primary_key=True, related_name="public_report"
    )
    meter_number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40)
    postal_code = models.CharField(max_length=5)
    street = models.CharField(max_length=160)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    reading_date = models.DateField()
    remark = models.CharField(max_length=500, blank=True)
    placement = models.CharField(max_length=20, choices=Placement, default=Placement.WAITING)
    is_mailed = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(
                fields=["reading_submission"], condition=Q(placement="waiting"), name="report_to_place"
            ),
        )

    def __str__(self) -> str:
        """Return the submission's number; what was typed is nobody's business."""
        return f"public report {self.pk}"


class ReportedValue(models.Model):
    """One value of a public report. ``display`` is what stands beside it on the meter, such as ``1.8.1``."""

    report = models.ForeignKey(PublicReport, on_delete=models.CASCADE, related_name="values")
    display = models.CharField(max_length=10, blank=True)
    value = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_DECIMALS)
    typed_digits = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(value__gte=0), name="reported_value_not_negative"),)

    def __str__(self) -> str:
        """Return the value and what stands beside it."""
        return f"{self.display} {self.value}".strip()


class ReadingLink(models.Model):
    """A link that takes the readings of one premise without a login, once (ux.md P4, F5).

    ``submission`` is what was sent with it last. It is the customer's whom the premise had when it was made.
    """

    secret = models.OneToOneField(OneTimeSecret, on_delete=models.CASCADE, related_name="reading_link")
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, related_name="reading_links")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="reading_links")
    submission = models.OneToOneField(
        Submission, on_delete=models.SET_NULL, null=True, related_name="reading_link"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the number; the token is kept nowhere."""
        return f"reading link {self.pk}"

    @property
    def is_used(self) -> bool:
        """Whether readings were sent with it."""
        return self.secret.used_at is not None

    @property
    def can_correct(self) -> bool:
        """Whether what was sent with it can still be replaced: until it is exported."""
        return self.submission is not None and self.submission.status == Submission.Status.RECEIVED
