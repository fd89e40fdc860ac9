import pytest

from index.spelling import Speller
from index.vocabulary import Vocabulary

CORPUS = [
    "Burglary and robbery: the neighbourhood team records each burglary in Dunmore.",
    "The safeguarding board meets. Its minutes name Mrs Byrd. Cadre Qadre.",
    "Safeguarding is everyone's task; lamps, vessels and teams wait in the neighbourhood.",
]


@pytest.fixture(scope="module")
def speller():
    return Speller(Vocabulary(CORPUS))


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("how many burgalry cases?", "how many burglary cases?"),
        ("the nieghbourhod board", "the neighbourhood board"),
        ("vesels", "vessels"),
        ("NEIGBOURHOOD", "neighbourhood"),
        ("tesk", "task"),
        ("robery 2015 21.2% OCG", "robbery 2015 21.2% OCG"),
    ],
)
def test_typing_errors_become_words_of_the_corpus(speller, typed, mended):
    assert speller.mend(typed) == mended


@pytest.mark.parametrize(
    "text",
    [
        "umbrellas",  # English, though not of the corpus
        "Dunmores",  # a form of a word of the corpus
        "Dunmore lamps",
        "xyzzyplugh",  # nothing is near
        "txsx",  # two edits are too many for four letters
        "bor",  # too short to be sure
        "doesn't isn’t can't",
        "B12 §4 21.2% ﷽ \0",
        "",
    ],
)
def test_all_else_stays_as_typed(speller, text):
    assert speller.mend(text) == text


def test_short_words_are_mended_by_one_edit_only(speller):
    assert speller.mend("lumps") == "lumps"
    assert speller.mend("lammps") == "lamps"
    assert speller.mend("lxmpz") == "lxmpz"


def test_of_several_words_the_more_frequent_is_taken():
    speller = Speller(Vocabulary(["Glorf glorp glorp."]))
    assert speller.mend("glorq") == "glorp"


def test_contractions_are_english_with_either_apostrophe():
    speller = Speller(Vocabulary(["Isnt and couldno."]))
    assert speller.mend("isn’t couldn't") == "isn’t couldn't"


def test_an_empty_corpus_mends_nothing():
    assert Speller(Vocabulary([])).mend("burgalry") == "burgalry"


@pytest.mark.parametrize(
    ("typed", "mended"),
    [("wich", "which"), ("nuses", "nurses"), ("meny", "many"), ("fomr", "form"), ("forn", "ford")],
)
def test_of_words_as_near_the_likelier_error_is_taken(typed, mended):
    corpus = ["Ford ford ford uses uses uses with with with with men men men nurses form many."]
    assert Speller(Vocabulary(corpus)).mend(typed) == mended
