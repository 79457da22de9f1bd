"""The measure itself: Amstad's formula on texts counted by hand."""

import pytest

from tests.readability import flesch_de, running_text, sentences_of


@pytest.mark.parametrize(
    ("text", "words", "syllables", "sentences"),
    [
        ("Das Haus ist rot.", 4, 4, 1),
        ("Wir lesen den Zähler ab. Danke!", 6, 9, 2),
        ("Startseite\nIhre Dokumente", 3, 9, 2),
    ],
)
def test_the_formula_agrees_with_a_count_by_hand(
    text: str, words: int, syllables: int, sentences: int
) -> None:
    assert flesch_de(text) == pytest.approx(180 - words / sentences - 58.5 * syllables / words)


def test_numbers_are_no_words() -> None:
    assert sentences_of("Strom 24.318 kWh am 22.11.2026") == [["Strom", "kWh", "am"]]


def test_long_words_in_long_sentences_are_hard_to_read() -> None:
    assert flesch_de("Das Haus ist rot.") > 100
    assert (
        flesch_de("Die Inanspruchnahme der Energieversorgungsleistungen bedarf der Vertragsbestätigung.") < 0
    )


def test_labels_and_numbers_are_no_text_to_read() -> None:
    page = (
        "Zählerstände erfassen\nDr. Vogel\nBitte tragen Sie den Stand ein.\nZählernummer\n24.318 kWh\n22.11."
    )
    assert running_text(page) == "Bitte tragen Sie den Stand ein."
