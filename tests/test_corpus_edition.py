"""The shipped edition: typeset as its source says, complete, and in words of its own."""

import hashlib
import io
import json
import re
from pathlib import Path

import pypdf
import pytest

from eval.overlap import EDITION, main, read_names, shared_runs
from eval.typeset import MANIFEST, SourceError, parse, typeset

REPORT = Path(__file__).parents[2] / "shared" / "report" / "warwickshire-effectiveness-2015.txt"
needs_report = pytest.mark.skipif(
    not REPORT.exists(), reason="../shared/report/warwickshire-effectiveness-2015.txt is missing"
)
MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\{([\d ]+)\}")
CONTENTS = 2
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
ENTRY = {"title": "A title", "author": "An author", "subject": "A subject", "date": "2020-05"}


@pytest.fixture(scope="module")
def documents():
    return json.loads(MANIFEST.read_text(encoding="utf-8"))["documents"]


@pytest.fixture(scope="module")
def source():
    return EDITION.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def edition(documents):
    return pypdf.PdfReader(MANIFEST.parent / documents[0]["file"])


def headings(markdown):
    """(level, title without marks) of every heading below the document's title."""
    lines = re.findall(r"^(##+) (.+)$", markdown, re.MULTILINE)
    return [(len(hashes) - 1, re.sub(r"\[\^\d+\]", "", title)) for hashes, title in lines]


def outline(reader):
    """(level from 1, title, page from 1) of every bookmark."""

    def walk(items, level):
        for item in items:
            if isinstance(item, list):
                yield from walk(item, level + 1)
            else:
                yield level, item.title, reader.get_destination_page_number(item) + 1

    return list(walk(reader.outline, 1))


def marks(reader):
    """(page of the mark, page of its note) of every footnote mark, in order."""
    for number, page in enumerate(reader.pages, start=1):
        for annotation in page.get("/Annots", ()) if number != CONTENTS else ():
            target = annotation.get_object()["/Dest"][0].get_object()
            yield number, reader.get_page_number(target) + 1


def read(markdown, entry=ENTRY):
    return pypdf.PdfReader(io.BytesIO(typeset(markdown, entry)))


def heights(page, size):
    """The distance from the page's foot of all text of this size, in points."""
    found = []
    page.extract_text(
        visitor_text=lambda words, cm, tm, _, points: (
            found.append(cm[5] + tm[5]) if words.strip() and points == size else None
        )
    )
    return found


def text(page):
    return " ".join(page.extract_text().split())


