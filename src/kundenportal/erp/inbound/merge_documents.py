"""Checking the list of documents. The documents themselves are imported by another command."""

from django.utils.translation import gettext as _

from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.files import CUSTOMERS, DOCUMENTS, PREMISES
from kundenportal.erp.inbound.ready import Merge, Ready, refuse_duplicates, refuse_rows, refuse_unknown
from kundenportal.erp.inbound.source import Source

_DOCUMENTS = Ready(DOCUMENTS, key="document")

_FIND_DOCUMENTS = """
    SELECT s.*, c.id AS customer_id, p.id AS premise_id, p.customer_id AS premise_customer_id,
           NULL AS target_id, CAST(NULL AS bigint) AS old_hash, (1 = 0) AS is_live
    FROM staged_dokumente s
    LEFT JOIN customers_customer c ON c.customer_number = s.customer_number AND c.ended_at IS NULL
    LEFT JOIN customers_premise p ON p.erp_id = s.erp_id AND p.ended_at IS NULL
"""


def check_documents(merge: Merge, source: Source) -> None:
    """Check that every listed document is in the delivery and belongs to a customer of it."""
    _DOCUMENTS.create(_FIND_DOCUMENTS)
    refuse_unknown(
        merge,
        _DOCUMENTS,
        "customer_id IS NULL",
        parent=CUSTOMERS,
        reference="customer_number",
        column="kundennummer",
    )
    refuse_unknown(
        merge,
        _DOCUMENTS,
        "premise_id IS NULL AND erp_id <> ''",
        parent=PREMISES,
        reference="erp_id",
        column="verbrauchsstelle",
    )
    refuse_rows(
        merge,
        _DOCUMENTS,
        "premise_customer_id <> customer_id",
        column="verbrauchsstelle",
        value="erp_id",
        reason=_("Gehört nicht zu dieser Kundennummer."),
    )
    refuse_duplicates(merge, _DOCUMENTS, "document", column="dokument", value="document")
    for line, path in staging.fetch(f"SELECT line, path FROM {DOCUMENTS.table} ORDER BY line"):  # noqa: S608
        if path not in source:
            merge.report.add(DOCUMENTS.name, line, "datei", path, _("Die Datei fehlt in der Lieferung."))
    merge.report.documents = merge.scans[DOCUMENTS.name].row_count
