"""Asking again who is there, before a sensitive act (security.md A0; ``identity.acts`` lists the acts)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from kundenportal.identity.acts import ACTS, AskedBy, SensitiveAct
from kundenportal.identity.fresh import is_fresh
from kundenportal.identity.models import User
from kundenportal.ui.addresses import reverse_here
from kundenportal.ui.ways_back import way_back

P = ParamSpec("P")
Request = TypeVar("Request", bound=HttpRequest)

View = Callable[Concatenate[Request, P], HttpResponse]


def fresh_authentication_required(
    act: SensitiveAct, *, unless: Callable[[], bool] = lambda: False
) -> Callable[[View[Request, P]], View[Request, P]]:
    """Let a view do a sensitive act only within five minutes of a password or passkey.

    Otherwise the site's page ``confirm_identity`` asks for one. A form that was being sent is kept and sent
    on after that. Stands below ``customer_required`` or ``staff_required``. An act whose own form asks for
    the password is only marked.

    Args:
        act: the act, one of ``identity.acts``.
        unless: tells whether a setting spares the question.

    """

    def decorate(view: View[Request, P]) -> View[Request, P]:
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            is_asked = ACTS[act] is AskedBy.PAGE_BEFORE and not unless()
            if is_asked and not is_fresh(request, now=timezone.now()):
                return lead_to_proof(request)
            return view(request, *args, **kwargs)

        guarded.sensitive_act = act  # type: ignore[attr-defined]
        return guarded

    return decorate


def lead_to_proof(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for password or passkey, and back; what was being sent is kept."""
    user = request.user if isinstance(request.user, User) else None
    query = urlencode({"weiter": way_back(request, user, is_sent_at_once=True)})
    return HttpResponseRedirect(f"{reverse_here(request, 'confirm_identity')}?{query}", status=303)
