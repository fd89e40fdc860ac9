"""Everyday words → the reports' own: a word that no report has, by its nearest neighbours among
those that they have."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from index.encoder import Vectors
from index.terms import FUNCTION_WORDS, stem, words
from index.vocabulary import Vocabulary, common_english, english

Synonyms = Mapping[str, tuple[str, ...]]
"""Words of a question, lower case, with the reports' words for them, nearest first."""

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 4
_NEAR = 0.7
_NEAR_COMMON = 0.85
_AS_NEAR = 0.05
_MOST = 2
_LOOKED_AT = 8


class Thesaurus:
    """Neighbours by the similarity of the encoder's vectors of single words: it has read enough
    English to put "bobbies" next to "constables" and "blazes" next to "fires".

    ``known`` are the words that may be given unless they are names, and ``vectors`` theirs, (n,
    dimension); ``encode`` makes such vectors. A neighbour has a similarity of at least 0.7, of one
    of the most common English words, which are near to everything, of 0.85; at most two are given,
    the second, another word and not a form of the first, only if it is nearly as near.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        known: Sequence[str],
        vectors: Vectors,
        encode: Callable[[Sequence[str]], Vectors],
    ) -> None:
        kept = [i for i, word in enumerate(known) if not vocabulary.is_name(word)]
        self._vocabulary = vocabulary
        self._known = [known[i] for i in kept]
        self._vectors = vectors[kept]
        self._encode = encode

    def synonyms(self, text: str) -> dict[str, tuple[str, ...]]:
        """The reports' words for those English words of a text that no report has in any form;
        never for a name, since another council is no synonym."""
        missing = [word for word in dict.fromkeys(words(text)) if self._is_missing(word)]
        if not missing or not self._known:
            return {}
        near = self._encode(missing) @ self._vectors.T
        found = {word: self._nearest(word, row) for word, row in zip(missing, near, strict=True)}
        return {word: neighbours for word, neighbours in found.items() if neighbours}

    def _nearest(self, word: str, near: Vectors) -> tuple[str, ...]:
        order = np.argsort(-near)[:_LOOKED_AT].tolist()
        least = max(
            _NEAR_COMMON if word in common_english() else _NEAR, float(near[order[0]]) - _AS_NEAR
        )
        forms: dict[str, str] = {}
        for i in order:
            if near[i] >= least:
                forms.setdefault(stem(self._known[i]), self._known[i])
        return tuple(forms.values())[:_MOST]

    def _is_missing(self, word: str) -> bool:
        return (
            len(word) >= _SHORTEST
            and word in english()
            and word not in FUNCTION_WORDS
            and not self._vocabulary.knows(word)
        )


def listed(vocabulary: Vocabulary) -> list[str]:
    """The words of a corpus that may stand for others, in order: no function words, none of under
    four letters."""
    return sorted(
        word
        for word in vocabulary.counts
        if len(word) >= _SHORTEST and word.isalpha() and word not in FUNCTION_WORDS
    )


def reworded(text: str, synonyms: Synonyms) -> str:
    """The text with the nearest synonym for each word that has one."""

    def other(match: re.Match[str]) -> str:
        return synonyms.get(match.group().casefold(), (match.group(),))[0]

    return _WORD.sub(other, text)
