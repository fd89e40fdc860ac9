"""The official report held against what is known to be hard in it.

The gold is by line number of the extracted text, so that none of its sentences is repeated here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from eval.share import Share
from eval.sourcetext import squeeze
from ingest.footnotes import own_mark, plain, without_marks
from ingest.records import Passage, Reading

CUTS = (
    (106, 122), (120, 132), (130, 142),  # columns of the overview
    (501, 503), (520, 522),  # pages
    (548, 554), (564, 570), (610, 614), (668, 674), (700, 706),  # pages and footnotes
)  # fmt: skip
"""Line that stops in mid-sentence, and the line on which the sentence goes on."""
OVERVIEW = {
    70: (*range(74, 81), *range(94, 99)),
    82: (*range(86, 93), *range(108, 113)),
    100: (*range(104, 107), *range(122, 131), *range(142, 145)),
    114: (*range(118, 121), *range(132, 141)),
}
"""Line of a question of the overview, and the lines that are about it, in their right order."""
CONTENTS = range(15, 45)
_FIGURE = re.compile(r"[-+]?[\d.,]+%?")
_NEAR = 3
"""Words on either side of a cut that must stand together in one sentence."""


def official_shares(path: Path, reading: Reading) -> list[Share]:
    """What is right of the report's cut sentences, notes, figures and overview."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return [
        _sentences(lines, reading),
        _notes(lines, reading),
        _figures(lines, reading),
        _overview(lines, reading),
    ]


def _said(reading: Reading) -> Iterator[tuple[Passage, str]]:
    for passage in reading.passages:
        for unit in passage.units:
            yield passage, squeeze(without_marks(passage.text[unit.start : unit.end]))


def _sentences(lines: list[str], reading: Reading) -> Share:
    units = [said for _, said in _said(reading)]
    misses = []
    for head, tail in CUTS:
        before = without_marks(lines[head - 1]).split()[-_NEAR:]
        after = re.split(r"(?<=[.?!])\s", without_marks(lines[tail - 1]))[0].split()[:_NEAR]
        if not any(squeeze("".join(before + after)) in said for said in units):
            misses.append(f"line {head}, which goes on at {tail}")
    return Share("cut sentences that are whole", len(CUTS) - len(misses), len(CUTS), tuple(misses))


def _notes(lines: list[str], reading: Reading) -> Share:
    printed = {plain(mark) for line in lines if (mark := own_mark(line))}
    tied = {note.mark for note in reading.document.footnotes if note.section}
    misses = sorted(printed - tied, key=int)
    return Share(
        "footnotes tied to their mark", len(printed & tied), len(printed), tuple(misses)
    )  # fmt: skip


def _figures(lines: list[str], reading: Reading) -> Share:
    """Figures of tables and panels: those that stand alone on a line or between tabs."""
    printed = Counter(
        cell.strip()
        for number, line in enumerate(lines, 1)
        for cell in (line.split("\t")[1:] if "\t" in line else [line])
        if number not in CONTENTS and _FIGURE.fullmatch(cell.strip())
    )
    bound = Counter(
        cell.value
        for passage in reading.passages
        for unit in passage.units
        for cell in unit.cells
        if cell.labels and cell.column and passage.text[cell.start : cell.end] == cell.value
    )
    misses = tuple((printed - bound).elements())
    return Share(
        "figures bound to row and column", (printed & bound).total(), printed.total(), misses
    )  # fmt: skip


def _overview(lines: list[str], reading: Reading) -> Share:
    first = next(path for s in reading.document.sections if (path := s.path))
    total = 0
    misses = []
    for question, own in OVERVIEW.items():
        path = (first[0], lines[question - 1].strip())
        right = squeeze("".join(without_marks(lines[number - 1]) for number in own))
        for passage, said in _said(reading):
            if passage.section == path:
                total += 1
                if said not in right:
                    misses.append(f"line {question}: {said[:60]}")
    return Share(
        "units of the overview under their own question", total - len(misses), total, tuple(misses)
    )  # fmt: skip
