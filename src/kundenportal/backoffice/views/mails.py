"""``/verwaltung/mails/``: the mails that were to leave, the newest first."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.forms.mails import TO_SEE_TO, MailFilterForm
from kundenportal.backoffice.mail_words import mail_row
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import number_after, pager_of
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.mail_log.selectors import COUNTED, MailFilter, mail_count, mail_page

ROWS_ON_A_PAGE = 50


@require_safe
@staff_required(Permission.VIEW_MAILS)
def mails(request: StaffRequest) -> HttpResponse:
    """List mails by state, address, kind and time."""
    may_read = has_permission(request.member, Permission.READ_MAILS)
    form = MailFilterForm(request.GET, now=timezone.now(), may_read=may_read)
    wanted = form.wanted()
    page = mail_page(wanted, after=number_after(request), limit=ROWS_ON_A_PAGE)
    count = mail_count(wanted)
    filters = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "rows": [mail_row(mail) for mail in page.rows],
        "count": min(count, COUNTED),
        "is_more": count > COUNTED,
        "to_see_to": mail_count(MailFilter(needs_staff=True)),
        "to_see_to_query": urlencode({"stand": TO_SEE_TO}),
        "list_query": urlencode(filters),
        "pager": pager_of(request, page, filters),
        "may_read": may_read,
    }
    return render_page(request, "backoffice/mails/list.html", context)
