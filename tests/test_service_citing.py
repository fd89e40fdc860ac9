import csv
import io
import json
from dataclasses import replace

import pytest
from fixtures_library import harbour, hostile, make_library
from pybtex.database import parse_string

from service.citing import bibtex, csl, markdown, passages_csv, plain_text
from service.telling import place

SITE = "http://here/"


@pytest.fixture
def library(tmp_path):
    return make_library(tmp_path / "index", harbour(), hostile())


@pytest.fixture
def reply(library):
    return library.ask("how many false alarms in 2023", top_k=2)


def link(reply):
    start, end = reply.citations[0].highlights[0]
    return f"http://here/documents/harbour/passages/2?mark={start}-{end}#p2"


def test_plain_text_says_answer_quote_place_and_link(reply):
    assert plain_text(reply, SITE) == (
        "Question: how many false alarms in 2023\n"
        "Answer: 477\n"
        "“False alarms: 2022 512; 2023 477”\n"
        "Inspection of Harbour Town (2024-05) › Figures › Calls, page 2\n"
        f"{link(reply)}\n"
    )


def test_plain_text_of_no_answer_is_the_message(library):
    text = plain_text(library.ask("who painted the ceiling"), SITE)
    assert text.splitlines()[1].startswith("The report doesn't say.")


def test_markdown_takes_no_word_for_markup(library):
    text = markdown(library.ask("hostile vessel sank times"), SITE)
    assert (
        "> The hostile vessel \\<svg onload=alert('text')\\> sank, \\{\\{ 7 \\* 7 \\}\\} times."
        in text
    )
    assert "<script" not in text.replace("\\<", "")


def test_bibtex_reads_back(reply):
    (entry,) = parse_string(bibtex(reply, SITE), "bibtex").entries.values()
    assert entry.fields["title"] == "Inspection of Harbour Town"
    assert entry.fields["year"] == "2024"
    assert entry.fields["pages"] == "2"
    assert entry.fields["annote"] == "False alarms: 2022 512; 2023 477"


def test_bibtex_survives_braces_and_percents(reply):
    citation = reply.citations[0]
    named = replace(citation.document, title="100% {of} it & more_\\ }{")
    odd = replace(reply, citations=(replace(citation, document=named),))
    assert len(parse_string(bibtex(odd, SITE), "bibtex").entries) == 1


def test_csl_has_what_a_citation_needs(reply):
    (item,) = json.loads(csl(reply, SITE))
    assert item == {
        "id": "harbour-2",
        "type": "report",
        "title": "Inspection of Harbour Town",
        "URL": link(reply),
        "note": "False alarms: 2022 512; 2023 477",
        "issued": {"date-parts": [[2024, 5]]},
        "section": "Figures › Calls",
        "page": "2",
    }


def test_csv_has_every_passage_to_the_letter(reply):
    rows = list(csv.DictReader(io.StringIO(passages_csv(reply, SITE))))
    assert [row["passage"] for row in rows] == [c.passage.text for c in reply.citations]
    assert rows[0]["quote"] == "False alarms: 2022 512; 2023 477"
    assert rows[0]["section"] == "Figures › Calls"


def test_csv_gives_a_spreadsheet_no_formula(reply):
    citation = reply.citations[0]
    titles = ["=cmd()", "+1", "@x", "-a", "-10.5%", "plain"]
    odd = replace(
        reply,
        citations=tuple(
            replace(citation, document=replace(citation.document, title=t)) for t in titles
        ),
    )
    rows = csv.DictReader(io.StringIO(passages_csv(odd, SITE)))
    assert [row["report"] for row in rows] == ["'=cmd()", "'+1", "'@x", "'-a", "-10.5%", "plain"]


def test_numbered_paragraphs_are_cited_by_their_numbers(reply):
    first = reply.citations[0]
    numbers = dict(zip(first.passage.units, ("7", "", "8"), strict=False))
    units = tuple(replace(unit, number=numbers.get(unit, "")) for unit in first.passage.units)
    passage = replace(first.passage, units=units)
    start, end = units[0].start, units[2].end
    marked = replace(first, passage=passage, highlights=((start, end),))
    assert marked.paragraphs == ("7", "8")
    assert replace(marked, highlights=((start, start + 1),)).paragraphs == ("7",)
    assert replace(marked, highlights=()).paragraphs == ()
    numbered = replace(reply, citations=(marked, *reply.citations[1:]))
    assert "› Calls, § 7, § 8, page 2\n" in plain_text(numbered, SITE)
    assert place(marked).endswith("› Calls, § 7, § 8, page 2")
