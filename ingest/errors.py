"""Everything that can go wrong on purpose.

    ReportError
    ├── SourceError             a file that cannot be read; the others still are
    │   ├── EmptySource
    │   ├── HugeSource
    │   ├── UnsupportedSource
    │   ├── EncryptedSource
    │   ├── ScannedSource
    │   ├── BrokenSource
    │   └── HostileSource       reading it went over a limit of time, memory or output
    ├── IndexUnusable
    │   ├── MissingIndex
    │   ├── BrokenIndex
    │   ├── OtherModel
    │   ├── IndexBusy
    │   └── UnwritableIndex
    ├── ModelUnusable
    │   ├── MissingModel
    │   └── ChangedModel
    ├── BadQuestion
    └── NotFound

Each message is one line that names what is wrong and what to do next. ``status`` is the HTTP
status that the error maps to; on the command line every one of them exits with 2.
"""


class ReportError(Exception):
    """The root of all errors of ours."""

    status = 500


class SourceError(ReportError):
    """A file could not be read. Shown as ``name: reason``."""

    status = 422

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class EmptySource(SourceError):
    """The file has no bytes, or no text in them."""


class HugeSource(SourceError):
    """The file is larger than the limit."""

    status = 413


class UnsupportedSource(SourceError):
    """The file is not a PDF, text or Markdown file, or its text is not UTF-8."""

    status = 415


class EncryptedSource(SourceError):
    """The PDF needs a password."""


class ScannedSource(SourceError):
    """The PDF's pages are pictures and no text recognition is at hand."""


class BrokenSource(SourceError):
    """The PDF cannot be parsed."""


class HostileSource(SourceError):
    """Reading the file went over a limit of time, memory or output."""


class IndexUnusable(ReportError):
    """The index folder cannot answer."""

    status = 503


class MissingIndex(IndexUnusable):
    """There is no index in the folder."""


class BrokenIndex(IndexUnusable):
    """The index is incomplete, damaged or of another version."""


class OtherModel(IndexUnusable):
    """The index was built with another embedding model than the one set."""


class IndexBusy(IndexUnusable):
    """Another process is changing the index."""


class UnwritableIndex(IndexUnusable):
    """The index folder cannot be written: no permission, no space, no folder."""


class ModelUnusable(ReportError):
    """A model cannot be loaded."""

    status = 503


class MissingModel(ModelUnusable):
    """The model's files are in none of the places looked at."""


class ChangedModel(ModelUnusable):
    """A model's file does not have the checksum that it should have."""


class BadQuestion(ReportError):
    """The question is empty or too long."""

    status = 422


class NotFound(ReportError):
    """No such document, passage or page."""

    status = 404
