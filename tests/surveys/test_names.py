"""Names of other people in what customers write: found where it is a person, left where it is a word or a place."""

import pytest

from surveys.texts.mask import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Kiitos Liisa Korhoselle hyvästä palvelusta!", "Kiitos ••• hyvästä palvelusta!"),
        ("Asentaja Juha-Pekka Mäki-Petäjä myöhästyi.", "Asentaja ••• myöhästyi."),
        ("Puhuin, että Matti Olavi Virtasen piti soittaa.", "Puhuin, että ••• piti soittaa."),
        ("Anna Virtanen auttoi, ja Mikko Salo myös.", "••• auttoi, ja ••• myös."),
        ("Johan af Grann sålde bilen.", "••• sålde bilen."),
        ("Tack till Kerstin Öberg i kassan", "Tack till ••• i kassan"),
        ("Sarah O'Brien at the desk was kind.", "••• at the desk was kind."),
    ],
)
def test_a_person_is_masked(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Anna Rengasalalle palautetta!",
        "Kai Turussakin pitäisi olla auki?",
        "Aleksis Kiven katu 5 on kuopilla",
        "Minna Canthin leikkipuiston marjat",
        "Vesa vuoti. Onni oli, että Helsingissä satoi.",
        "Will Monday do? Mark Tuesday too.",
        "Per Capsulam",
        "Kiitos Liisa! Tulen taas.",
        "Liisa Helsingistä auttoi",
        "Visual Studio Code kaatui, samoin Google Maps",
    ],
)
def test_a_word_a_place_or_a_first_name_alone_stays(text):
    assert mask(text) == text
