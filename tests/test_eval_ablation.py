from pathlib import Path

import numpy as np
import pytest
from conftest import TinyEncoder, TinyReranker

from eval import finding
from eval.ablation import STEPS, Result, Set, holds_answer, measure, signed, table
from eval.cases import Case
from eval.finding import (
    Stretch,
    as_served,
    by_passages,
    by_paths,
    by_reading,
    by_sentences,
    whole,
    windows,
)
from eval.metrics import Estimate
from index.search import Recipe
from index.store import Store
from ingest.read import read
from ingest.records import Acronym, Document, Passage
from service.library import Library

REPORT = """# Ferry inspection

## Crew

The crew has nine sailors. All sailors swim.

## Boats

### Fares

A ticket costs three pounds. Children travel free.

### Rescue

The ferry carries forty vests. A lifeboat drill (LBD) takes place weekly.
"""
SAYS = Case("c", "fact", "q", (("three pounds",),), sections=(("Boats", "Fares"),))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(finding, "CACHE", tmp_path / "vectors")
    path = tmp_path / "ferry.md"
    path.write_text(REPORT, encoding="utf-8")
    encoder = TinyEncoder()
    found = Library(Store(tmp_path / "index"), encoder, TinyReranker(), min_confidence=0.0)
    found.add([read(path, count_tokens=encoder.count_tokens)])
    return found


def passage(n: int, section: tuple[str, ...], text: str, document: str = "d") -> Passage:
    return Passage(document, n, section, text, ())


DOCUMENT = Document("d", "Ferry", "ferry.md", "0", "text/markdown", 0, ())


def test_windows_cut_across_headings_at_a_space_and_lose_nothing() -> None:
    first = passage(0, ("A",), "word " * 150 + "end")
    second = passage(1, ("B",), "more " * 150 + "end")
    found = windows([DOCUMENT], [first, second])
    assert "".join(stretch.text for stretch in found) == f"{first.text}\n\n{second.text}"
    assert [len(stretch.text) for stretch in found] == [1000, 508]
    assert [[part.n for part in stretch.parts] for stretch in found] == [[0, 1], [1]]


def test_a_window_does_not_cross_documents() -> None:
    other = Document("e", "Other", "other.md", "1", "text/markdown", 0, ())
    found = windows([DOCUMENT, other], [passage(0, (), "a b"), passage(0, (), "c", "e")])
    assert [stretch.text for stretch in found] == ["a b", "c"]


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    found = windows([DOCUMENT], [passage(0, (), "x" * 2500)])
    assert [len(stretch.text) for stretch in found] == [1000, 1000, 500]


def test_evidence_needs_the_place_in_a_part_and_the_words_in_the_text() -> None:
    fares = passage(0, ("Boats", "Fares"), "It costs three pounds.")
    crew = passage(1, ("Crew",), "Three pounds of rope.")
    documents = {"d": DOCUMENT}
    assert holds_answer(SAYS, Stretch("It costs three pounds. Three", (fares, crew)), documents)
    assert not holds_answer(SAYS, Stretch("It costs", (fares, crew)), documents)
    assert not holds_answer(SAYS, Stretch("Three pounds of rope", (crew,)), documents)
    place = Case("g", "in words", "q", sections=(("Crew",),), document="ferry.md")
    assert holds_answer(place, Stretch("rope", (crew,)), documents)


def test_every_step_finds_what_shares_the_questions_words(library: Library) -> None:
    cases = (
        Case("a", "fact", "how many sailors has the crew", (("nine",),), sections=(("Crew",),)),
        Case("b", "fact", "what costs a ticket", (("three",),), sections=(("Boats", "Fares"),)),
    )
    for step in STEPS:
        found = measure(Set("ferry", library, library, cases), step)
        assert found.in_first == {1: [True, True], 3: [True, True], 5: [True, True]}, step.name


def test_only_the_path_knows_a_heading(library: Library) -> None:
    assert by_paths(library)("rescue")[0].parts[0].section == ("Boats", "Rescue")
    assert by_passages(library)("rescue")[0].parts[0].section != ("Boats", "Rescue")


def test_the_last_steps_are_the_product(library: Library) -> None:
    question = "how often is the LBD held"
    _, hits, view = library.find(question)
    assert view.acronyms == (Acronym("LBD", "lifeboat drill"),)
    assert by_reading(acronyms=True)(library)(question) == [
        Stretch(hit.passage.text, (hit.passage,)) for hit in hits[:5]
    ]
    assert [stretch.parts[0] for stretch in as_served(library)(question)] == [
        citation.passage for citation in library.ask(question).citations
    ]


def test_bm25_is_left_out_until_its_step(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    lexical = library.view().index.lexical
    scores = np.zeros(len(library.view().index.passages), dtype=np.float32)
    scores[-1] = 9.0
    monkeypatch.setattr(type(lexical), "scores", lambda *_: scores)
    without = by_sentences(lexical=False)(library)("sailors swim")
    assert without[0].parts[0].section == ("Crew",)
    monkeypatch.setattr(finding, "Recipe", lambda **_: Recipe(lexical_weight=1.0))
    assert by_sentences(lexical=True)(library)("sailors swim")[0].parts[0].section == (
        "Boats",
        "Rescue",
    )


def test_acronyms_are_known_only_when_given() -> None:
    acronym = Acronym("LBD", "lifeboat drill")
    assert whole("the LBD").terms == ("lbd",)
    assert whole("the LBD", [acronym]).spelled == "the LBD (lifeboat drill)"
    assert set(whole("the LBD", [acronym]).terms) == {"lbd", "lifeboat", "drill"}


def test_the_table_tells_what_each_step_changed() -> None:
    results = [
        Result("boats", "windows", {1: [False] * 8, 3: [True] * 8, 5: [True] * 8}, 1.2),
        Result("boats", "passages", {1: [True] * 8, 3: [True] * 8, 5: [True] * 8}, 9.6),
        Result("ports", "windows", {1: [True] * 4, 3: [True] * 4, 5: [True] * 4}, 1.0),
    ]
    lines = table(results).splitlines()
    assert lines[2].startswith("| boats (8) | windows | 0.00 (0.00–0.32) | 1.00 ")
    assert lines[3].startswith("|  | passages | 1.00 (0.68–1.00) ")
    assert lines[3].endswith("| **+1.00 (+1.00 to +1.00)** | 10 |")
    assert lines[4].endswith("|  | 1 |")


def test_a_change_that_may_be_chance_is_not_in_bold() -> None:
    assert signed(Estimate(0.02, -0.01, 0.05, 9)) == "+0.02 (-0.01 to +0.05)"
    assert signed(Estimate(-0.02, -0.05, -0.01, 9)) == "**-0.02 (-0.05 to -0.01)**"
