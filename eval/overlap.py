"""Are the corpus edition's words its own? Finds runs of words that it shares with another text.

    python -m eval.overlap ../shared/report/warwickshire-effectiveness-2015.txt

Words are case-folded and taken without punctuation, so that ``anti-social`` is two. Titles,
captions, source lines, tables, key-figure panels and web addresses of the edition are left out. So
that they may be quoted in its prose as well, titles, captions and the names in
``eval/edition/names.txt``
of four words or more count as one word wherever they stand, in either text. To compare n-grams
of words is the usual test of reuse (Broder, "On the resemblance and containment of documents",
1997).

Prints each run with its place and exits with 1 if there are any, with 2 where the other text can't
be read. It says nothing of sentences that were only reworded.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.typeset import FIGURE, parse

SOURCES = Path(__file__).with_name("edition")
EDITION = SOURCES / "peel-effectiveness-2015-warwickshire.md"
NAMES = SOURCES / "names.txt"
RUN = 8
SHORT = 3
"""Names of up to so many words are no excuse: they stay the words that they are."""
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
BREAK = ""
"""Stands between stretches of prose that don't follow one another; equal to no word."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Run:
    """Words of the edition, from ``line`` of its source, that the other text has in this order."""

    line: int
    words: tuple[str, ...]


def words(text: str) -> list[str]:
    """``text`` as case-folded words without punctuation, web addresses and footnote marks."""
    text = re.sub(r"\bwww\.\S+|\^\{[\d ]+\}|\[\^\d+\]", " ", text)
    text = text.translate(dict.fromkeys(map(ord, SUPERSCRIPTS), " "))
    return re.findall(r"[^\W_]+", text.casefold())


def prose(markdown: str) -> tuple[list[Word], list[str]]:
    """The prose of a source with the lines that its words stand on, and its titles and captions."""
    found: list[Word] = []
    titles: list[str] = []
    tokens = parse(markdown)
    inside = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type in ("table_open", "blockquote_open"):
            inside += 1
        elif token.type in ("table_close", "blockquote_close"):
            inside -= 1
        if token.type != "inline" or token.map is None:
            continue
        text = token.content
        heading = before is not None and before.type == "heading_open"
        if heading or FIGURE.match(text):
            titles.append(text)
        elif not inside and not text.startswith("Source: "):
            for number, line in enumerate(text.splitlines(), start=token.map[0] + 1):
                found += [Word(word, number) for word in words(line)]
            continue
        found.append(Word(BREAK, token.map[0] + 1))
    return found, titles


def fold(text: Sequence[Word], names: Sequence[str]) -> list[Word]:
    """``text`` with each occurrence of a name made one word, longer names first."""
    starts: dict[str, list[tuple[str, ...]]] = {}
    for name in sorted({tuple(words(name)) for name in names}, key=len, reverse=True):
        if len(name) > SHORT:
            starts.setdefault(name[0], []).append(name)
    folded: list[Word] = []
    at = 0
    while at < len(text):
        for name in starts.get(text[at].text, ()):
            if tuple(word.text for word in text[at : at + len(name)]) == name:
                folded.append(Word(" ".join(name), text[at].line))
                at += len(name)
                break
        else:
            folded.append(text[at])
            at += 1
    return folded


def readings(other: str) -> Iterator[list[Word]]:
    """The other text as it stands, and without its footnotes, which part its sentences."""
    lines = list(enumerate(other.splitlines(), start=1))
    for kept in (lines, [pair for pair in lines if not pair[1].startswith(tuple(SUPERSCRIPTS))]):
        yield [Word(word, number) for number, line in kept for word in words(line)]


def shared_runs(markdown: str, other: str, names: Sequence[str], length: int = RUN) -> list[Run]:
    """The longest runs of at least ``length`` words of the source's prose that ``other`` has too,
    in the order of the source."""
    ours, titles = prose(markdown)
    ours = fold(ours, [*names, *titles])
    grams = {
        tuple(word.text for word in theirs[at : at + length])
        for theirs in (fold(reading, [*names, *titles]) for reading in readings(other))
        for at in range(len(theirs) - length + 1)
    }
    runs: list[Run] = []
    end = 0
    for at in range(len(ours) - length + 1):
        gram = tuple(word.text for word in ours[at : at + length])
        if gram not in grams:
            continue
        if runs and at < end:
            runs[-1] = Run(runs[-1].line, (*runs[-1].words, gram[-1]))
        else:
            runs.append(Run(ours[at].line, gram))
        end = at + length
    return runs


def read_names(path: Path = NAMES) -> list[str]:
    """The names in ``path``, one a line; lines that begin with # are comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.overlap", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("other", type=Path, help="the text to compare with")
    parser.add_argument("--source", type=Path, default=EDITION, help="the edition in Markdown")
    parser.add_argument("--length", type=int, default=RUN, help="words in a run (default 8)")
    given = parser.parse_args(arguments)
    try:
        markdown, other = (p.read_text(encoding="utf-8") for p in (given.source, given.other))
    except (OSError, UnicodeDecodeError) as error:
        print(f"cannot read the texts to compare: {error}", file=sys.stderr)
        return 2
    runs = shared_runs(markdown, other, read_names(), given.length)
    for run in runs:
        print(f"{given.source.name}:{run.line}: {' '.join(run.words)}")
    print(f"{len(runs)} runs of {given.length} words or more in common with {given.other.name}")
    return 1 if runs else 0


if __name__ == "__main__":
    sys.exit(main())
