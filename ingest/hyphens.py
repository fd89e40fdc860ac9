"""Putting words together again that were parted at the end of a line."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PARTED = re.compile(r"(?P<head>[^\W\d_]+(?:-[^\W\d_]+)*)-$")
_SOFT = "\u00ad"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a document as they stand inside its lines, compounds whole."""

    words: Counter[str]
    heads: Counter[str]

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Vocabulary":
        words: Counter[str] = Counter()
        for line in lines:
            words.update(_WORD.findall(line.replace(_SOFT, "").casefold()))
        heads = Counter(word.rsplit("-", 1)[0] for word in words if "-" in word)
        return cls(words, heads)

    def keeps_hyphen(self, head: str, tail: str) -> bool:
        """Whether "head-" | "tail" is a compound, by how the document writes it elsewhere.

        Where it doesn't, a hyphen stays if the first part heads other compounds or both parts are
        words of their own: taking out a true hyphen makes a word that nobody can search for.
        """
        head, tail = head.casefold(), tail.casefold()
        joined, compound = self.words[head + tail], self.words[f"{head}-{tail}"]
        if joined or compound:
            return compound >= joined
        return bool(self.heads[head]) or bool(self.words[head] and self.words[tail])


def join_lines(lines: Sequence[str], vocabulary: Vocabulary) -> str:
    """The text of a paragraph's lines: one space between them, end-of-line hyphens undone."""
    text = ""
    for line in lines:
        line = line.strip()
        text = _joined(text, line, vocabulary) if text and line else text + line
    return text.replace(_SOFT, "")


def _joined(text: str, line: str, vocabulary: Vocabulary) -> str:
    if text.endswith(_SOFT):
        return text[:-1] + line
    parted = _PARTED.search(text)
    tail = re.match(r"[^\W\d_]+", line)
    if parted and tail and tail[0][0].islower():
        keeps = vocabulary.keeps_hyphen(parted["head"], tail[0])
        return (text if keeps else text[:-1]) + line
    if re.search(r"\w[-/]$", text) or (re.search(r"\d[–-]$", text) and line[:1].isdigit()):
        return text + line
    return f"{text} {line}"
