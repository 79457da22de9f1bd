"""What may be written, and how often (security.md A12)."""

from enum import StrEnum

SUBJECT_LENGTH = 120
MESSAGE_LENGTH = 4000
MESSAGES_A_DAY = 5
"""How many messages one login may send on a day, answers to the utility included."""

FILES_A_MESSAGE = 5


class Refusal(StrEnum):
    """Why a message is not taken."""

    TOO_MANY_TODAY = "too_many_today"
    TOO_MANY_FILES = "too_many_files"


def refusal_of(*, sent_today: int, files: int) -> Refusal | None:
    """Return why another message is not taken, or None.

    Args:
        sent_today: how many messages the login has sent since midnight, withdrawn ones included: each of
            them sent a mail.
        files: how many files are attached.

    """
    if sent_today >= MESSAGES_A_DAY:
        return Refusal.TOO_MANY_TODAY
    return Refusal.TOO_MANY_FILES if files > FILES_A_MESSAGE else None
