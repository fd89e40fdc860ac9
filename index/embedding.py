"""What of a report is embedded, and embedding it."""

from collections.abc import Callable, Sequence

import numpy as np

from index.encoder import Encoder, Vectors
from ingest.records import Passage, Unit

Progress = Callable[[int, int], None]
"""Told how many texts have been embedded since the last call, and how many are to be in all."""

_BATCH = 64


def unit_text(passage: Passage, unit: Unit) -> str:
    """What is embedded for a unit: its own words, for a bare grade those of its headings too."""
    words = passage.text[unit.start : unit.end]
    return f"{': '.join((*passage.section, words))}" if unit.kind == "grade" else words


def heading_text(section: Sequence[str], title: str) -> str:
    """What is embedded for a heading path, below the document's title."""
    return " › ".join((title, *section))


def searched_text(passage: Passage, title: str) -> str:
    """What lexical search sees of a passage: title, heading path and text."""
    return f"{heading_text(passage.section, title)}\n{passage.text}"


def embedded(
    texts: Sequence[str], encoder: Encoder, known: dict[str, Vectors], progress: Progress | None
) -> Vectors:
    """(n, dimension) float32; only texts that are not ``known`` are embedded, the longest first,
    so that a batch holds texts of one length."""
    missing = sorted((text for text in texts if text not in known), key=len, reverse=True)
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        known.update(zip(batch, encoder.encode(batch), strict=True))
        if progress is not None:
            progress(len(batch), len(missing))
    rows = [known[text] for text in texts]
    return np.vstack(rows) if rows else np.zeros((0, encoder.dimension), dtype=np.float32)
