"""Typing errors in a question, mended with the corpus's own words."""

import re
from collections.abc import Iterable
from importlib.resources import as_file, files

from symspellpy import SymSpell, Verbosity

from index.terms import FUNCTION_WORDS, stem, words

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORTEST = 4


class Speller:
    """Mends words that neither the corpus nor English knows, by the corpus's words.

    A word is changed only if it has at least four letters, its stem is not in the corpus, it is
    not in the dictionary of English, and a corpus word is at most two edits away (Damerau's
    distance; one for words under six letters). Of several the most frequent is taken.
    """

    def __init__(self, corpus: Iterable[str]) -> None:
        self._own = SymSpell(max_dictionary_edit_distance=2)
        self._stems: set[str] = set()
        counts: dict[str, int] = {}
        for text in corpus:
            for word in words(text):
                counts[word] = counts.get(word, 0) + 1
        for word, count in counts.items():
            self._stems.add(stem(word))
            if len(word) >= _SHORTEST and word.isalpha():
                self._own.create_dictionary_entry(word, count)
        self._english = _english_words()

    def mend(self, text: str) -> str:
        """The text with its typing errors mended, all else as it was."""
        return _WORD.sub(lambda match: self._mend_word(match.group()), text)

    def knows(self, word: str) -> bool:
        """Whether a word is the corpus's or English."""
        folded = word.casefold()
        return folded in FUNCTION_WORDS or stem(folded) in self._stems or folded in self._english

    def _mend_word(self, word: str) -> str:
        if len(word) < _SHORTEST or self.knows(word):
            return word
        distance = 1 if len(word) < 6 else 2
        found = self._own.lookup(word.casefold(), Verbosity.TOP, max_edit_distance=distance)
        return found[0].term if found else word


def _english_words() -> frozenset[str]:
    """The words of the spelling library's English frequency list."""
    with as_file(files("symspellpy") / "frequency_dictionary_en_82_765.txt") as path:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    return frozenset(line.split(" ", 1)[0] for line in lines)
