"""The words of the indexed reports: how rare each is, and which are names."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import as_file, files

from index.terms import FUNCTION_WORDS, MONTHS, stem, words

_TYPED = re.compile(r"[^\W\d_]+")
_AFTER = re.compile(r"(?<=[\w,;:’'] )[A-Z][^\W\d_]+(?:['’][^\W\d_]+)?")
_IN_SENTENCE = re.compile(r"(?<=[a-z,;] )[^\W\d_]+")


class Vocabulary:
    """Counts over a corpus of passages. ``counts`` is how often each word occurs."""

    def __init__(self, passages: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        holding: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        running: Counter[str] = Counter()
        size = 0
        for text in passages:
            size += 1
            found = words(text)
            counts.update(found)
            holding.update({stem(word) for word in found})
            inside = _IN_SENTENCE.findall(text)
            running.update(word.casefold() for word in inside)
            capital.update(word.casefold() for word in inside if word[0].isupper())
        self.counts: Mapping[str, int] = counts
        self._holding = holding
        self._size = size
        self._names = {word for word, n in capital.items() if n > 0.8 * running[word]}

    def knows(self, word: str) -> bool:
        """Whether a form of the (lower-case) word occurs."""
        return self._holding[stem(word)] > 0

    def rarity(self, term: str) -> float:
        """0 for a stem that every passage holds to 1 for one that none does: its inverse passage
        frequency over the largest possible one."""
        if not self._size:
            return 1.0
        return math.log((1 + self._size) / (1 + self._holding[term])) / math.log(1 + self._size)

    def is_name(self, word: str) -> bool:
        """Whether a word as typed in a question is a name: the corpus writes it with a capital
        within sentences, or neither the corpus nor English knows it."""
        folded = word.casefold()
        if folded in FUNCTION_WORDS or not folded.isalpha():
            return False
        if folded in self._names:
            return True
        return not self.knows(folded) and folded not in english()

    def names(self, text: str) -> list[str]:
        """The names in a question, as ``words`` gives them, but those of months: those that the
        corpus knows, and what is typed as one, unless most words are."""
        typed = _TYPED.findall(text)
        many = 2 * sum(word[0].isupper() for word in typed) > len(typed)
        marked = set() if many else self.capitals(text)
        found = (word for word in words(text) if word in marked or self.is_name(word))
        return [word for word in found if word not in MONTHS]

    def capitals(self, text: str) -> set[str]:
        """The words that are typed with a capital within a sentence, or at its beginning where
        English does not know them."""
        first = [word for word in _TYPED.findall(text)[:1] if word.casefold() not in english()]
        capital = [*_AFTER.findall(text), *(word for word in first if word[0].isupper())]
        return {word for name in capital for word in words(name)} - FUNCTION_WORDS


@cache
def english() -> frozenset[str]:
    """The words of the spelling library's English frequency list, lower case."""
    with as_file(files("symspellpy") / "frequency_dictionary_en_82_765.txt") as path:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    return frozenset(line.split()[0] for line in lines)
