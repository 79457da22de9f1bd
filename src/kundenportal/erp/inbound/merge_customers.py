"""Merging customers with their billing addresses, premises, and the bank accounts of both."""

from django.db import connection

from kundenportal.core.references import new_public_id
from kundenportal.customers.search_index import refresh_words
from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.changes import Target, apply_changes
from kundenportal.erp.inbound.files import CUSTOMERS, PREMISES
from kundenportal.erp.inbound.ready import Merge, Ready, refuse_duplicates, refuse_unknown

_CUSTOMERS = Ready(CUSTOMERS, key="customer_number")
_PREMISES = Ready(PREMISES, key="erp_id")

_FIND_CUSTOMERS = """
    SELECT s.*, t.id AS target_id, t.row_hash AS old_hash,
           (t.id IS NOT NULL AND t.ended_at IS NULL) AS is_live
    FROM staged_kunden s
    LEFT JOIN customers_customer t ON t.customer_number = s.customer_number
"""
_CUSTOMER_COLUMNS = (
    "customer_number", "business_partner", "salutation", "first_name", "last_name", "contact_email", "phone",
    "search_words",
)  # fmt: skip

_FIND_PREMISES = """
    SELECT s.*, c.id AS customer_id, t.id AS target_id, t.row_hash AS old_hash,
           (t.id IS NOT NULL AND t.ended_at IS NULL) AS is_live
    FROM staged_verbrauchsstellen s
    LEFT JOIN customers_customer c ON c.customer_number = s.customer_number AND c.ended_at IS NULL
    LEFT JOIN customers_premise t ON t.erp_id = s.erp_id
"""
_PREMISE_COLUMNS = (
    "erp_id", "customer_id", "label", "street", "house_number", "postal_code", "city", "begin_date",
    "end_date", "search_words",
)  # fmt: skip

_RENAMED = """
    SELECT COUNT(*) FROM ready_kunden r JOIN customers_customer t ON t.id = r.target_id
    WHERE r.is_live AND (t.first_name, t.last_name, t.contact_email)
       <> (r.first_name, r.last_name, r.contact_email)
"""
"""Customers who get another name or contact e-mail: the trust anchors of registration (security.md A15)."""

_UPDATE_ADDRESSES = """
    UPDATE addresses_billingaddress AS t
    SET street = r.street, house_number = r.house_number, supplement = r.supplement,
        postal_code = r.postal_code, city = r.city, country = r.country, changed_at = %s
    FROM ready_kunden r
    WHERE t.customer_id = r.target_id
      AND (t.street, t.house_number, t.supplement, t.postal_code, t.city, t.country)
       <> (r.street, r.house_number, r.supplement, r.postal_code, r.city, r.country)
"""
_INSERT_ADDRESSES = """
    INSERT INTO addresses_billingaddress
           (customer_id, street, house_number, supplement, postal_code, city, country)
    SELECT c.id, r.street, r.house_number, r.supplement, r.postal_code, r.city, r.country
    FROM ready_kunden r
    JOIN customers_customer c ON c.customer_number = r.customer_number
    WHERE NOT EXISTS (SELECT 1 FROM addresses_billingaddress t WHERE t.customer_id = c.id)
    ORDER BY r.line
"""

REWORDED = "reworded"
"""The temporary table of the customers whose words may have become others."""

_REWORDED_CUSTOMERS = f"""
    INSERT INTO {REWORDED} (customer_id)
    SELECT c.id FROM ready_kunden r JOIN customers_customer c ON c.customer_number = r.customer_number
"""  # noqa: S608
_REWORDED_BY_PREMISES = f"""
    INSERT INTO {REWORDED} (customer_id)
    SELECT r.customer_id FROM ready_verbrauchsstellen r
    UNION SELECT p.customer_id FROM ready_verbrauchsstellen r JOIN customers_premise p ON p.id = r.target_id
"""  # noqa: S608

ACCOUNT_OWNER = "account_owner"
"""The temporary table of whom the staged bank accounts belong to, and which account they have."""

