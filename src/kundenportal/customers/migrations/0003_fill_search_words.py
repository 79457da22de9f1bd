"""Customers who are there already get the words they are found by."""

from django.db import migrations

from kundenportal.core.column_filling import fill_column
from kundenportal.core.search_words import words_of_address, words_of_customer
from kundenportal.customers.search_index import refresh_words

_ADDRESS = ("street", "house_number", "postal_code", "city")


def fill(apps, schema_editor):
    """Fill the columns, then the table of words from them."""
    customers = apps.get_model("customers", "Customer").objects.select_related("billing_address")
    fill_column(customers, "search_words", _words_of_customer, schema_editor.connection)
    premises = apps.get_model("customers", "Premise").objects
    fill_column(premises, "search_words", _words_of_address, schema_editor.connection)
    refresh_words("SELECT id FROM customers_customer")


def _words_of_customer(customer):
    address = getattr(customer, "billing_address", None)
    return words_of_customer(
        first_name=customer.first_name,
        last_name=customer.last_name,
        contact_email=customer.contact_email,
        address=_words_of_address(address) if address else "",
    )


def _words_of_address(row):
    return words_of_address(*(getattr(row, name) for name in _ADDRESS))


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_search_words"), ("addresses", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
