"""How often somebody may write, and with how many files."""

import pytest

from kundenportal.contact.rules import FILES_A_MESSAGE, MESSAGES_A_DAY, Refusal, refusal_of


@pytest.mark.parametrize(
    ("sent_today", "files", "expected"),
    [
        (0, 0, None),
        (MESSAGES_A_DAY - 1, FILES_A_MESSAGE, None),
        (MESSAGES_A_DAY, 0, Refusal.TOO_MANY_TODAY),
        (MESSAGES_A_DAY + 3, FILES_A_MESSAGE + 1, Refusal.TOO_MANY_TODAY),
        (0, FILES_A_MESSAGE + 1, Refusal.TOO_MANY_FILES),
    ],
)
def test_five_messages_a_day_with_five_files_each(
    sent_today: int, files: int, expected: Refusal | None
) -> None:
    assert refusal_of(sent_today=sent_today, files=files) is expected
