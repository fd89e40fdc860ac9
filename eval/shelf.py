"""A folder of reports → an index of it, to be asked: read and embedded once, then found again."""

import shutil
import sys
from collections.abc import Collection
from pathlib import Path

from ingest.errors import NotFound
from service.assembly import make_library, make_reader
from service.intake import Taker, take_in
from service.library import Library
from service.progress import Bars
from service.ranking import load_model
from service.settings import Settings

SHARED = Path(__file__).parents[2] / "shared" / "benchmarks"
"""Where the sets that are not ours to ship are looked for: beside the checkout."""


def candid(settings: Settings) -> Library:
    """The library of an index, refusing nothing: what it would have answered can then be seen at
    any threshold."""
    return make_library(settings.model_copy(update={"min_confidence": 0.0}))


def untuned(library: Library) -> Library:
    """The same library with the models as they are pinned."""
    return make_library(Settings(index=library.store.folder, min_confidence=0.0), tuned=None)


def operating_point(settings: Settings) -> float:
    """The confidence below which the product gives no answer, as set or as published (0 to 1)."""
    set_to = settings.min_confidence
    return load_model().threshold if set_to is None else set_to


def shelve(reports: Path, index: Path) -> Library:
    """The library of all reports in a folder, refusing nothing; those that the index has already
    are not read again. Raises ``NotFound`` where there is no such folder."""
    if not reports.is_dir():
        raise NotFound(f"{reports}: there is no such folder: give the one with the reports")
    settings = Settings(index=index)
    library = candid(settings)
    with make_reader(settings) as read, Bars() as bars:
        for outcome in take_in([reports], Taker(library, read), on_event=bars.show):
            if outcome.reason:
                print(outcome.sentence(), file=sys.stderr)
    return library


def without(library: Library, documents: Collection[str], index: Path) -> Library:
    """A copy of a library in another folder, with the documents of these file names taken out."""
    shutil.rmtree(index, ignore_errors=True)
    shutil.copytree(library.store.folder, index)
    copy = candid(Settings(index=index))
    copy.remove([d.id for d in copy.documents if d.name in documents])
    return copy