def test_manifest_names_every_file_with_its_checksum(documents):
    pdfs = sorted(path.name for path in MANIFEST.parent.glob("*.pdf"))
    assert pdfs == sorted(entry["file"] for entry in documents)
    for entry in documents:
        data = (MANIFEST.parent / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        for key in ("title", "publisher", "date", "source", "licence"):
            assert entry[key]


def test_committed_pdf_is_what_its_source_gives(documents):
    for entry in documents:
        markdown = (MANIFEST.parent / entry["typeset_from"]).read_text(encoding="utf-8")
        assert typeset(markdown, entry) == (MANIFEST.parent / entry["file"]).read_bytes(), (
            f"{entry['file']} is stale: run python -m eval.typeset"
        )


def test_pdf_declares_title_author_and_date(documents, edition):
    assert edition.metadata.title == documents[0]["title"]
    assert edition.metadata.author == documents[0]["author"]
    assert edition.metadata.creation_date.strftime("%Y-%m") == documents[0]["date"] == "2016-02"


def test_first_page_says_what_the_edition_is(edition):
    first = text(edition.pages[0])
    assert "restatement of the facts in a report by HMIC" in first
    assert "the wording is not HMIC's" in first
    assert "ISBN 978-1-78655-010-1" in first


def test_bookmarks_are_the_headings_on_the_pages_that_show_them(source, edition):
    bookmarks = outline(edition)
    assert [(level, title) for level, title, _ in bookmarks] == headings(source)
    for _, title, page in bookmarks:
        assert title in text(edition.pages[page - 1])


def test_contents_list_gives_the_page_of_each_section(edition):
    contents = text(edition.pages[CONTENTS - 1])
    at = 0
    for level, title, page in outline(edition):
        if level <= 2:
            found = re.compile(re.escape(title) + r"[ .]+" + str(page) + r"\b").search(contents, at)
            assert found, f"{title} … {page}"
            at = found.end()


def test_pages_print_their_number(edition):
    for number, page in enumerate(edition.pages, start=1):
        printed = re.search(r"An inspection of Warwickshire Police (\d+)(?!\S)", text(page))
        assert (printed and int(printed[1])) == (number if number > 1 else None)


def test_all_of_the_source_can_be_extracted(source, edition):
    pages = [page.extract_text() for page in edition.pages]
    assert all(character.isprintable() or character == "\n" for character in "".join(pages))
    found = re.sub(r"\W+", " ", " ".join(pages))
    for token in parse(source):
        if token.type == "inline":
            words = "".join(x.content or " " * x.type.endswith("break") for x in token.children)
            begins = re.sub(r"^Figure \d+: ", "", words).split(": ")[0].split()[:4]
            assert re.sub(r"\W+", " ", " ".join(begins)).strip() in found


def test_every_footnote_stands_on_the_page_of_its_mark(source, edition):
    found = list(marks(edition))
    notes = re.findall(r"^\[\^(\d+)\]: (.+)$", source, re.MULTILINE)
    assert [int(number) for number, _ in notes] == list(range(1, 25))
    assert len(found) == 24
    for (page, target), (number, note) in zip(found, notes, strict=True):
        assert page == target
        begins = " ".join(note.replace("*", "").split()[:5])
        assert f"{number} {begins}" in text(edition.pages[page - 1])


@pytest.mark.parametrize("filler", range(24, 36))
def test_footnotes_follow_their_marks_over_page_breaks(filler):
    sentence = "This sentence fills about a line of the page, no more and no less than a line. "
    body = (
        sentence * filler + "Cited early.[^a] " + sentence * 3 + "Cited late.[^b] " + sentence * 9
    )
    reader = read(
        f"# T\n\n---\n\n## One\n\n{body}\n\n{body.replace('^', '^x')}\n\n"
        + "".join(f"[^{name}]: {name} note. {sentence * 3}\n" for name in ("a", "b", "xa", "xb"))
    )
    found = list(marks(reader))
    assert len(found) == 4
    for page, target in found:
        assert page == target
        assert min(heights(reader.pages[page - 1], 10.5)) > max(heights(reader.pages[page - 1], 8))
    assert "".join(text(page) for page in reader.pages).count("note. This sentence") == 4


def test_like_header_groups_are_merged_and_indents_kept():
    page = read(
        "# T\n\n---\n\n## One\n\nFigure 1: Sums\n\n"
        "| Kind | North: Count | North: Rate | South: Count |\n| :-- | --: | --: | --: |\n"
        "| **All** | 12 | 3.4 | 56 |\n| &emsp;Part | 7 | 1.2 | 8 |\n\nSource: Nobody\n"
    ).pages[2]
    found = text(page)
    assert found.count("North") == found.count("South") == 1
    assert found.count("Count") == 2
    lefts = {}
    page.extract_text(visitor_text=lambda t, cm, tm, *_: lefts.setdefault(t.strip(), cm[4] + tm[4]))
    assert lefts["Part"] - lefts["All"] == pytest.approx(14)


def test_grade_and_panel_keep_their_words():
    found = text(
        read(
            "# T\n\n---\n\n## One\n\n**Middling**\n\n> **Goats per hill**\\\n> May 2020\n>\n"
            "> | Up | Down |\n> | --: | --: |\n> | 4 | -2% |\n"
        ).pages[2]
    )
    assert "One Middling Goats per hill May 2020 Up Down 4 -2%" in found


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("##### Deep", "line 7: headings go down to ####"),
        ("Snow ☃ here", "line 7: Helvetica has no '☃'"),
        ("```\ncode\n```", "line 7: a source has no fence"),
        ("> Only words", "line 7: a panel is a label, a period and a table"),
        ("- one\n\n  two", "line 7: a list item is one paragraph"),
        ("| a[^1] |\n| - |\n| b |\n\n[^1]: n", "line 7: put the footnote mark into"),
        ("See [a page](http://a.example)", "line 7: a source has no link"),
    ],
)
def test_what_cannot_be_set_is_refused_with_its_line(block, message):
    with pytest.raises(SourceError, match=re.escape(message)):
        typeset(f"# T\n\n---\n\n## One\n\n{block}\n", ENTRY)


def test_source_without_a_chapter_is_refused():
    with pytest.raises(SourceError, match="at least one chapter"):
        typeset("# T\n\nWords.\n", ENTRY)


THEIRS = "The brown hens of Upper Dean lay more eggs each spring, said Anna.\n"


def runs(ours, theirs=THEIRS, names=(), length=8):
    return [(run.line, " ".join(run.words)) for run in shared_runs(ours, theirs, names, length)]


def test_overlap_finds_a_run_whatever_its_case_and_punctuation():
    assert runs("# T\n\nNow: the BROWN hens (of Upper-Dean) lay\nmore eggs!\n") == [
        (3, "the brown hens of upper dean lay more eggs")
    ]
    assert runs("Brown hens of Upper Dean lay more.\n") == []


def test_overlap_leaves_out_titles_captions_tables_and_addresses():
    line = "The brown hens of Upper Dean lay more eggs"
    assert runs(f"## {line}\n\nFigure 3: {line}\n\n| {line} |\n| - |\n| {line} |\n") == []
    assert runs(f"Words, then {line}.\n") == [(1, line.casefold())]
    assert runs("See www.a.example/b/c/d/e/f/g/h", "At www.a.example/b/c/d/e/f/g/h") == []


def test_overlap_counts_a_long_name_as_one_word():
    ours = "Brown hens of Upper Dean lay more eggs.\n"
    assert len(runs(ours)) == 1
    assert runs(ours, names=["Hens of Upper Dean"]) == []
    assert len(runs(ours, names=["Hens of Upper Dean"], length=5)) == 1
    assert len(runs(ours, names=["Upper Dean"])) == 1


