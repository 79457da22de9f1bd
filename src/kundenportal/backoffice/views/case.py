"""``/verwaltung/eingang/<nr>/``: one submission, all one needs to decide about it, and deciding."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.acts import acts_on
from kundenportal.backoffice.forms.inbox import AnswerForm, AssignForm, NoteForm, QuestionForm, RefusalForm
from kundenportal.backoffice.inbox_rows import inbox_row, inbox_rows
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.submission_kinds import KINDS
from kundenportal.backoffice.views.inbox import settlers, to_list
from kundenportal.casework.possible import (
    can_be_accepted,
    can_be_asked_about,
    can_be_refused,
    is_settled_by_hand,
    needs_second_person,
)
from kundenportal.casework.selectors import notes_of, other_submissions, proposal_of, submission_named
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
from kundenportal.metering.public_reports import can_be_placed
from kundenportal.submissions.marks import ChangedMeanwhile, mark_of
from kundenportal.submissions.models import Submission
from kundenportal.submissions.questions import NotAskable, ask_back
from kundenportal.submissions.selectors import open_question
from kundenportal.submissions.settling import NotSettleable

OTHERS_SHOWN = 8

NOT_NOW = gettext_lazy("Das geht nicht, so wie der Vorgang jetzt steht. Es wurde nichts geändert.")
SECOND_PERSON_NEEDED = gettext_lazy(
    "Sie haben die Freigabe selbst vorgeschlagen. Geben muss sie jemand anders. Es wurde nichts geändert."
)

_DONE = {
    Accepted.PROPOSED: gettext_lazy("%(reference)s: Freigabe vorgeschlagen. Jemand anders muss sie geben."),
    Accepted.RELEASED: gettext_lazy("%(reference)s ist freigegeben."),
    Accepted.SETTLED: gettext_lazy("%(reference)s ist übernommen. Der Kunde bekommt eine E-Mail."),
}


@require_safe
@staff_required(Permission.VIEW_SUBMISSIONS)
def inbox_case(request: StaffRequest, reference: str) -> HttpResponse:
    """Show a submission, and note who looks at it."""
    return _page(request, submission_or_404(reference))


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_accept(request: StaffRequest, reference: str) -> HttpResponse:
    """Take over what was sent."""
    submission = submission_or_404(reference)
    seen, now = request.POST.get("seen", ""), timezone.now()
    try:
        outcome = accept_submission(submission, member=request.member, seen=seen, now=now)
    except ChangedMeanwhile:
        return _conflict(request, reference)
    except NotAcceptable:
        return _page(request, submission, {"refusal": NOT_NOW}, status=409)
    except SecondPersonNeeded:
        return _page(request, submission, {"refusal": SECOND_PERSON_NEEDED}, status=409)
    messages.success(request, _DONE[outcome] % {"reference": submission.reference})
    return to_list(request)


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_ask(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask the customer."""
    submission, form = submission_or_404(reference), QuestionForm(request.POST)
    typed = {"question_form": form}
    if not form.is_valid():
        return _page(request, submission, typed, status=422)
    text, seen = form.cleaned_data["question"], request.POST.get("seen", "")
    try:
        ask_back(submission, member=request.member, text=text, seen=seen, now=timezone.now())
    except ChangedMeanwhile:
        return _conflict(request, reference, typed)
    except NotAskable:
        return _page(request, submission, typed | {"refusal": NOT_NOW}, status=409)
    text = _("%(reference)s: Die Rückfrage ist gestellt. Der Kunde bekommt eine E-Mail.")
    messages.success(request, text % {"reference": submission.reference})
    return to_list(request)


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_refuse(request: StaffRequest, reference: str) -> HttpResponse:
    """Refuse what was sent, with a reason that the customer reads."""
    submission, form = submission_or_404(reference), RefusalForm(request.POST)
    typed = {"refusal_form": form}
    if not form.is_valid():
        return _page(request, submission, typed, status=422)
    reason, seen = form.cleaned_data["reason"], request.POST.get("seen", "")
    try:
        refuse_submission(submission, member=request.member, reason=reason, seen=seen, now=timezone.now())
    except ChangedMeanwhile:
        return _conflict(request, reference, typed)
    except NotSettleable:
        return _page(request, submission, typed | {"refusal": NOT_NOW}, status=409)
    text = _("%(reference)s ist abgelehnt. Der Kunde bekommt eine E-Mail.")
    messages.success(request, text % {"reference": submission.reference})
    return to_list(request)


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_answer(request: StaffRequest, reference: str) -> HttpResponse:
    """Answer a message of the customer, which settles what he wrote in its thread.

    Raises:
        Http404: when it is no message.

    """
    submission, form = submission_or_404(reference), AnswerForm(request.POST)
    if not KINDS[submission.kind].is_answered:
        raise Http404
    typed = {"answer_form": form}
    if not form.is_valid():
        return _page(request, submission, typed, status=422)
    thread, body = sent_message(submission).message.thread, form.cleaned_data["answer"]
    seen = {submission.reference: request.POST.get("seen", "")}
    try:
        answer_thread(staff=request.user, thread=thread, body=body, seen=seen, now=timezone.now())
    except ChangedMeanwhile:
        return _conflict(request, reference, typed)
    text = _("%(reference)s ist beantwortet. Der Kunde bekommt eine E-Mail.")
    messages.success(request, text % {"reference": submission.reference})
    return to_list(request)


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_case_assign(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the submission to somebody, and show it again."""
    submission = submission_or_404(reference)
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
    submission, form = submission_or_404(reference), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, {"note_form": form}, status=422)
    add_note(submission, member=request.member, text=form.cleaned_data["note"], now=timezone.now())
    messages.success(request, _("Die Notiz ist gespeichert."))
    return _to_case(request, submission)


def submission_or_404(reference: str) -> Submission:
    """Return the submission of a number, whoever's it is: staff see those of all customers."""
    try:
        return submission_named(reference)
    except Submission.DoesNotExist:
        raise Http404 from None


def _to_case(request: StaffRequest, submission: Submission) -> HttpResponse:
    query = urlencode({"liste": request.POST.get("liste", "")})
    path = reverse("backoffice:inbox_case", args=[submission.reference])
    return HttpResponseRedirect(f"{path}?{query}", status=303)


def _conflict(
    request: StaffRequest, reference: str, typed: Mapping[str, object] | None = None
) -> HttpResponse:
    """Show the submission as it is now, what has happened to it, and what was typed; nothing was done."""
    submission = submission_or_404(reference)
    since = parse_datetime(request.POST.get("seen_at", ""))
    news = [act for act in acts_on(submission) if since and act.at > since]
    return _page(request, submission, {"is_conflict": True, "news": news, **(typed or {})}, status=409)


def _page(
    request: StaffRequest,
    submission: Submission,
    more: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Draw the page of a submission, and note who has it in view."""
    now, kind = timezone.now(), KINDS[submission.kind]
    members, proposal = settlers(), proposal_of(submission)
    is_own_proposal = proposal is not None and proposal.proposed_by == request.member
    may_settle = has_permission(request.member, Permission.SETTLE_SUBMISSIONS)
    context = {
        "submission": submission,
        "row": inbox_row(submission, now=now),
        "kind": kind,
        **kind.details(submission),
        "present": look_at_submission(submission, member=request.member, now=now),
        "acts": acts_on(submission),
        "notes": notes_of(submission),
        "others": inbox_rows(other_submissions(submission, limit=OTHERS_SHOWN), now=now),
        "open_question": open_question(submission),
        "proposal": proposal,
        "can_accept": can_be_accepted(submission, now=now) and not is_own_proposal,
        "is_own_proposal": is_own_proposal,
        "can_ask": can_be_asked_about(submission) and not kind.is_answered,
        "can_refuse": can_be_refused(submission),
        "is_settled_by_hand": is_settled_by_hand(),
        "needs_second": needs_second_person(submission),
        "may_settle": may_settle,
        "can_place": may_settle and can_be_placed(submission),
        "mark": mark_of(submission),
        "seen_at": now.isoformat(),
        "list_query": request.POST.get("liste") or request.GET.get("liste", ""),
        "answer_form": AnswerForm(),
        "question_form": QuestionForm(),
        "refusal_form": RefusalForm(),
        "note_form": NoteForm(),
        "assign_form": AssignForm(members=members, initial=submission.assigned_to),
        **(more or {}),
    }
    return render_page(request, "backoffice/inbox/case.html", context, status=status)
