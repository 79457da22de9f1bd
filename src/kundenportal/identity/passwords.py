"""Which passwords are refused, and why (product.md ruling 13; NIST SP 800-63B-4, 3.1.1.2; security.md B2)."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from kundenportal.core.names import name_key

MAX_LENGTH = 256
_ZXCVBN_MAX_LENGTH = 32
_GUESSABLE_SCORE = 1
_OWN_WORD_MIN_LENGTH = 3
_FOREIGN_REST_MIN_LENGTH = 8
_COMMON = CommonPasswordValidator()
_COMMON_WORDS = ("kundenportal", "stadtwerke", "passwort", "password", "strom", "wasser", "waerme")


class PasswordProblem(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    OWN_DATA = "own_data"
    COMMON = "common"
    GUESSABLE = "guessable"


def password_problem(
    password: str, *, min_length: int, own_data: Iterable[str] = (), context: Iterable[str] = ()
) -> PasswordProblem | None:
    """Return the first reason to refuse a password, or None when it is good.

    Length is counted in code points of the composed form; nothing is trimmed and no kind of character is
    asked for. Two judges are needed for the rest: the list of common passwords knows ``ichliebedich``,
    zxcvbn knows ``stadtwerke2024``.

    Args:
        password: as typed.
        min_length: the fewest characters the utility allows.
        own_data: names, numbers and addresses of the customer.
        context: what anybody would try here first, such as the name of the utility.

    """
    composed = unicodedata.normalize("NFC", password)
    own_words = _words(own_data)
    known_words = [*own_words, *_words(context), *_COMMON_WORDS]
    if len(composed) < min_length:
        return PasswordProblem.TOO_SHORT
    if len(composed) > MAX_LENGTH:
        return PasswordProblem.TOO_LONG
    if _is_made_of(composed, own_words):
        return PasswordProblem.OWN_DATA
    if _is_common(composed):
        return PasswordProblem.COMMON
    if _is_made_of(composed, known_words) or _is_guessable(composed, known_words):
        return PasswordProblem.GUESSABLE
    return None


def _words(texts: Iterable[str]) -> list[str]:
    """Return the words of some texts, folded, longest first, so that a short one spoils no longer one."""
    words = {name_key(part) for text in texts for part in re.findall(r"[^\W_]+", text)}
    # Leading zeros of a customer number are often left out.
    words |= {word.lstrip("0") for word in words}
    return sorted((word for word in words if len(word) >= _OWN_WORD_MIN_LENGTH), key=len, reverse=True)


def _is_made_of(password: str, words: list[str]) -> bool:
    """Tell whether a password is little more than some of these words."""
    rest = folded = name_key(password)
    for word in words:
        rest = rest.replace(word, "")
    return rest != folded and len(rest) < _FOREIGN_REST_MIN_LENGTH


def _is_common(password: str) -> bool:
    try:
        _COMMON.validate(password)
    except ValidationError:
        return True
    return False


def _is_guessable(password: str, known_words: list[str]) -> bool:
    """Tell whether a password is a common one with ornaments at its ends, or of a pattern zxcvbn knows."""
    if _is_common(re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)):
        return True
    # zxcvbn refuses texts over 72 characters and takes seconds for some of them; what begins with
    # 32 good characters is good.
    result = zxcvbn(password[:_ZXCVBN_MAX_LENGTH], user_inputs=known_words)
    return bool(result["score"] <= _GUESSABLE_SCORE)
