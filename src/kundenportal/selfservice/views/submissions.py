"""``/vs/<id>/vorgaenge/``: everything that was sent, where each stands, and taking it back (ux.md 1.7)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.selfservice.change_pages import redirect_to, sent_or_404
from kundenportal.selfservice.forms.submissions import AnswerForm
from kundenportal.selfservice.submission_kinds import KINDS, kinds_open_to
from kundenportal.selfservice.submission_rows import divisions_of, submission_rows, with_divisions
from kundenportal.submissions.models import Submission
from kundenportal.submissions.questions import NothingAsked, answer_question
from kundenportal.submissions.selectors import history_of, open_question, submissions_older_than
from kundenportal.submissions.services import NotWithdrawable, withdraw_submission
from kundenportal.ui.tones import TONES

ROWS_ON_A_PAGE = 20
OLDER_THAN = "vor"
"""The parameter that carries the reference of the last submission seen."""


@require_safe
@customer_required
def submissions(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """List what was sent for a premise, the newest first."""
    portal = get_premise_or_404(request, premise_id)
    seen = request.GET.get(OLDER_THAN, "")
    page = submissions_older_than(
        portal.premise,
        seen,
        limit=ROWS_ON_A_PAGE,
        kinds=kinds_open_to(portal.hold),
        extra=with_divisions(),
    )
    context = {
        "portal": portal,
        "rows": submission_rows(portal.premise, page.submissions),
        "older_than": page.older_than,
        "is_first": not seen,
    }
    return render(request, "selfservice/submissions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def submission(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Show what was sent and what has become of it; take the answer to a question of the staff."""
    portal = get_premise_or_404(request, premise_id)
    found = sent_or_404(portal, reference, extra=with_divisions())
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {**_context(portal, found), "form": form, "question": open_question(found)}
        status = 422 if form.is_bound else 200
        return render(request, "selfservice/submissions/detail.html", context, status=status)
    try:
        answer_question(found, actor=portal.user, text=form.cleaned_data["answer"], now=timezone.now())
        messages.success(request, _("Danke für Ihre Antwort. Wir bearbeiten Ihre Angaben weiter."))
    except NothingAsked:
        messages.info(request, _("Die Rückfrage ist schon erledigt."))
    return redirect_to("submission", portal.premise, found.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def withdraw(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Ask whether to take a submission back, and take it back; one that is exported stays."""
    portal = get_premise_or_404(request, premise_id)
    found = sent_or_404(portal, reference, extra=with_divisions())
    if request.method != "POST" and found.can_be_withdrawn:
        return render(request, "selfservice/submissions/withdraw.html", _context(portal, found))
    try:
        if request.method == "POST":
            withdraw_submission(actor=portal.user, submission=found, now=timezone.now())
            messages.success(request, _("Ihre Angaben sind zurückgezogen."))
    except NotWithdrawable:
        messages.warning(
            request, _("Wir bearbeiten Ihre Angaben schon. Sie lassen sich nicht mehr zurückziehen.")
        )
    return redirect_to("submission", portal.premise, found.reference)


def _context(portal: PortalContext, found: Submission) -> dict[str, object]:
    kind = KINDS[found.kind]
    return {
        **kind.details(found),
        "portal": portal,
        "submission": found,
        "kind": kind,
        "divisions": divisions_of(found),
        "history": history_of(found),
        "tone": TONES[found.status],
    }
