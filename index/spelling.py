"""Typing errors in a question, mended with the corpus's own words."""

import re
from collections.abc import Collection

from symspellpy import SymSpell, Verbosity

from index.terms import FUNCTION_WORDS
from index.vocabulary import Vocabulary, english

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_VOWEL = re.compile("[aeiou]")
_LIKELIER = 6
_SHORTEST = 3


class Speller:
    """Mends words that neither the corpus nor English knows, by the corpus's words
    and the function words that questions are made of.

    A word is changed only if it has at least three letters (of three none a capital: that is an
    acronym), no form of it is in the corpus, it is not in the dictionary of English, and a corpus
    word is at most two edits away (Damerau's distance; one for words under six letters). Of
    several as near the most frequent is taken, the commoner errors of typing counted for more.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._own = SymSpell(max_dictionary_edit_distance=2)
        for word, count in vocabulary.counts.items():
            if len(word) >= _SHORTEST and word.isalpha():
                self._own.create_dictionary_entry(word, count)
        for word in FUNCTION_WORDS:
            if len(word) > _SHORTEST and word.isalpha():
                self._own.create_dictionary_entry(word, 1)

    def mend(self, text: str, *, keep: Collection[str] = ()) -> str:
        """The text with its typing errors mended, all else as it was; the words of ``keep``, lower
        case, stay."""

        def mended(match: re.Match[str]) -> str:
            word = match.group()
            return word if word.casefold() in keep else self._mend_word(word)

        return _WORD.sub(mended, text)

    def _mend_word(self, word: str) -> str:
        folded = word.casefold().replace("’", "'")
        if (
            len(word) < _SHORTEST
            or (len(word) == _SHORTEST and word != folded)
            or folded in FUNCTION_WORDS
            or self._vocabulary.knows(folded)
            or folded in english()
        ):
            return word
        distance = 1 if len(word) < 6 else 2
        found = self._own.lookup(folded, Verbosity.CLOSEST, max_edit_distance=distance)
        best = max(found, key=lambda f: f.count * _odds(folded, f.term), default=None)
        return best.term if best else word


def _odds(typed: str, meant: str) -> int:
    """How much likelier than by another error of as many letters a word is typed for one of which
    letters are left out, in another order, or a vowel for a vowel."""
    letters = iter(meant)
    left_out = all(letter in letters for letter in typed)
    vowels = _VOWEL.sub("a", typed) == _VOWEL.sub("a", meant)
    return _LIKELIER if left_out or vowels or sorted(typed) == sorted(meant) else 1
