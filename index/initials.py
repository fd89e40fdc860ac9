"""Short forms that no report defines, by the phrase that the reports use and whose initials they
are: "ASB" for "anti-social behaviour"."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property, lru_cache

from index.vocabulary import Vocabulary, english
from ingest.records import Acronym

_SHORT = re.compile(r"\b[A-Za-z](?:&[A-Za-z]|[A-Za-z]){1,5}\b")
_LETTERS = 3
_OFTEN = 3
_SKIPPED = r"(?:(?:of|and|the|for|in|to|on|with)[ -])?"


class Initials:
    """Finds the phrases. ``texts`` are those of the reports, ``vocabulary`` their words."""

    def __init__(self, texts: Iterable[str], vocabulary: Vocabulary) -> None:
        self._texts = texts
        self._vocabulary = vocabulary
        self._phrase = lru_cache(maxsize=1024)(self._find)

    def acronyms(self, question: str) -> tuple[Acronym, ...]:
        """The question's short forms that are neither a word of the reports nor of English (one
        in capitals may be), each with the most frequent phrase of the reports that it abbreviates:
        used at least three times, and more often than all other such phrases together."""
        found = dict.fromkeys(m.group() for m in _SHORT.finditer(question))
        forms = ((short, self._phrase(short)) for short in found if self._is_unknown(short))
        return tuple(Acronym(short, phrase) for short, phrase in forms if phrase)

    def _is_unknown(self, short: str) -> bool:
        letters = short.replace("&", "")
        if "&" not in short and len(letters) < _LETTERS:
            return False
        folded = short.casefold()
        return not self._vocabulary.counts.get(folded) and (
            letters.isupper() or folded not in english()
        )

    def _find(self, short: str) -> str:
        joined = [r"and[ -]" if letter == "&" else rf"{letter}[a-z]+[ -]" for letter in short]
        pattern = _SKIPPED.join(joined).removesuffix("[ -]")
        phrases = re.findall(rf"\b{pattern}\b", self._text, re.IGNORECASE)
        counted = Counter(phrase.casefold() for phrase in phrases)
        if not counted:
            return ""
        phrase, count = counted.most_common(1)[0]
        return phrase if count >= _OFTEN and 2 * count > counted.total() else ""

    @cached_property
    def _text(self) -> str:
        return "\n".join(" ".join(text.split()) for text in self._texts)
