import os

import pytest
from conftest import TinyEncoder
from drawn import pdf, text
from reportlab.lib.pdfencrypt import StandardEncryption

from index.store import Store
from ingest.errors import BrokenIndex
from ingest.read import read
from service import intake
from service.intake import Event, Taker, take_in
from service.library import Library

LAMPS = "# Lamps\n\n## Oil\n\nThe lamp burns 12 litres of oil.\n"
BOATS = "# Boats\n\n## Sails\n\nThe boat has 3 sails.\n"


def read_plain(path, **_options):
    return read(path, count_tokens=lambda text: len(text.split()))


@pytest.fixture
def library(tmp_path):
    return Library(Store(tmp_path / "index"), TinyEncoder(), None)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "given"
    made.mkdir()
    return made


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def titles(library):
    return [document.title for document in library.documents]


def bytes_of(folder):
    """Every file of the index but its lock, with its bytes."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "lock")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def empty(folder):
    return write(folder / "empty.pdf", b"")


def blank(folder):
    return write(folder / "blank.md", " \n\n\t\n")


def headings_only(folder):
    return write(folder / "headings.md", "# A\n\n## B\n")


def huge(folder):
    return write(folder / "huge.txt", b"x" * 3_000_000)


def binary(folder):
    return write(folder / "photo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def binary_text(folder):
    return write(folder / "binary.txt", b"Some\0thing else")


def latin(folder):
    return write(folder / "latin.txt", "First line.\nCaf\u00e9 au lait.\n".encode("latin-1"))


def utf16(folder):
    return write(folder / "wide.txt", "The lamp.".encode("utf-16"))


def encrypted(folder):
    locked = StandardEncryption("secret", ownerPassword="owner", strength=128)
    return pdf(folder / "locked.pdf", lambda c: text(c, 72, 90, "Hidden."), encrypt=locked)


def truncated(folder):
    whole = pdf(folder / "whole.pdf", lambda c: text(c, 72, 90, "Seen.")).read_bytes()
    return write(folder / "broken.pdf", whole[:120])


def no_pdf(folder):
    return write(folder / "page.pdf", "<html>Not found</html>")


def missing(folder):
    return folder / "missing.pdf"


def nothing_of_ours(folder):
    write(folder / "pictures" / "a.png", b"\x89PNG")
    return folder / "pictures"


def endless_name(folder):
    return folder / ("n" * 300 + ".pdf")


REFUSED = [
    (empty, "the file is empty"),
    (blank, "has no text"),
    (huge, "has 3 MB, at most 2 MB are read: split it, or raise REPORTQA_MAX_MEGABYTES"),
    (binary, "give a PDF, .txt or .md file"),
    (binary_text, "byte 4 is zero"),
    (latin, "byte 15 (line 2) is 0xe9, which is not UTF-8"),
    (utf16, "UTF-16, not UTF-8"),
    (encrypted, "password"),
    (headings_only, "no text was found"),
    (truncated, "the PDF cannot be parsed"),
    (no_pdf, "the PDF cannot be parsed"),
    (missing, "there is no such file: check the path"),
    (nothing_of_ours, "holds no PDF, text or Markdown file"),
    (endless_name, "there is no such file"),
]


@pytest.mark.parametrize(("make", "reason"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_added(
    library, folder, make, reason
):
    take_in([write(folder / "lamps.md", LAMPS)], Taker(library, read_plain))
    before = bytes_of(library.store.folder)
    bad = make(folder)
    taker = Taker(library, read_plain, 2_000_000)
    (alone,) = take_in([bad], taker)
    assert alone.sentence().startswith(f"{bad.name}: ")
    assert reason in alone.reason
    assert "\n" not in alone.sentence()
    assert (alone.document_id, alone.passages, alone.known) == ("", 0, False)
    assert bytes_of(library.store.folder) == before
    outcomes = take_in([bad, write(folder / "boats.md", BOATS)], taker)
    assert [bool(outcome.reason) for outcome in outcomes] == [True, False]
    assert titles(library) == ["Lamps", "Boats"]


def test_a_scan_is_refused_where_nothing_recognises_it(library, folder, monkeypatch):
    from PIL import Image

    picture = folder / "picture.png"
    Image.new("L", (600, 800), 200).save(picture)
    path = pdf(folder / "scan.pdf", lambda c: c.drawImage(str(picture), 0, 0, 595, 842))
    monkeypatch.setattr("ingest.scan.is_ready", lambda: False)
    (outcome,) = take_in([path], Taker(library, read_plain))
    assert outcome.reason.startswith("page 1: a picture without text; to read it, install")
    assert titles(library) == []


def test_what_was_added_is_told_and_kept(library, folder):
    path = write(folder / "lamps.md", LAMPS)
    (outcome,) = take_in([path], Taker(library, read_plain))
    (document,) = library.documents
    assert (outcome.name, outcome.title, outcome.passages) == ("lamps.md", "Lamps", 1)
    assert outcome.sentence() == f"lamps.md: Lamps ({document.id}), 1 passages"
    assert library.original(document).read_text() == LAMPS
    assert library.passages(document.id)[0].text == "The lamp burns 12 litres of oil."


def test_the_same_bytes_are_not_read_again(library, folder):
    first = write(folder / "lamps.md", LAMPS)
    (added,) = take_in([first], Taker(library, read_plain))

    def never(path, **_options):
        raise AssertionError(path)

    copy = write(folder / "copy.md", LAMPS)
    library.encoder.encoded.clear()
    (known,) = take_in([copy], Taker(library, never))
    assert known.known
    assert known.sentence() == f"copy.md: in the index already as {added.document_id}"
    assert library.encoder.encoded == []


def test_the_same_text_is_not_added_again(library, folder):
    take_in([write(folder / "lamps.md", LAMPS)], Taker(library, read_plain))
    before = bytes_of(library.store.folder)
    (known,) = take_in(
        [write(folder / "again.md", LAMPS.replace("\n", "\r\n"))], Taker(library, read_plain)
    )
    assert known.known
    assert known.document_id == library.documents[0].id
    assert bytes_of(library.store.folder) == before


def test_duplicates_within_one_run_are_added_once(library, folder):
    paths = [write(folder / name, LAMPS) for name in ("a.md", "b.md")]
    outcomes = take_in([*paths, write(folder / "c.md", BOATS), folder], Taker(library, read_plain))
    assert titles(library) == ["Lamps", "Boats"]
    assert sum(outcome.known for outcome in outcomes) == 4
    assert len(outcomes) == 6


def test_a_folder_gives_its_reports_and_no_hidden_file(library, folder):
    write(folder / "b" / "Deep.MD", LAMPS)
    write(folder / "a.txt", "Sails are mended in May.\n")
    write(folder / "c.text", "Boats sail at noon.\n")
    write(folder / ".hidden.md", "# Hidden\n\nNot to be read.\n")
    write(folder / ".git" / "notes.md", "# Git\n\nNot to be read.\n")
    write(folder / "~lock.docx", b"PK")
    outcomes = take_in([folder], Taker(library, read_plain))
    assert [outcome.name for outcome in outcomes] == ["a.txt", "Deep.MD", "c.text"]
    assert len(library.documents) == 3


def test_a_folder_below_a_hidden_one_is_read(library, folder):
    write(folder / ".reports" / "lamps.md", LAMPS)
    (outcome,) = take_in([folder / ".reports"], Taker(library, read_plain))
    assert outcome.title == "Lamps"


def test_a_name_that_is_not_utf8_is_shown_and_stored(library, folder):
    for name, content in ((b"caf\xe9.txt", b"The lamp burns oil.\n"), (b"\xff.md", b"")):
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(content)
    outcomes = take_in([folder], Taker(library, read_plain))
    assert sorted(outcome.name for outcome in outcomes) == ["?.md", "caf?.txt"]
    assert [document.name for document in library.documents] == ["caf?.txt"]
    for outcome in outcomes:
        assert outcome.sentence().encode("utf-8")


def test_events_tell_what_happens_to_each_file(library, folder):
    paths = [write(folder / "lamps.md", LAMPS), write(folder / "empty.md", b"")]
    seen = []
    take_in(paths, Taker(library, read_plain), on_event=seen.append)
    told = [(event.name, event.stage) for event in seen]
    assert told[:2] == [("lamps.md", "queued"), ("empty.md", "queued")]
    assert [stage for name, stage in told if name == "empty.md"] == ["queued", "refused"]
    assert [stage for name, stage in told if name == "lamps.md"] == [
        "queued", "reading", "embedding", "ready",
    ]  # fmt: skip
    (embedding,) = [event for event in seen if event.stage == "embedding"]
    assert embedding.done == embedding.total == len(library.encoder.encoded)


def test_a_long_run_writes_the_index_batch_by_batch(library, folder, monkeypatch):
    monkeypatch.setattr(intake, "_BATCH", 2)
    for n in range(5):
        write(folder / f"{n}.md", f"# Report {n}\n\nThere are {n} lamps.\n")
    added = []
    monkeypatch.setattr(library, "add", lambda readings, **_: added.append(len(readings)))
    outcomes = take_in([folder], Taker(library, read_plain))
    assert added == [2, 2, 1]
    assert [outcome.title for outcome in outcomes] == [f"Report {n}" for n in range(5)]


def test_what_was_written_stays_when_a_long_run_is_stopped(library, folder, monkeypatch):
    monkeypatch.setattr(intake, "_BATCH", 1)
    paths = [write(folder / "1.md", LAMPS), write(folder / "2.md", BOATS)]

    def stopped(path, **_options):
        if path.name == "2.md":
            raise KeyboardInterrupt
        return read_plain(path)

    with pytest.raises(KeyboardInterrupt):
        take_in(paths, Taker(library, stopped))
    assert titles(library) == ["Lamps"]


def test_an_unusable_index_stops_before_anything_is_read(library, folder):
    take_in([write(folder / "lamps.md", LAMPS)], Taker(library, read_plain))
    next(library.store.folder.glob("generations/*/manifest.json")).unlink()
    fresh = Library(library.store, TinyEncoder(), None)
    with pytest.raises(BrokenIndex, match="reportqa ingest"):
        take_in([write(folder / "boats.md", BOATS)], Taker(fresh, None))


def test_the_page_that_is_being_read_is_told(library, folder):
    def by_page(path, *, on_page):
        on_page(3, 40)
        return read_plain(path)

    told = []
    take_in([write(folder / "lamps.md", LAMPS)], Taker(library, by_page), on_event=told.append)
    assert Event("lamps.md", "reading", 3, 40) in told
