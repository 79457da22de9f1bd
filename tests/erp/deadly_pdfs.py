"""A check that ends its process at some PDFs, as a fault in a library does; it must not need Django."""

import os

from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.documents.checks import Checked
from kundenportal.erp.inbound.document_checker import Job, Verdict


def judge_unless_deadly(job: Job, pattern: CustomerNumberPattern) -> Verdict:
    """End the process at a PDF that says so, find the others good."""
    if b"DEADLY" in job.content:
        os._exit(9)
    return Checked(1, has_text=True, names_customer=True)
