import numpy as np
import pytest

from index.thesaurus import Thesaurus, listed, reworded
from index.vocabulary import Vocabulary

CORPUS = [
    "The brigade put out deliberate fires, and a fire in the harbour at Dunmore.",
    "Visitors say that Dunmore has constables and one officer; officers walk.",
]
AXES = {
    "fires": (1, 0, 0),
    "fire": (0.99, -0.1, 0),
    "constables": (0, 1, 0),
    "officers": (0, 0.9, 0.436),
    "officer": (0, 0.89, 0.456),
    "dunmore": (0, 0, 1),
    "blazes": (0.9, 0.43, 0),
    "bobbies": (0, 0.99, 0.14),
    "jobs": (0.8, 0, 0),
    "violins": (0.5, 0.5, 0.5),
    "villages": (0, 0, 1),
}


def encode(texts):
    rows = np.array([AXES.get(text, (0, 0, 0)) for text in texts], dtype=np.float32)
    return rows


@pytest.fixture(scope="module")
def thesaurus():
    vocabulary = Vocabulary(CORPUS)
    known = listed(vocabulary)
    return Thesaurus(vocabulary, known, encode(known), encode)


def test_words_that_no_report_has_get_the_nearest_that_they_have(thesaurus):
    assert thesaurus.synonyms("Who put out the blazes?") == {"blazes": ("fires",)}


def test_a_second_one_is_another_word_and_nearly_as_near(thesaurus):
    assert thesaurus.synonyms("BOBBIES?") == {"bobbies": ("constables", "officers")}


@pytest.mark.parametrize(
    "text",
    [
        "the fire officers",  # the reports have them
        "violins",  # nothing is near enough
        "jobs",  # among the most common words, and not very near
        "villages",  # only a name is near
        "Zzyzx",  # a name, or no English word
        "what about them",
        "",
    ],
)
def test_other_words_have_none(thesaurus, text):
    assert thesaurus.synonyms(text) == {}


def test_without_words_there_are_no_synonyms():
    vocabulary = Vocabulary([])
    empty = Thesaurus(vocabulary, [], np.zeros((0, 3), np.float32), encode)
    assert empty.synonyms("blazes") == {}


def test_listed_are_words_of_four_letters_that_carry_a_topic():
    assert listed(Vocabulary(["The 12 tides of Rye turn; they turned B4."])) == [
        "tides", "turn", "turned"
    ]  # fmt: skip


def test_a_text_is_reworded_with_the_nearest():
    near = {"bobbies": ("constables", "officers")}
    assert reworded("Do Bobbies (bobbies) walk?", near) == "Do constables (constables) walk?"
