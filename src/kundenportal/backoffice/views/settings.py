"""``/verwaltung/einstellungen/``: what the utility says of itself, who changed it, and changing it."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.brand_words import contrast_cards
from kundenportal.backoffice.confirming import unless_confirmed
from kundenportal.backoffice.forms.settings import SeenForm, SettingsForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import number_after, pager_of
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.settings_pages import (
    changes_between,
    may_change,
    overview_rows,
    section_or_404,
    section_url,
    shown_groups,
    shown_versions,
    words_of,
)
from kundenportal.utility_settings.models import SettingsVersion
from kundenportal.utility_settings.sections import Section
from kundenportal.utility_settings.selectors import (
    current_utility,
    history,
    is_kept,
    last_number,
    own_values_in,
    values_in,
    values_of,
)
from kundenportal.utility_settings.services import (
    ChangedMeanwhile,
    SettingsRefused,
    restore_settings,
    save_settings,
)

SPECIAL = (Section.BRAND, Section.LOGO, Section.NUMBERS)
"""The sections that have a page of their own on which they are changed."""


@require_safe
@staff_required(Permission.VIEW_SETTINGS)
def settings(request: StaffRequest) -> HttpResponse:
    """Show which settings there are and who changed each last."""
    context = {
        "rows": overview_rows(),
        "may_manage_staff": has_permission(request.member, Permission.MANAGE_STAFF),
        "refused": current_utility().state.refused,
    }
    return render_page(request, "backoffice/settings/overview.html", context)


@require_safe
@staff_required(Permission.VIEW_SETTINGS)
def settings_section(request: StaffRequest, section: str) -> HttpResponse:
    """Show what a section holds, and its versions."""
    found = section_or_404(section)
    page = history(found, after=number_after(request))
    context = {
        "words": words_of(found),
        "section": found,
        "groups": shown_groups(found),
        "cards": contrast_cards(current_utility().state.utility.brand) if found is Section.BRAND else [],
        "versions": shown_versions(page.rows),
        "pager": pager_of(request, page),
        "newest": last_number(found),
        "may_change": may_change(request.member, found),
    }
    return render_page(request, "backoffice/settings/section.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_SETTINGS)
def settings_change(request: StaffRequest, section: str) -> HttpResponse:
    """Change the settings of a section."""
    found = section_or_404(section)
    if found in SPECIAL:
        raise Http404
    return _change(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_NUMBERS)
def settings_numbers(request: StaffRequest) -> HttpResponse:
    """Change the patterns of numbers and how direct debits are collected."""
    return _change(request, Section.NUMBERS)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_SETTINGS)
def settings_restore(request: StaffRequest, section: str, number: int) -> HttpResponse:
    """Let a section hold again what it held in a version; 0 is what the file says."""
    found = section_or_404(section)
    if found is Section.NUMBERS:
        raise Http404
    return _restore(request, found, number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_NUMBERS)
def settings_numbers_restore(request: StaffRequest, number: int) -> HttpResponse:
    """Let the patterns of numbers be again what they were."""
    return _restore(request, Section.NUMBERS, number)


def _change(request: StaffRequest, section: Section) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, section=section, values=values_of(section), seen=last_number(section))
    page = partial(_change_page, section=section)
    return unless_confirmed(request, form, page) or save_and_go_on(request, form, page=page)


def save_and_go_on(request: StaffRequest, form: SettingsForm, *, page: partial[HttpResponse]) -> HttpResponse:
    """Save what was typed and show the section; say beside the fields what cannot be saved."""
    try:
        version = save_settings(
            section=form.section,
            values=form.values(),
            seen=form.cleaned_data["seen"],
            actor=request.user.actor,
            now=timezone.now(),
        )
    except SettingsRefused as error:
        form.refuse(error.refused)
        return page(request, form, status=422)
    except ChangedMeanwhile:
        form.refuse_as_changed()
        return page(request, form, status=409)
    return to_section(request, form.section, version)


def to_section(request: StaffRequest, section: Section, version: SettingsVersion | None) -> HttpResponse:
    """Lead back to a section and say whether something was saved."""
    if version is None:
        messages.info(request, _("Es war nichts zu speichern: Alles steht schon so da."))
    else:
        messages.success(request, _("Gespeichert. Das gilt sofort, auf allen Seiten in wenigen Sekunden."))
    return HttpResponseRedirect(section_url(section), status=303)


def _restore(request: StaffRequest, section: Section, number: int) -> HttpResponse:
    values = values_in(section, number)
    if values is None:
        raise Http404
    form = SeenForm(
        request.POST if request.method == "POST" else None, initial={"seen": last_number(section)}
    )
    page = partial(_restore_page, section=section, number=number)
    if asked := unless_confirmed(request, form, page):
        return asked
    try:
        version = restore_settings(
            section=section,
            number=number,
            seen=form.cleaned_data["seen"],
            actor=request.user.actor,
            now=timezone.now(),
        )
    except SettingsRefused:
        form.add_error(
            None, _("Dieser Stand lässt sich nicht mehr verwenden: Er passt nicht zu anderen Einstellungen.")
        )
        return page(request, form, status=422)
    except ChangedMeanwhile:
        form.refuse_as_changed()
        return page(request, form, status=409)
    return to_section(request, section, version)


def _change_page(request: StaffRequest, form: SettingsForm, *, section: Section, status: int) -> HttpResponse:
    context = {
        "form": form,
        "words": words_of(section),
        "section": section,
        "back": section_url(section),
        "username": request.user.email,
    }
    return render_page(request, "backoffice/settings/change.html", context, status=status)


def _restore_page(
    request: StaffRequest, form: SeenForm, *, section: Section, number: int, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "words": words_of(section),
        "number": number,
        "is_kept": is_kept(section, own_values_in(section, number) or {}),
        "changes": changes_between(values_of(section), values_in(section, number) or {}),
        "back": section_url(section),
        "username": request.user.email,
    }
    return render_page(request, "backoffice/settings/restore.html", context, status=status)
