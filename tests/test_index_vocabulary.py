import math

import pytest

from index.terms import stem
from index.vocabulary import Vocabulary, english

PASSAGES = [
    "The lighthouse at Dunmore was painted. Its keeper, Orla, rows to Dunmore on Mondays.",
    "Keepers paint lamps. The lamps at Dunmore burn oil.",
    "No keeper lives there.",
    "Boats wait for the tide.",
]


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(PASSAGES)


def test_words_are_counted_as_they_stand(vocabulary):
    assert (vocabulary.counts["dunmore"], vocabulary.counts["keeper"]) == (3, 2)
    assert vocabulary.counts["keepers"] == 1
    assert vocabulary.counts["harbour"] == 0


def test_any_form_of_a_word_is_known(vocabulary):
    assert vocabulary.knows("painting")
    assert vocabulary.knows("lamp")
    assert not vocabulary.knows("harbour")


def test_rarity_is_the_share_of_the_largest_inverse_frequency(vocabulary):
    assert vocabulary.rarity(stem("keeper")) == pytest.approx(math.log(5 / 4) / math.log(5))
    assert vocabulary.rarity("dunmor") == pytest.approx(math.log(5 / 3) / math.log(5))
    assert vocabulary.rarity("tide") == pytest.approx(math.log(5 / 2) / math.log(5))
    assert vocabulary.rarity("harbour") == 1.0
    assert Vocabulary(["the tide", "a tide"]).rarity("tide") == 0.0
    assert Vocabulary([]).rarity("tide") == 1.0


def test_names_have_capitals_within_sentences(vocabulary):
    assert vocabulary.is_name("Dunmore")
    assert vocabulary.is_name("dunmore")
    assert not vocabulary.is_name("Keepers")
    assert not vocabulary.is_name("The")


def test_what_nobody_knows_is_a_name(vocabulary):
    assert vocabulary.is_name("Borchester")
    assert not vocabulary.is_name("umbrella")
    assert not vocabulary.is_name("2015")
    assert not vocabulary.is_name("b12")


def test_english_is_common_words_in_lower_case():
    assert {"umbrella", "the", "rate"} <= english()
    assert len(english()) > 80_000
    assert not any(word != word.casefold() for word in english())


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Boats of Dunmore?", ["dunmore"]),
        ("boats of dunmore?", ["dunmore"]),
        ("How many boats in Cornwall wait?", ["cornwall"]),
        ("How many boats wait in March?", []),
        ("Borchester boats wait?", ["borchester"]),
        ("Do Byrd’s boats wait for Mrs Byrd?", ["byrd", "mrs", "byrd"]),
        ("Do boats wait? Lamps burn.", []),
        ("HOW MANY BOATS OF CORNWALL", []),
        ("How Many Boats In Cornwall", []),
        ("", []),
    ],
)
def test_names_in_a_question_are_known_ones_and_what_has_a_capital(vocabulary, question, names):
    assert vocabulary.names(question) == names
