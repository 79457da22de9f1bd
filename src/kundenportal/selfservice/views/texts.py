"""Imprint, privacy, accessibility, plain language, and how to report a weakness (ux.md P5)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kundenportal.selfservice.layout import render_for_everybody
from kundenportal.ui.texts import store


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Show who runs the portal (§ 5 DDG)."""
    return _page(request, store.IMPRINT)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what is stored, why, for how long (Art. 13 GDPR)."""
    return _page(request, store.PRIVACY)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show how everybody can use the portal, and what is not there yet (§ 14 BFSG)."""
    return _page(request, store.ACCESSIBILITY)


@require_safe
def plain_language(request: HttpRequest) -> HttpResponse:
    """Show the portal in Leichte Sprache (DIN SPEC 33429)."""
    return _page(request, store.PLAIN_LANGUAGE)


@require_safe
def disclosure(request: HttpRequest) -> HttpResponse:
    """Show how weaknesses are reported and handled (RFC 9116, "Policy")."""
    return _page(request, store.DISCLOSURE)


def _page(request: HttpRequest, name: str) -> HttpResponse:
    text = store.load_text(name, get_language() or store.FALLBACK)
    if text is None:
        raise Http404
    context = {"text": text, "is_plain": name == store.PLAIN_LANGUAGE}
    return render_for_everybody(request, "selfservice/texts/page.html", context)
