"""``/verwaltung/einstellungen/texte/``: imprint, privacy, help and the like, written by the utility."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.confirming import unless_confirmed
from kundenportal.backoffice.forms.settings import SeenForm
from kundenportal.backoffice.forms.settings_texts import TextForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import number_after, pager_of
from kundenportal.backoffice.parameters import number_in
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.text_pages import section_of, state_of, text_or_404, text_rows, text_versions
from kundenportal.ui.texts.facts import text_facts
from kundenportal.ui.texts.store import HELP, PLAIN_LANGUAGE, TextFile, read_text, render_text, source_of
from kundenportal.utility_settings.selectors import history, last_number, version_of
from kundenportal.utility_settings.services import SOURCE, ChangedMeanwhile, save_text


@require_safe
@staff_required(Permission.VIEW_SETTINGS)
def settings_texts(request: StaffRequest) -> HttpResponse:
    """Show which texts there are, and whose each is."""
    return render_page(request, "backoffice/settings/texts.html", {"rows": text_rows()})


@require_safe
@staff_required(Permission.VIEW_SETTINGS)
def settings_text(request: StaffRequest, language: str, text: str) -> HttpResponse:
    """Show a text as its readers see it, and its versions."""
    file = text_or_404(language, text)
    page = history(section_of(file), after=number_after(request))
    context = {
        "text": read_text(file),
        "state": state_of(file),
        "is_plain": file.name == PLAIN_LANGUAGE,
        "versions": text_versions(file, page.rows),
        "pager": pager_of(request, page),
        "may_change": has_permission(request.member, Permission.CHANGE_SETTINGS),
    }
    return render_page(request, "backoffice/settings/text.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_SETTINGS)
def settings_text_change(request: StaffRequest, language: str, text: str) -> HttpResponse:
    """Write a text; "Vorschau" shows what was typed, ``?stand=3`` begins with a former version."""
    file = text_or_404(language, text)
    form = TextForm(
        request.POST if request.method == "POST" else None,
        known=text_facts(file.language),
        may_be_empty=file.name.startswith(f"{HELP}/"),
        initial={"source": _former_source(request, file), "seen": last_number(section_of(file))},
    )
    page = partial(_change_page, file=file)
    if form.is_preview:
        form.is_valid()
        return page(request, form, status=200)
    if asked := unless_confirmed(request, form, page):
        return asked
    return _save(request, file, form, form.cleaned_data["source"], page=page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_SETTINGS)
def settings_text_reset(request: StaffRequest, language: str, text: str) -> HttpResponse:
    """Let a text say again what its file says."""
    file = text_or_404(language, text)
    initial = {"seen": last_number(section_of(file))}
    form = SeenForm(request.POST if request.method == "POST" else None, initial=initial)
    page = partial(_reset_page, file=file)
    return unless_confirmed(request, form, page) or _save(request, file, form, None, page=page)


def _save(
    request: StaffRequest,
    file: TextFile,
    form: SeenForm,
    source: str | None,
    *,
    page: partial[HttpResponse],
) -> HttpResponse:
    try:
        version = save_text(
            name=f"{file.language}/{file.name}",
            source=source,
            before=source_of(file),
            seen=form.cleaned_data["seen"],
            actor=request.user.actor,
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        form.refuse_as_changed()
        return page(request, form, status=409)
    if version is None:
        messages.info(request, _("Es war nichts zu speichern: Alles steht schon so da."))
    else:
        messages.success(request, _("Gespeichert. Ihre Kunden sehen den Text in wenigen Sekunden."))
    return HttpResponseRedirect(_url(file), status=303)


def _former_source(request: StaffRequest, file: TextFile) -> str:
    """Return the source to begin with: a former version's where the address names one."""
    number = number_in(request.GET.get("stand", ""))
    if number is not None:
        version = version_of(section_of(file), number)
        if version is not None and SOURCE in version.values:
            return str(version.values[SOURCE])
    return source_of(file)


def _change_page(request: StaffRequest, form: TextForm, *, file: TextFile, status: int) -> HttpResponse:
    preview = render_text(file, form.data.get("source", "")) if form.is_preview else None
    facts = text_facts(file.language)
    context = {
        "form": form,
        "file": file,
        "title": read_text(file).title or file.name,
        "preview": preview,
        "is_plain": file.name == PLAIN_LANGUAGE,
        "missing": [name for name in preview.missing if name in facts] if preview else [],
        "facts": sorted(facts.items()),
        "back": _url(file),
        "username": request.user.email,
    }
    return render_page(request, "backoffice/settings/text_change.html", context, status=status)


def _reset_page(request: StaffRequest, form: SeenForm, *, file: TextFile, status: int) -> HttpResponse:
    context = {
        "form": form,
        "title": read_text(file).title or file.name,
        "back": _url(file),
        "username": request.user.email,
    }
    return render_page(request, "backoffice/settings/text_reset.html", context, status=status)


def _url(file: TextFile) -> str:
    return reverse("backoffice:settings_text", args=[file.language, file.name])
