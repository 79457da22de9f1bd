"""The portal's copy of customers and premises. The billing system is the system of record."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundenportal.core.references import new_public_id


class Division(models.TextChoices):
    """The division of supply (Versorgungsart, Sparte); the value is the word of the exchange format."""

    ELECTRICITY = "strom", _("Strom")
    GAS = "gas", _("Gas")
    WATER = "wasser", _("Wasser")
    HEAT = "waerme", _("Wärme")


class Customer(models.Model):
    """A business partner under one customer number.

    ``search_words`` are those of name, contact address and billing address (``core.search_words``).
    """

    customer_number = models.CharField(max_length=24, unique=True)
    business_partner = models.CharField(max_length=40, blank=True)
    salutation = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=200)
    contact_email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    search_words = models.TextField(blank=True)
    row_hash = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["business_partner"], name="customer_by_partner"),)

    def __str__(self) -> str:
        """Return the customer number."""
        return self.customer_number

    @property
    def slug(self) -> str:
        """The number as a web address of the back office carries it, such as ``0012345-1``."""
        return self.customer_number.replace("/", "-")

    @property
    def full_name(self) -> str:
        """First and last name, or the company."""
        return f"{self.first_name} {self.last_name}".strip()


class Premise(models.Model):
    """A place of consumption (Verbrauchsstelle) of a customer, bound to a contract period.

    ``search_words`` are those of its address.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    erp_id = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="premises")
    label = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=20, blank=True)
    postal_code = models.CharField(max_length=12)
    city = models.CharField(max_length=120)
    search_words = models.TextField(blank=True)
    begin_date = models.DateField()
    end_date = models.DateField(null=True)
    row_hash = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gte=models.F("begin_date")),
                name="premise_ends_after_begin",
            ),
        )

    def __str__(self) -> str:
        """Return the billing system's id."""
        return self.erp_id

    @property
    def street_line(self) -> str:
        """Street and house number as written on an envelope."""
        return f"{self.street} {self.house_number}".strip()


class SearchWord(models.Model):
    """A word that a customer is found by: one of his ``search_words`` or of those of a premise.

    The rows are made of those columns alone (``customers.search_index``), so no key is checked when they
    are. Words are bytes, in UTF-8: they are compared alike in every database, whatever language it was set
    up for, so that the words with one beginning are one range of the index.
    """

    pk = models.CompositePrimaryKey("customer_id", "word")
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    word = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["word", "customer"], name="customer_by_word"),)

    def __str__(self) -> str:
        """Return the customer's id; the word tells of him."""
        return f"word of customer {self.customer_id}"
