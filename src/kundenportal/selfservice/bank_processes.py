"""The two ways to change bank accounts, which share their pages: new accounts, and ending direct debits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kundenportal.selfservice.access import CustomerRequest
from kundenportal.selfservice.bank_pages import BankPage
from kundenportal.selfservice.forms.bank_account import BankAccountForm, BankForm, EndDirectDebitForm

TYPED_AT = "getippt_am"
"""The part of a draft that tells when it was typed, in ISO 8601."""


@dataclass(frozen=True)
class Process:
    """One of the two ways to change accounts.

    Attributes:
        name: the name of its form's address; the topic of its drafts.
        check: the name of its check page's address.
        folder: where its templates ``enter.html`` and ``check.html`` are.
        is_ending: whether it ends direct debits.
        make_form: makes its form for a page, with ``data``, ``initial`` and ``asks_password``.

    """

    name: str
    check: str
    folder: str
    is_ending: bool
    make_form: Callable[..., BankForm]

    def closed_page(self, request: CustomerRequest, page: BankPage) -> HttpResponse:
        """Say why nothing can be changed now; what was sent is not taken."""
        context = {"portal": page.portal, "page": page, "is_ending": self.is_ending}
        status = 422 if request.method == "POST" else 200
        return render(request, "selfservice/bank_account/closed.html", context, status=status)


def _change_form(page: BankPage, data: Any = None, **more: Any) -> BankForm:
    return BankAccountForm(
        data,
        customer=page.portal.customer,
        premise=page.portal.premise,
        states=page.states,
        earliest=page.earliest,
        bank_url=reverse("selfservice:bank_account_name", args=[page.portal.premise.public_id]),
        **more,
    )


def _end_form(page: BankPage, data: Any = None, **more: Any) -> BankForm:
    return EndDirectDebitForm(data, states=page.states, earliest=page.earliest, **more)


CHANGE = Process(
    name="bank_account",
    check="bank_account_check",
    folder="selfservice/bank_account",
    is_ending=False,
    make_form=_change_form,
)
END = Process(
    name="bank_account_end",
    check="bank_account_end_check",
    folder="selfservice/bank_account_end",
    is_ending=True,
    make_form=_end_form,
)
