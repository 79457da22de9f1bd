"""``/verwaltung/einstellungen/farben/aendern/`` and ``…/logo/aendern/``: how the utility looks."""

from functools import partial

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.brand_words import contrast_cards
from kundenportal.backoffice.confirming import unless_confirmed
from kundenportal.backoffice.forms.settings import BrandForm, LogoForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission
from kundenportal.backoffice.settings_pages import section_url, words_of
from kundenportal.backoffice.views.settings import save_and_go_on, to_section
from kundenportal.files.accepted import FileRefused
from kundenportal.utility_settings.sections import Section
from kundenportal.utility_settings.selectors import current_utility, last_number, values_of
from kundenportal.utility_settings.services import ChangedMeanwhile, save_logo


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_SETTINGS)
def settings_colours(request: StaffRequest) -> HttpResponse:
    """Change the colours; "Vorschau" shows what was typed and saves nothing."""
    form = BrandForm(
        request.POST if request.method == "POST" else None,
        section=Section.BRAND,
        values=values_of(Section.BRAND),
        seen=last_number(Section.BRAND),
    )
    if form.is_preview:
        form.is_valid()
        return _colours_page(request, form, status=200)
    return unless_confirmed(request, form, _colours_page) or save_and_go_on(
        request, form, page=partial(_colours_page)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_SETTINGS)
def settings_logo(request: StaffRequest) -> HttpResponse:
    """Take another logo, or none."""
    form = LogoForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"seen": last_number(Section.LOGO)},
    )
    if asked := unless_confirmed(request, form, _logo_page):
        return asked
    try:
        version = save_logo(
            content=form.content(),
            seen=form.cleaned_data["seen"],
            actor=request.user.actor,
            now=timezone.now(),
        )
    except FileRefused as error:
        form.refuse_file(error.refusal)
        return _logo_page(request, form, status=422)
    except ChangedMeanwhile:
        form.refuse_as_changed()
        return _logo_page(request, form, status=409)
    return to_section(request, Section.LOGO, version)


def _colours_page(request: StaffRequest, form: BrandForm, *, status: int) -> HttpResponse:
    brand = form.brand if form.is_bound else current_utility().state.utility.brand
    context = {
        "form": form,
        "words": words_of(Section.BRAND),
        "cards": contrast_cards(brand) if brand else [],
        "back": section_url(Section.BRAND),
        "username": request.user.email,
    }
    return render_page(request, "backoffice/settings/colours.html", context, status=status)


def _logo_page(request: StaffRequest, form: LogoForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "words": words_of(Section.LOGO),
        "back": section_url(Section.LOGO),
        "username": request.user.email,
    }
    return render_page(request, "backoffice/settings/logo.html", context, status=status)
