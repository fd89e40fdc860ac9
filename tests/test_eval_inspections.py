import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from eval.cases import Case, kinds, load_cases
from eval.grading import holds
from eval.inspections import MEASURES, QUESTIONS
from eval.run import Outcome, judge
from ingest.records import Document, Passage
from service.reply import Answer, Citation, Reply

CASE = Case("c", "population", "q", (("38,383",),), document="wick-2017.pdf", pages=(5,))
DOCUMENT = Document("w-1", "Wick", "wick-2017.pdf", "0", "application/pdf", 9, ())
PASSAGE = Passage("w-1", 3, ("Wick",), "About 38,383 children live here.", (), page=5, page_end=5)


def outcome(
    text: str | None, *citations: Citation, citation: int = 0, case: Case = CASE
) -> Outcome:
    answer = None if text is None else Answer(text, text, citation)
    return judge(case, Reply("q", answer, 0.7, "", citations, 9))


def figures(of: Outcome) -> dict[str, bool | None]:
    return {measure.label: measure.of(of) for measure in MEASURES}


def test_document_page_and_number_are_told_apart() -> None:
    there = Citation(DOCUMENT, PASSAGE, 0.9)
    page = Citation(DOCUMENT, replace(PASSAGE, page=6, page_end=6), 0.5)
    report = Citation(replace(DOCUMENT, name="wick-2014.pdf"), PASSAGE, 0.5)
    assert figures(outcome("38,383", there, page)) == {
        "document first": True,
        "page first": True,
        "number right": True,
        "all three": True,
        "evidence in 3": True,
        "refused unsaid": None,
        "refused said": False,
    }
    other_page = figures(outcome("38,383", page, there))
    assert (other_page["document first"], other_page["page first"]) == (True, False)
    assert (other_page["number right"], other_page["all three"]) == (True, False)
    other_report = figures(outcome("38,383", report, there, citation=1))
    assert (other_report["document first"], other_report["all three"]) == (False, False)
    other_number = figures(outcome("38,384", there))
    assert (other_number["page first"], other_number["all three"]) == (True, False)


def test_a_refusal_is_right_only_where_nothing_is_said() -> None:
    there = Citation(DOCUMENT, PASSAGE, 0.9)
    assert figures(outcome(None, there))["all three"] is False
    assert figures(outcome(None, there))["refused said"] is True
    unsaid = Case("n", "not indexed", "q")
    assert figures(outcome(None, there, case=unsaid))["refused unsaid"] is True
    assert figures(outcome("38,383", there, case=unsaid))["refused unsaid"] is False


def test_the_questions_are_as_many_as_promised() -> None:
    cases = load_cases(QUESTIONS)
    asked = Counter("said" if case.answerable else case.kind for case in cases)
    assert asked == {"said": 120, "not indexed": 40, "another year": 8}
    for kind in kinds(cases):
        assert {case.split for case in cases if case.kind == kind} > {"held"}


@pytest.mark.slow
def test_every_answer_stands_on_its_pages(shared: Path) -> None:
    folder = shared / "benchmarks" / "ofsted" / "reports"
    for case in load_cases(QUESTIONS):
        if not case.answerable:
            continue
        pdf = pypdfium2.PdfDocument(folder / case.document)
        for number in case.pages:
            page = pdf[number - 1].get_textpage()
            text = re.sub(r"\s+", " ", page.get_text_range())
            assert any(holds(text, words) for answer in case.answers for words in answer), case.id
            page.close()
        pdf.close()
