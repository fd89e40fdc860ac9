from dataclasses import replace

import pytest

from eval.cases import Case
from eval.grading import evidence, fold, holds, placed, right
from ingest.records import Document, Passage

CASE = Case(
    id="a",
    kind="table cell",
    question="What share of the boats sank last year?",
    answers=(("12.5", "percent"), ("one in eight",)),
    wrong=("14.0",),
    sections=(("Fleet", "Losses – the year’s"),),
)
DOCUMENT = Document("fleet-1", "The fleet", "fleet.pdf", "0", "application/pdf", 9, ())
PASSAGE = Passage(
    document_id="fleet-1",
    n=3,
    section=("Fleet", "Losses - the year's"),
    text="Of 1,200 boats, 12.5% sank; the year before, 14.0 per cent.",
    units=(),
    page=4,
    page_end=5,
)


def test_folding_keeps_words_and_numbers_only_as_they_count() -> None:
    folded = fold("The Force’s  16,498 cases³ – 9 %, 8 per cent; it couldn't and cannot")
    assert folded == "the force's 16498 cases 9 percent, 8 percent; it could not and can not"


@pytest.mark.parametrize(
    ("text", "string"),
    [
        ("There were 21.", "21"),
        ("(21)", "21"),
        ("–10.5%", "10.5"),
        ("£1,200 a head", "1200"),
        ("Street pastors walk", "street pastor"),
        ("its inconsistency", "inconsisten"),
        ("Multi-agency work", "multi agency"),
        ("the CAFÉ", "cafe"),
        ("9 per cent fewer", "9%"),
        ("they aren’t ready", "not"),
    ],
)
def test_a_string_is_held(text: str, string: str) -> None:
    assert holds(text, string)


@pytest.mark.parametrize(
    ("text", "string"),
    [
        ("a rate of 21.2", "21"),
        ("210 boats", "21"),
        ("1,021 boats", "21"),
        ("3.21 boats", "21"),
        ("1,108", "108"),
        ("11,108", "1,108"),
        ("nothing", "not"),
        ("In November", "no"),
        ("unmapped", "mapped"),
        ("oneself", "one"),
    ],
)
def test_a_string_is_not_held_by_another_word_or_number(text: str, string: str) -> None:
    assert not holds(text, string)


def test_right_needs_every_string_of_one_alternative_and_none_of_the_wrong() -> None:
    assert right(CASE, "12.5 per cent")
    assert right(CASE, "One in eight of them sank.")
    assert not right(CASE, "12.5")
    assert not right(CASE, "12.5% (14.0% the year before)")


def test_a_question_without_answers_has_no_right_one() -> None:
    assert not right(replace(CASE, answers=(), sections=()), "12.5 per cent")


def test_evidence_is_the_right_place_with_the_answer_in_it() -> None:
    assert placed(CASE, PASSAGE, DOCUMENT)
    assert evidence(CASE, PASSAGE, DOCUMENT)
    assert not evidence(CASE, replace(PASSAGE, text="Few boats sank."), DOCUMENT)
    elsewhere = replace(PASSAGE, section=("Fleet",))
    assert not placed(CASE, elsewhere, DOCUMENT)
    assert not evidence(CASE, elsewhere, DOCUMENT)


@pytest.mark.parametrize(
    ("document", "page", "expected"),
    [
        ("fleet.pdf", 4, True),
        ("fleet.pdf", 5, True),
        ("fleet.pdf", 6, False),
        ("fleet.pdf", 3, False),
        ("other.pdf", 4, False),
    ],
)
def test_a_place_can_be_a_file_and_a_page(document: str, page: int, expected: bool) -> None:
    case = replace(CASE, sections=(), document=document, pages=(page, 20))
    assert placed(case, PASSAGE, DOCUMENT) is expected
