"""``/vs/<id>/bankverbindung/bank/``: the name of a bank, for the script beside the field of an IBAN."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from kundenportal.banking.banks import german_bank_name
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_premise_or_404


@require_safe
@customer_required
def bank_name(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Tell the name of a German bank by its code; the account itself is never sent here."""
    get_premise_or_404(request, premise_id)
    return JsonResponse({"name": german_bank_name(request.GET.get("blz", ""))})
