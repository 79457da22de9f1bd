"""Which passwords are refused, and why."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kundenportal.identity.passwords import PasswordProblem, password_problem

OWN_DATA = ["Michael", "Müller-Bauer", "0014026/1", "m.bauer@beispiel.de"]


def problem(password: str) -> PasswordProblem | None:
    return password_problem(password, min_length=12, own_data=OWN_DATA, context=["Stadtwerke Musterbach"])


@pytest.mark.parametrize(
    "password",
    [
        "vier Wörter ohne Sinn",
        "korrekt pferd batterie",
        "GartenzwergTeich",
        "Bauer, Regal, Mond, Kutsche",
        "Fenster 14026 Kaktus blau",
        "tR7#kq!9zLw2",
        "  Blanks zählen mit  ",
        "пароль из четырёх слов",
        "🦊🐝🌻🦉🍎🚲🎈🧭🪁🦔🐌🌈",
        "x" * 8 + "Regal Mond Kutsche Quark " * 9,
    ],
)
def test_a_good_password_is_let_pass(password: str) -> None:
    assert problem(password) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", PasswordProblem.TOO_SHORT),
        ("elf Zeichen", PasswordProblem.TOO_SHORT),
        ("zwo\u0308lf Zeic", PasswordProblem.TOO_SHORT),
        ("x" * 257, PasswordProblem.TOO_LONG),
        ("MichaelBauer", PasswordProblem.OWN_DATA),
        ("Michael-Bauer-1", PasswordProblem.OWN_DATA),
        ("muellerbauer1", PasswordProblem.OWN_DATA),
        ("Müller-Bauer-77", PasswordProblem.OWN_DATA),
        ("0014026/1-0014026/1", PasswordProblem.OWN_DATA),
        ("14026 14026 14026", PasswordProblem.OWN_DATA),
        ("m.bauer@beispiel.de", PasswordProblem.OWN_DATA),
        ("Musterbach2026!", PasswordProblem.GUESSABLE),
        ("ichliebedich", PasswordProblem.COMMON),
        ("ICHLIEBEDICH", PasswordProblem.COMMON),
        ("ichliebedich!1", PasswordProblem.GUESSABLE),
        ("Passwort1234", PasswordProblem.GUESSABLE),
        ("Kundenportal1!", PasswordProblem.GUESSABLE),
        ("123456789012", PasswordProblem.GUESSABLE),
        ("aaaaaaaaaaaaaaaa", PasswordProblem.GUESSABLE),
        ("abcdefghijklmnop", PasswordProblem.GUESSABLE),
    ],
)
def test_a_bad_password_is_refused_for_a_reason(password: str, reason: PasswordProblem) -> None:
    assert problem(password) is reason


def test_the_fewest_characters_are_the_utilitys() -> None:
    assert password_problem("Regal Mond 7", min_length=12) is None
    assert password_problem("Regal Mond 7", min_length=15) is PasswordProblem.TOO_SHORT


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_is_judged_and_length_is_counted_first(password: str) -> None:
    reason = problem(password)
    length = len(unicodedata.normalize("NFC", password))
    assert (reason is PasswordProblem.TOO_SHORT) == (length < 12)
    assert (reason is PasswordProblem.TOO_LONG) == (length > 256)
