"""What ``check_installation`` finds of the utility: its file, colours and texts, and what staff changed."""

from collections.abc import Iterator

from django.conf import settings

from kundenportal.config.findings import Finding
from kundenportal.core.brand_contrast import contrast_findings
from kundenportal.ui.texts.store import LEGAL, all_files, read_text
from kundenportal.utility_settings.selectors import current_utility


def utility_file() -> Finding:
    """Tell whose portal this is, and which file says so."""
    if not settings.UTILITY_FILE:
        return Finding(
            "Utility",
            f"the example {settings.UTILITY.name}",
            "Write a utility.toml and name it in KUNDENPORTAL_UTILITY (docs/configuration.md).",
        )
    return Finding("Utility", f"{settings.UTILITY.name} from {settings.UTILITY_FILE}")


def direct_debits() -> Finding:
    """Tell whether customers can change their bank account, which not every utility wants."""
    if not settings.UTILITY.modules.bank_accounts:
        return Finding("Bank accounts", "not taken: the function is switched off")
    if creditor_id := settings.UTILITY.creditor_id:
        return Finding("Bank accounts", f"taken, with mandates for the creditor {creditor_id}")
    return Finding("Bank accounts", "not taken: utility.toml has no creditor_id")


def colours() -> Finding:
    """Tell which colours of the utility cannot be read where the portal uses them."""
    found = contrast_findings(settings.UTILITY.brand)
    bad = dict.fromkeys(f"{each.field} ({each.colour})" for each in found if not each.is_enough)
    if bad:
        fix = "Open Einstellungen, Farben in the back office: it proposes shades that can be read."
        return Finding("Colours", f"hard to read: {', '.join(bad)}", fix)
    return Finding("Colours", "can be read everywhere")


def changed_settings() -> Finding:
    """Tell which changes made in the back office cannot be used, so that the file's values count."""
    if refused := current_utility().state.refused:
        return Finding("Changes", "; ".join(refused.values()), "Save these again under Einstellungen.")
    return Finding("Changes", "those made in the back office are in use")


def texts() -> Iterator[Finding]:
    """Tell which facts texts lack, and which legal pages are still the drafts the portal comes with."""
    missing: dict[str, list[str]] = {}
    drafts = []
    for file in all_files():
        name = f"{file.language}/{file.name}"
        for fact in read_text(file).missing:
            missing.setdefault(fact, []).append(name)
        if file.is_draft and file.name in LEGAL:
            drafts.append(name)
    for fact, names in missing.items():
        fix = "Give it in utility.toml (docs/configuration.md), or take the sentence out of your own text."
        yield Finding("Texts", f"{fact} is missing in {', '.join(names)}", fix)
    if not missing:
        text = f"drafts, to be read by who is responsible: {', '.join(drafts)}" if drafts else "your own"
        yield Finding("Texts", text)
