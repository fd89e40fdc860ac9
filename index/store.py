"""The index on disk: build, open, swap. The only file that imports faiss.

    DIR/
      CURRENT                 the name of the generation that answers
      lock                    held while the index is changed
      generations/<name>/     manifest.json, documents.json, passages.json, lexical/,
                              vectors.faiss (a row a different text), rows.npz (which row is
                              whose)
      files/<sha256>          the original files, shared by all generations

A change builds a new generation beside the current one and then swaps CURRENT, one atomic rename;
whatever stops it before leaves the index as it was. Nothing is pickled.
"""

import json
import os
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import faiss
import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from index.embedding import Progress, embedded, heading_text, searched_text, unit_text
from index.encoder import Encoder, Vectors
from index.lexical import Lexical
from index.models import digest
from index.terms import terms
from ingest.errors import BrokenIndex, IndexBusy, MissingIndex, OtherModel, UnwritableIndex
from ingest.records import Document, Passage, Reading

VERSION = 4
"""Of the layout on disk and of how passages are cut; another version must be built anew."""

_DOCUMENTS = TypeAdapter(tuple[Document, ...])
_PASSAGES = TypeAdapter(tuple[Passage, ...])
_PATIENCE = 10.0
"""Seconds to wait for another process that is changing the index."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What built a generation. ``model`` and ``model_checksum`` name the encoder, ``metric`` is
    always the inner product of unit vectors (cosine similarity), ``checksums`` the SHA-256 of the
    generation's own files."""

    version: int
    model: str
    model_checksum: str
    dimension: int
    metric: str
    documents: int
    passages: int
    created: str
    checksums: dict[str, str]


_MANIFEST = TypeAdapter(Manifest)


@dataclass(frozen=True, slots=True)
class Rows:
    """Which row of the vectors belongs to what: ``units`` has one entry for every unit of every
    passage in order, ``headings`` one for every passage. Equal texts share a row."""

    units: NDArray[np.int64]
    headings: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Index:
    """A generation in memory. Every unit of a passage has a vector of its own, and so has every
    heading path; ``lexical`` has a row a passage. Parts that don't fit raise ``ValueError``."""

    manifest: Manifest
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    vectors: faiss.Index
    rows: Rows
    lexical: Lexical

    def __post_init__(self) -> None:
        units = sum(len(passage.units) for passage in self.passages)
        has = (len(self.rows.units), len(self.rows.headings))
        if has != (units, len(self.passages)):
            raise ValueError(
                f"it has vectors of {has[0]} units and {has[1]} headings for {units} units in "
                f"{len(self.passages)} passages"
            )
        rows = np.concatenate([self.rows.units, self.rows.headings])
        if rows.size and not 0 <= rows.min() <= rows.max() < self.vectors.ntotal:
            raise ValueError(f"it names vectors that are not among its {self.vectors.ntotal}")

    def document(self, document_id: str) -> Document | None:
        """The document with this id, or None."""
        return next((d for d in self.documents if d.id == document_id), None)

    def holding(self, term: str) -> Counter[str]:
        """In how many passages of which document, by its id, a stem is found; a passage is found by
        its headings and its document's title too."""
        rows = np.flatnonzero(self.lexical.scores((term,)))
        return Counter(self.passages[row].document_id for row in rows)

    def similarities(self, vector: Vectors) -> tuple[Vectors, Vectors]:
        """The cosine similarity of a question's unit vector to every unit and to every passage's
        heading path: float32, (number of units,) and (number of passages,)."""
        found = np.zeros(self.vectors.ntotal, dtype=np.float32)
        if self.vectors.ntotal:
            scores, rows = self.vectors.search(vector[None, :], self.vectors.ntotal)
            found[rows[0]] = scores[0]
        return found[self.rows.units], found[self.rows.headings]

    def vectors_of_units(self) -> Vectors:
        """The unit vectors of all passages' units in order: float32, (number of units,
        dimension)."""
        if not len(self.rows.units):
            return np.zeros((0, self.vectors.d), dtype=np.float32)
        vectors: Vectors = self.vectors.reconstruct_batch(self.rows.units)
        return vectors


