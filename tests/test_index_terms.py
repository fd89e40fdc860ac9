import pytest

from index.terms import FUNCTION_WORDS, stem, terms, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The force's 16,498 cases³", ["the", "force", "16498", "cases"]),
        ("The force’s and the forces’ cars", ["the", "force", "and", "the", "forces", "cars"]),
        ("21.2 per million, or 14.5%.", ["21.2", "per", "million", "or", "14.5"]),
        ("1,234,567.8", ["1234567.8"]),
        ("Crime fell.¹² Again.", ["crime", "fell", "again"]),
        ("Café Ängström", ["cafe", "angstrom"]),
        ("2014/15", ["2014", "15"]),
        ("Stow-on-the-Wold", ["stow", "on", "the", "wold"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("snake_case B12", ["snake", "_case", "b12"]),
        ("Why don’t they? It's O'Neill's.", ["why", "don't", "they", "it", "o'neill"]),
        ("… — !?", []),
        ("", []),
    ],
)
def test_words_are_folded(text, found):
    assert words(text) == found


def test_terms_are_stems_of_what_carries_meaning():
    assert terms("Which officers are investigating burglaries?") == [
        "offic",
        "investig",
        "burglari",
    ]
    assert terms("What is it, and who was there?") == []
    assert terms("Why doesn’t it, and why can't they?") == []


def test_forms_of_a_word_and_of_an_acronym_are_one_term():
    assert len({stem(word) for word in ("inspect", "inspects", "inspected", "inspecting")}) == 1
    assert terms("OCGs") == terms("an OCG") == ["ocg"]
    assert terms("LBCs") == terms("the LBC’s") == terms("LBC") == ["lbc"]
    assert terms("BSS boss 1990s") == ["bss", "boss", "1990"]


def test_function_words_are_folded_themselves():
    assert {word for word in FUNCTION_WORDS if words(word) != [word]} == set()
