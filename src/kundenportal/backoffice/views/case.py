"""``/verwaltung/eingang/<nr>/``: one submission, all one needs to decide about it, and deciding."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.acts import acts_on
from kundenportal.backoffice.case_pages import case_context, possible_acts
from kundenportal.backoffice.forms.inbox import AnswerForm, AssignForm, NoteForm, QuestionForm, RefusalForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission
from kundenportal.backoffice.submission_kinds import KINDS
from kundenportal.backoffice.views.inbox import settlers, to_list
from kundenportal.casework.selectors import submission_named
from kundenportal.casework.services import (
    Accepted,
    NotAcceptable,
    SecondPersonNeeded,
    accept_submission,
    add_note,
    assign_submissions,
    look_at_submission,
    refuse_submission,
)
from kundenportal.contact.selectors import sent_message
from kundenportal.contact.services import answer_thread
from kundenportal.submissions.marks import ChangedMeanwhile
from kundenportal.submissions.models import Submission
from kundenportal.submissions.questions import NotAskable, ask_back
from kundenportal.submissions.settling import NotSettleable

NOT_NOW = gettext_lazy("Das geht nicht, so wie der Vorgang jetzt steht. Es wurde nichts geändert.")
SECOND_PERSON_NEEDED = gettext_lazy(
    "Sie haben die Freigabe selbst vorgeschlagen. Geben muss sie jemand anders. Es wurde nichts geändert."
)

_REFUSALS = (ChangedMeanwhile, NotAcceptable, NotAskable, NotSettleable, SecondPersonNeeded)
"""What a service raises when it did nothing, because the submission stands otherwise than it was shown."""

_ACCEPTED = {
    Accepted.PROPOSED: gettext_lazy("%(reference)s: Freigabe vorgeschlagen. Jemand anders muss sie geben."),
    Accepted.RELEASED: gettext_lazy("%(reference)s ist freigegeben."),
    Accepted.SETTLED: gettext_lazy("%(reference)s ist übernommen. Der Kunde bekommt eine E-Mail."),
}


@require_safe
@staff_required(Permission.VIEW_SUBMISSIONS)
def inbox_case(request: StaffRequest, reference: str) -> HttpResponse:
    """Show a submission, and note who looks at it."""
    return _page(request, found_or_404(submission_named, reference))


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_accept(request: StaffRequest, reference: str) -> HttpResponse:
    """Take over what was sent."""
    submission = found_or_404(submission_named, reference)
    try:
        outcome = accept_submission(
            submission, member=request.member, seen=_seen(request), now=timezone.now()
        )
    except _REFUSALS as error:
        return _not_done(request, submission, error)
    return _done(request, submission, _ACCEPTED[outcome])


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_ask(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask the customer."""
    submission, form = found_or_404(submission_named, reference), QuestionForm(request.POST)
    typed = {"question_form": form}
    if not form.is_valid():
        return _page(request, submission, typed, status=422)
    text, seen = form.cleaned_data["question"], _seen(request)
    try:
        ask_back(submission, member=request.member, text=text, seen=seen, now=timezone.now())
    except _REFUSALS as error:
        return _not_done(request, submission, error, typed)
    done = _("%(reference)s: Die Rückfrage ist gestellt. Der Kunde bekommt eine E-Mail.")
    return _done(request, submission, done)


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_refuse(request: StaffRequest, reference: str) -> HttpResponse:
    """Refuse what was sent, with a reason that the customer reads."""
    submission, form = found_or_404(submission_named, reference), RefusalForm(request.POST)
    typed = {"refusal_form": form}
    if not form.is_valid():
        return _page(request, submission, typed, status=422)
    reason, seen = form.cleaned_data["reason"], _seen(request)
    try:
        refuse_submission(submission, member=request.member, reason=reason, seen=seen, now=timezone.now())
    except _REFUSALS as error:
        return _not_done(request, submission, error, typed)
    return _done(request, submission, _("%(reference)s ist abgelehnt. Der Kunde bekommt eine E-Mail."))


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_answer(request: StaffRequest, reference: str) -> HttpResponse:
    """Answer a message of the customer, which settles what he wrote in its thread.

    Raises:
        Http404: when it is no message.

    """
    submission, form = found_or_404(submission_named, reference), AnswerForm(request.POST)
    if not KINDS[submission.kind].is_answered:
        raise Http404
    typed = {"answer_form": form}
    if not form.is_valid():
        return _page(request, submission, typed, status=422)
    thread, body = sent_message(submission).message.thread, form.cleaned_data["answer"]
    seen = {submission.reference: _seen(request)}
    try:
        answer_thread(staff=request.user, thread=thread, body=body, seen=seen, now=timezone.now())
    except _REFUSALS as error:
        return _not_done(request, submission, error, typed)
    return _done(request, submission, _("%(reference)s ist beantwortet. Der Kunde bekommt eine E-Mail."))


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_case_assign(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the submission to somebody, and show it again."""
    submission = found_or_404(submission_named, reference)
    form = AssignForm(request.POST, members=settlers())
    if form.is_valid():
        to = form.cleaned_data["assigned_to"]
        assign_submissions([submission], to=to, member=request.member, now=timezone.now())
        messages.success(request, _("Zuständig: %(name)s.") % {"name": to or _("niemand")})
    return _to_case(request, submission)


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_note(request: StaffRequest, reference: str) -> HttpResponse:
    """Write a note for colleagues, and show the submission again."""
    submission, form = found_or_404(submission_named, reference), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, {"note_form": form}, status=422)
    add_note(submission, member=request.member, text=form.cleaned_data["note"], now=timezone.now())
    messages.success(request, _("Die Notiz ist gespeichert."))
    return _to_case(request, submission)


def _seen(request: StaffRequest) -> str:
    """Return the mark of the submission as it stood on the page that was acted on."""
    return request.POST.get("seen", "")


def _done(request: StaffRequest, submission: Submission, text: str | Promise) -> HttpResponse:
    """Say what was done, and lead back to the list."""
    messages.success(request, text % {"reference": submission.reference})
    return to_list(request)


def _not_done(
    request: StaffRequest,
    submission: Submission,
    error: Exception,
    typed: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show the submission as it is now, why nothing was done, and what was typed.

    Args:
        request: the request.
        submission: as it was found before.
        error: one of ``_REFUSALS``.
        typed: the form, by its name on the page.

    """
    if isinstance(error, ChangedMeanwhile):
        since = parse_datetime(request.POST.get("seen_at", ""))
        submission = found_or_404(submission_named, submission.reference)
        news = [act for act in acts_on(submission) if since and act.at > since]
        why: dict[str, object] = {"is_conflict": True, "news": news}
    else:
        why = {"refusal": SECOND_PERSON_NEEDED if isinstance(error, SecondPersonNeeded) else NOT_NOW}
    return _page(request, submission, {**why, **(typed or {})}, status=409)


def _to_case(request: StaffRequest, submission: Submission) -> HttpResponse:
    query = urlencode({"liste": request.POST.get("liste", "")})
    path = reverse("backoffice:inbox_case", args=[submission.reference])
    return HttpResponseRedirect(f"{path}?{query}", status=303)


def _page(
    request: StaffRequest,
    submission: Submission,
    more: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Draw the page of a submission, and note who has it in view."""
    member, now = request.member, timezone.now()
    context = {
        **case_context(submission, now=now),
        **possible_acts(submission, member=member, now=now),
        "present": look_at_submission(submission, member=member, now=now),
        "list_query": request.POST.get("liste") or request.GET.get("liste", ""),
        "answer_form": AnswerForm(),
        "question_form": QuestionForm(),
        "refusal_form": RefusalForm(),
        "note_form": NoteForm(),
        "assign_form": AssignForm(members=settlers(), initial=submission.assigned_to),
        **(more or {}),
    }
    return render_page(request, "backoffice/inbox/case.html", context, status=status)