class Store:
    """An index folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, *, model_checksum: str | None = None) -> Index:
        """Load the current generation.

        Raises ``MissingIndex``, ``BrokenIndex``, or ``OtherModel`` where ``model_checksum`` is
        given and another model built it.
        """
        while True:
            name = self.generation()
            try:
                return self._load(name, model_checksum)
            except BrokenIndex:
                # Another process may have swapped this generation away while it was being read.
                if name == self.generation():
                    raise

    def generation(self) -> str:
        """The name of the current generation, "" where there is none: changes with each swap."""
        path = self.folder / "CURRENT"
        return path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""

    def add(
        self, readings: Sequence[Reading], encoder: Encoder, *, progress: Progress | None = None
    ) -> Index:
        """Add documents, replacing those of the same id, and swap the result in.

        Passages whose text the index has already are not embedded again.
        """
        with self._lock():
            old = self._open_for_change(encoder)
            ids = {reading.document.id for reading in readings}
            kept = [d for d in old.documents if d.id not in ids] if old else []
            documents = [*kept, *(_without_blocks(reading.document) for reading in readings)]
            passages = [p for p in old.passages if p.document_id not in ids] if old else []
            passages += [p for reading in readings for p in reading.passages]
            return self._write(documents, passages, encoder, old, progress)

    def remove(self, document_ids: Sequence[str], encoder: Encoder) -> Index:
        """Take documents out with their kept files and swap the result in; unknown ids are
        ignored."""
        with self._lock():
            old = self._open_for_change(encoder)
            if old is None:
                raise self._missing()
            documents = [d for d in old.documents if d.id not in document_ids]
            passages = [p for p in old.passages if p.document_id not in document_ids]
            new = self._write(documents, passages, encoder, old, None)
            kept = {document.sha256 for document in documents}
            for gone in {document.sha256 for document in old.documents} - kept:
                self.original(gone).unlink(missing_ok=True)
            return new

    def rename(self, document_id: str, title: str, encoder: Encoder) -> Index:
        """Give a document another title; its id stays."""
        with self._lock():
            old = self._open_for_change(encoder)
            if old is None:
                raise self._missing()
            documents = [
                replace(d, title=title) if d.id == document_id else d for d in old.documents
            ]
            return self._write(documents, list(old.passages), encoder, old, None)

    def keep_file(self, path: Path, sha256: str) -> None:
        """Keep a copy of an original file, so that its pages can be shown."""
        target = self.original(sha256)
        if target.is_file():
            return
        with self._writing():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged = target.with_name(f".{sha256}.{secrets.token_hex(4)}")
            shutil.copyfile(path, staged)
            staged.replace(target)

    def original(self, sha256: str) -> Path:
        """Where the original file with this checksum is kept."""
        return self.folder / "files" / sha256

    def _open_for_change(self, encoder: Encoder) -> Index | None:
        if not self.generation():
            return None
        return self.open(model_checksum=encoder.checksum)

    def _write(
        self,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        encoder: Encoder,
        old: Index | None,
        progress: Progress | None,
    ) -> Index:
        titles = {document.id: document.title for document in documents}
        units = [unit_text(passage, unit) for passage in passages for unit in passage.units]
        headings = [heading_text(p.section, titles[p.document_id]) for p in passages]
        searched = [searched_text(p, titles[p.document_id]) for p in passages]
        row_of = {text: row for row, text in enumerate(dict.fromkeys([*units, *headings]))}
        vectors = embedded(list(row_of), encoder, _known_vectors(old), progress)
        name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        generation = self.folder / "generations" / name
        staged = generation.with_name(f".{name}")
        staged.mkdir(parents=True)
        flat = faiss.IndexFlatIP(encoder.dimension)
        flat.add(vectors)
        _save_vectors(flat, staged / "vectors.faiss")
        np.savez(
            staged / "rows.npz",
            units=np.array([row_of[text] for text in units], dtype=np.int64),
            headings=np.array([row_of[text] for text in headings], dtype=np.int64),
        )
        Lexical.build([terms(text) for text in searched]).save(staged / "lexical")
        (staged / "documents.json").write_bytes(_DOCUMENTS.dump_json(tuple(documents)))
        (staged / "passages.json").write_bytes(_PASSAGES.dump_json(tuple(passages)))
        manifest = Manifest(
            version=VERSION,
            model=encoder.name,
            model_checksum=encoder.checksum,
            dimension=encoder.dimension,
            metric="inner product of unit vectors",
            documents=len(documents),
            passages=len(passages),
            created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            checksums={
                path.relative_to(staged).as_posix(): digest(path)
                for path in sorted(staged.rglob("*"))
                if path.is_file()
            },
        )
        (staged / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1))
        staged.rename(generation)
        self._swap(name)
        return self.open()

    def _swap(self, name: str) -> None:
        staged = self.folder / ".CURRENT"
        with staged.open("w", encoding="utf-8") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(self.folder / "CURRENT")
        for other in (self.folder / "generations").iterdir():
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with self._writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                with FileLock(self.folder / "lock", timeout=_PATIENCE):
                    yield
            except Timeout as error:
                raise IndexBusy(
                    f"another process is changing the index {self.folder}: wait until it is done, "
                    f"then run the command again"
                ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UnwritableIndex(
                f"the index {self.folder} cannot be written ({error.strerror or error}): make room "
                f"or give another folder with --index; what it held is as it was"
            ) from error

    def _load(self, name: str, model_checksum: str | None) -> Index:
        if not name:
            raise self._missing()
        generation = self.folder / "generations" / name
        if not generation.is_dir():
            raise self._broken(f"its generation {name} is missing")
        manifest = self._manifest(generation)
        if model_checksum is not None and manifest.model_checksum != model_checksum:
            raise OtherModel(
                f"the index {self.folder} was built with the model {manifest.model}, not with the "
                f"one set now: set REPORTQA_ENCODER to that model, or remove the folder and run "
                f"'reportqa ingest FILE --index {self.folder}'"
            )
        try:
            for file, expected in manifest.checksums.items():
                path = generation / file
                if not path.is_file() or digest(path) != expected:
                    raise self._broken(f"{file} is damaged or missing")
            return Index(
                manifest=manifest,
                documents=_DOCUMENTS.validate_json((generation / "documents.json").read_bytes()),
                passages=_PASSAGES.validate_json((generation / "passages.json").read_bytes()),
                vectors=faiss.read_index(str(generation / "vectors.faiss")),
                rows=_load_rows(generation / "rows.npz"),
                lexical=Lexical.load(generation / "lexical"),
            )
        except (OSError, ValidationError, RuntimeError, ValueError, KeyError) as error:
            raise self._broken(str(error).splitlines()[0]) from error

    def _manifest(self, generation: Path) -> Manifest:
        try:
            stored = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
            version = stored["version"]
            if version != VERSION:
                raise self._broken(f"it has version {version}, this program reads {VERSION}")
            return _MANIFEST.validate_python(stored)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._broken("its manifest is damaged or missing") from error

    def _missing(self) -> MissingIndex:
        return MissingIndex(
            f"there is no index in {self.folder}: run 'reportqa ingest FILE --index {self.folder}'"
        )

    def _broken(self, reason: str) -> BrokenIndex:
        return BrokenIndex(
            f"the index {self.folder} cannot be used: {reason}; remove the folder and run "
            f"'reportqa ingest FILE --index {self.folder}'"
        )


def _known_vectors(old: Index | None) -> dict[str, Vectors]:
    if old is None:
        return {}
    titles = {document.id: document.title for document in old.documents}
    vectors = old.vectors.reconstruct_n(0, old.vectors.ntotal)
    units = (unit_text(p, unit) for p in old.passages for unit in p.units)
    headings = (heading_text(p.section, titles[p.document_id]) for p in old.passages)
    return {
        text: vectors[row]
        for texts, rows in ((units, old.rows.units), (headings, old.rows.headings))
        for text, row in zip(texts, rows, strict=True)
    }


def _save_vectors(vectors: faiss.Index, path: Path) -> None:
    try:
        faiss.write_index(vectors, str(path))
    except RuntimeError as error:
        raise OSError(f"{path.name} could not be written") from error


def _load_rows(path: Path) -> Rows:
    with np.load(path, allow_pickle=False) as arrays:
        return Rows(**{field.name: arrays[field.name] for field in fields(Rows)})


def _without_blocks(document: Document) -> Document:
    """The document as it is stored: its text stands in the passages."""
    return replace(
        document, sections=tuple(replace(section, blocks=()) for section in document.sections)
    )
