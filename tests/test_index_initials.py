import pytest

from index.initials import Initials
from index.vocabulary import Vocabulary
from ingest.records import Acronym

TEXTS = [
    "Anti-social behaviour fell. Anti-social behaviour and theft; anti-social\nbehaviour again.",
    "Violence against women and girls. Violence against women and girls: violence against women "
    "and girls.",
    "In England and Wales, and England and Wales; England and Wales. A small boat.",
    "Tall red hats, tall red hats, tall red hats; tiny robin huts, tiny robin huts, "
    "tiny robin huts. The FCN met.",
    "First come now, first come now, first come now. Cold ale tap: cold ale tap, cold ale tap.",
]


@pytest.fixture(scope="module")
def initials():
    return Initials(TEXTS, Vocabulary(TEXTS))


@pytest.mark.parametrize(
    ("question", "short", "long"),
    [
        ("How much ASB was there?", "ASB", "anti-social behaviour"),
        ("asb rate?", "asb", "anti-social behaviour"),
        ("the VAWG strategy", "VAWG", "violence against women and girls"),
        ("the E&W figure", "E&W", "england and wales"),
        ("CAT", "CAT", "cold ale tap"),
    ],
)
def test_the_phrase_whose_initials_they_are(initials, question, short, long):
    assert initials.acronyms(question) == (Acronym(short, long),)


@pytest.mark.parametrize(
    "question",
    [
        "what does TRH mean?",  # two phrases as often
        "a cat",  # a word of English
        "the FCN",  # a word of the reports
        "the EW figure",  # two letters say too little
        "XYZ",
        "",
    ],
)
def test_others_have_none(initials, question):
    assert initials.acronyms(question) == ()
