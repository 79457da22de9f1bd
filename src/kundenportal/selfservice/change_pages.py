"""What the pages of every change have in common: enter, check, sent, and the way from one to the next."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import Expression
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kundenportal.customers.models import Premise
from kundenportal.selfservice.access import PortalContext
from kundenportal.selfservice.submission_kinds import kinds_open_to
from kundenportal.submissions.models import Submission
from kundenportal.submissions.selectors import submission_by_key, submission_of_premise

DRAFT = "entwurf"
"""The parameter that carries the key of what was typed (``selfservice.drafts``)."""

WITH_PASSKEY = "mit_passkey"
"""The button that leaves the password out: the check page then asks for a passkey, if none was just shown."""


def redirect_to(name: str, premise: Premise, *arguments: str, draft: str = "") -> HttpResponse:
    """Lead on to a page of a premise, with 303.

    Args:
        name: the name of the page's address, such as ``address_check``.
        premise: the place of consumption.
        arguments: what else the address needs, such as a reference.
        draft: the key of what was typed, if the page shall know it.

    """
    query = "?" + urlencode({DRAFT: draft}) if draft else ""
    url = reverse(f"selfservice:{name}", args=[premise.public_id, *arguments])
    return HttpResponseRedirect(url + query, status=303)


def redirect_if_sent(name: str, premise: Premise, key: str) -> HttpResponse | None:
    """Lead on to the confirmation when a draft was sent already, as by a double click; else return None."""
    sent = submission_by_key(premise, key)
    return redirect_to(name, premise, sent.reference) if sent else None


def sent_or_404(
    portal: PortalContext,
    reference: str,
    kind: Submission.Kind | None = None,
    *,
    extra: Mapping[str, Expression] = {},
) -> Submission:
    """Return a submission of the premise in view, of one kind or of any, with what else is asked of it.

    Raises:
        Http404: when there is none of this reference, it is another's, or the grant in view does not show
            its kind; nobody can tell which.

    """
    kinds = [each for each in kinds_open_to(portal.hold) if kind in {None, each}]
    try:
        return submission_of_premise(portal.premise, reference, kinds=kinds, extra=extra)
    except Submission.DoesNotExist:
        raise Http404 from None