_ACCOUNT_OWNERS = {
    "customer": """
        SELECT r.line, c.id AS customer_id, NULL AS premise_id, b.id AS account_id
        FROM ready_kunden r
        JOIN customers_customer c ON c.customer_number = r.customer_number
        LEFT JOIN banking_bankaccount b ON b.customer_id = c.id AND b.premise_id IS NULL
    """,
    "premise": """
        SELECT r.line, p.customer_id, p.id AS premise_id, b.id AS account_id
        FROM ready_verbrauchsstellen r
        JOIN customers_premise p ON p.erp_id = r.erp_id
        LEFT JOIN banking_bankaccount b ON b.premise_id = p.id
    """,
}
_REMOVE_ACCOUNTS = """
    DELETE FROM banking_bankaccount WHERE id IN (
        SELECT o.account_id FROM account_owner o JOIN {ready} r ON r.line = o.line WHERE r.iban_sealed IS NULL
    )
"""
_UPDATE_ACCOUNTS = """
    UPDATE banking_bankaccount AS t
    SET customer_id = o.customer_id, iban_sealed = r.iban_sealed, iban_end = r.iban_end,
        country = r.iban_country, holder = r.holder, mandate_reference = r.mandate_reference,
        mandate_date = r.mandate_date
    FROM account_owner o
    JOIN {ready} r ON r.line = o.line
    WHERE t.id = o.account_id
"""
_INSERT_ACCOUNTS = """
    INSERT INTO banking_bankaccount
           (customer_id, premise_id, iban_sealed, iban_end, country, holder, mandate_reference, mandate_date)
    SELECT o.customer_id, CAST(o.premise_id AS bigint), r.iban_sealed, r.iban_end, r.iban_country, r.holder,
           r.mandate_reference, r.mandate_date
    FROM account_owner o
    JOIN {ready} r ON r.line = o.line
    WHERE o.account_id IS NULL AND r.iban_sealed IS NOT NULL
    ORDER BY o.line
"""


def merge_customers(merge: Merge) -> None:
    """Bring customers, their billing addresses and their bank accounts to what kunden.csv says."""
    _CUSTOMERS.create(_FIND_CUSTOMERS)
    refuse_duplicates(merge, _CUSTOMERS, "customer_number", column="kundennummer", value="customer_number")
    merge.report.renamed_customers = staging.fetch_number(_RENAMED)
    merge.report.changes[CUSTOMERS.name] = apply_changes(
        Target(
            table="customers_customer",
            ready=_CUSTOMERS.table,
            gone=_CUSTOMERS.gone,
            columns={column: column for column in _CUSTOMER_COLUMNS},
            only_new={},
            ends=True,
        ),
        now=merge.now,
    )
    staging.execute(_REWORDED_CUSTOMERS)
    staging.execute(_UPDATE_ADDRESSES, [connection.ops.adapt_datetimefield_value(merge.now)])
    staging.execute(_INSERT_ADDRESSES)
    _merge_accounts("customer", _CUSTOMERS)


def merge_premises(merge: Merge) -> None:
    """Bring premises and their own bank accounts to what verbrauchsstellen.csv says."""
    _PREMISES.create(_FIND_PREMISES)
    refuse_unknown(
        merge,
        _PREMISES,
        "customer_id IS NULL",
        parent=CUSTOMERS,
        reference="customer_number",
        column="kundennummer",
    )
    refuse_duplicates(merge, _PREMISES, "erp_id", column="verbrauchsstelle", value="erp_id")
    _renew_taken_public_ids()
    # Before they change hands: who loses a premise loses its words.
    staging.execute(_REWORDED_BY_PREMISES)
    merge.report.changes[PREMISES.name] = apply_changes(
        Target(
            table="customers_premise",
            ready=_PREMISES.table,
            gone=_PREMISES.gone,
            columns={column: column for column in _PREMISE_COLUMNS},
            only_new={"public_id": "public_id"},
            ends=True,
        ),
        now=merge.now,
    )
    _merge_accounts("premise", _PREMISES)
    staging.analyze(REWORDED)
    refresh_words(f"SELECT customer_id FROM {REWORDED}")  # noqa: S608


def _merge_accounts(owner: str, ready: Ready) -> None:
    """Bring the bank accounts of the staged customers or premises; no IBAN means no account."""
    staging.create_table_as(ACCOUNT_OWNER, _ACCOUNT_OWNERS[owner])
    for statement in (_REMOVE_ACCOUNTS, _UPDATE_ACCOUNTS, _INSERT_ACCOUNTS):
        staging.execute(statement.format(ready=ready.table))


def _renew_taken_public_ids() -> None:
    """Draw again for new premises whose random public id another premise has.

    Seven letters are drawn from 32; among a million premises a few pairs are equal.
    """
    taken = f"""
        SELECT line FROM {_PREMISES.table} WHERE target_id IS NULL AND (
            public_id IN (SELECT public_id FROM customers_premise)
            OR public_id IN (SELECT public_id FROM {_PREMISES.table} GROUP BY public_id HAVING COUNT(*) > 1)
        )
    """  # noqa: S608
    while lines := staging.fetch(taken):
        for (line,) in lines:
            staging.execute(
                f"UPDATE {_PREMISES.table} SET public_id = %s WHERE line = %s",  # noqa: S608
                [new_public_id(), line],
            )
