"""Who may open a page of the back office. A view without one of these decorators fails a test."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from kundenportal.backoffice.navigation import frame_of
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.identity.models import StaffMember, User
from kundenportal.ui.ways_back import way_back

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of somebody who works here and may do what the view does."""

    user: User
    member: StaffMember


View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
OpenView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_required(permission: Permission) -> Callable[[View[P]], OpenView[P]]:
    """Let only people in who work here and whose role has a permission; nothing they see is cached.

    Others are led to the sign-in page of the back office and back; what somebody was sending when his
    session timed out is kept for him. A customer's session is none here.

    Args:
        permission: what the view does, one of ``roles.Permission``.

    """

    def decorate(view: View[P]) -> OpenView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            member = member_of(request)
            if member is None:
                response: HttpResponseBase = _to_sign_in(request)
            elif not has_permission(member, permission):
                frame = frame_of(request, member)
                response = render(request, "backoffice/forbidden.html", frame, status=403)
            else:
                request.member = member  # type: ignore[attr-defined]
                response = view(request, *args, **kwargs)  # type: ignore[arg-type]
            patch_cache_control(response, no_store=True, private=True)
            return response

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def for_visitors(view: OpenView[P]) -> OpenView[P]:
    """Mark a view that nobody need be signed in for: a door of the back office. No copy of it is kept."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    guarded.is_for_visitors = True  # type: ignore[attr-defined]
    return guarded


def member_of(request: HttpRequest) -> StaffMember | None:
    """Return who is signed in to the back office, or None."""
    user = request.user
    return user.staff_member if user.is_authenticated and user.is_staff else None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    timed_out_user: User | None = getattr(request, "timed_out_user", None)
    query = urlencode({"weiter": way_back(request, timed_out_user, is_sent_at_once=False)})
    return HttpResponseRedirect(f"{reverse('backoffice:sign_in')}?{query}", status=303)
