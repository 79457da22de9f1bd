"""The sorts of mail that a reader may refuse (ux.md K6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What somebody may refuse or order; a kind of mail without one is always sent."""

    READING_REMINDERS = "reading_reminders", _("Ableseerinnerung")
    DOCUMENTS = "documents", _("Neue Dokumente")
    SUBMISSIONS = "submissions", _("Status von Vorgängen")
    NEWS = "news", _("Neuigkeiten")