def test_overlap_sees_through_a_footnote_that_parts_a_sentence():
    parted = "The brown hens\n\n¹ A note about hens.\n\nof Upper Dean lay more eggs.\n"
    ours = "Mostly brown hens of Upper Dean lay more eggs.\n"
    assert len(runs(ours, parted)) == 1


def test_overlap_command_prints_each_place_and_fails(tmp_path, capsys):
    ours, theirs = tmp_path / "ours.md", tmp_path / "theirs.txt"
    theirs.write_text(THEIRS, encoding="utf-8")
    ours.write_text("# T\n\n" + THEIRS, encoding="utf-8")
    assert main([str(theirs), "--source", str(ours)]) == 1
    assert capsys.readouterr().out.startswith("ours.md:3: the brown hens of upper dean lay")
    ours.write_text("# T\n\nOther words.\n", encoding="utf-8")
    assert main([str(theirs), "--source", str(ours)]) == 0
    assert main([str(tmp_path / "none.txt"), "--source", str(ours)]) == 2
    assert "none.txt" in capsys.readouterr().err


@pytest.fixture(scope="module")
def report():
    return REPORT.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def body(report):
    """The real report after its contents list."""
    starts = [n for n, line in enumerate(report) if line.startswith("Overview –")]
    return report[starts[1] :]


def bare(line):
    return MARK.sub("", line).strip()


@needs_report
def test_edition_shares_no_run_of_eight_words_with_the_report(source, report):
    assert shared_runs(source, "\n".join(report), read_names()) == []


@needs_report
def test_names_that_may_be_quoted_are_names_in_the_report(report):
    flat = " ".join(re.findall(r"\w+", " ".join(report).casefold()))
    for name in read_names():
        assert " ".join(re.findall(r"\w+", name.casefold())) in flat, name


@needs_report
def test_headings_are_those_of_the_report_in_its_order(source, body):
    titles = [title for _, title in headings(source)]
    assert [bare(line) for line in body if bare(line) in set(titles)] == titles


@needs_report
def test_every_question_and_contents_entry_of_the_report_is_a_heading(source, report, body):
    titles = {title for _, title in headings(source)}
    start = report.index("Contents")
    entries = [re.split(r"\s*\.{3,}|\t|\s+\.\s", line)[0] for line in report[start + 1 :][:40]]
    entries = [
        entry.strip(" .") for entry in entries[: entries.index("Annex A – HMIC judgments") + 1]
    ]
    assert len([entry for entry in entries if entry]) == 22
    assert {entry for entry in entries if entry} <= titles
    assert {bare(line) for line in body if line.strip().endswith("?") and line[0] != "-"} <= titles


@needs_report
def test_every_number_of_the_report_is_in_the_edition(source, body):
    def numbers(lines):
        plain = re.sub(r"www\.\S+|\[\^\d+\]:?|\^\{[\d ]+\}", " ", "\n".join(lines))
        signed = set(re.findall(r"(?<!\S)[+-]\d+\.\d%", plain))
        return set(re.findall(r"\d+(?:[.,]\d+)*", plain)) | signed

    assert len(numbers(body)) > 90
    assert numbers(body) - numbers(source.splitlines()) == set()


@needs_report
def test_table_rows_and_captions_are_those_of_the_report(source, body):
    rows = [line.replace("**", "").replace("&emsp;", "") for line in source.splitlines()]
    rows = [re.sub(r"\\|^> ", "", row) for row in rows]
    ours = {"\t".join(part.strip() for part in row.strip("| ").split("|")) for row in rows}
    theirs = [line for line in body if line.count("\t") and "Rate" not in line]
    assert len(theirs) == 15
    assert set(theirs) <= ours
    captions = {
        re.sub(r"\[\^\d+\]", "", row) for row in rows if row.startswith(("Figure", "Source"))
    }
    assert {bare(x) for x in body if re.match(r"Figure \d: |Source: ", x)} == captions


@needs_report
def test_footnote_marks_stand_in_the_sections_of_the_report(source, body):
    titles = {title for _, title in headings(source)}

    def places(lines, mark):
        section, found = "", {}
        for line in lines:
            title = bare(re.sub(r"^#+ |\[\^\d+\]", "", line))
            section = title if title in titles else section
            found |= {int(number): section for number in mark(line)}
        return found

    def theirs(line):
        marks = [] if MARK.match(line) else MARK.finditer(line)
        return " ".join(m[1] or m[0].translate(DIGITS) for m in marks).split()

    ours = places(source.splitlines(), lambda line: re.findall(r"\[\^(\d+)\](?!:)", line))
    assert list(ours) == list(range(1, 25))
    assert places(body, theirs) == ours


def test_edition_has_a_note_for_each_of_its_24_marks(source):
    tokens = parse(source)
    assert sum(token.type == "footnote_open" for token in tokens) == 24
    assert len(re.findall(r"^\[\^\d+\]: ", source, re.MULTILINE)) == 24
