"""The pages between the first proof and the session, on either site."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from kundenportal.identity.pending_sign_in import PendingSignIn, pending_sign_in
from kundenportal.ui.ways_back import with_way

P = ParamSpec("P")


def pending_required(
    view: Callable[Concatenate[HttpRequest, PendingSignIn, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only a browser in that showed the first proof within ten minutes; others begin anew."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        pending = pending_sign_in(request, now=timezone.now())
        if pending is None:
            if request.method == "POST":
                messages.info(request, _("Das hat zu lange gedauert. Bitte melden Sie sich noch einmal an."))
            return HttpResponseRedirect(with_way(request, "sign_in"), status=303)
        response = view(request, pending, *args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return guarded
