from dataclasses import replace

import pytest
from fixtures_library import Grid, Text, passage

from index.candidates import candidates, lead_in, pairs, referred_to

PASSAGE = passage(
    "harbour", 0, ("Work", "Boats"),
    Text(("The yard mends boats.", "It must:")),
    Text(("tar hulls;", "mend sails."), "item"),
    Grid("Table 1: Boats", ("2022", "2023"), (("Mended", "4", "5"), ("Sunk", "1", "0"))),
    Text(("¹ Of oak.", "Some are of elm."), "note"),
)  # fmt: skip
DENSE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


def found(heading="Boats"):
    return candidates(PASSAGE, heading, DENSE)


def read(*scores):
    """The single candidates as the cross-encoder left them; None was not read."""
    units = [c for c in found() if c.span == "unit"]
    return [replace(c, rerank=score) for c, score in zip(units, scores, strict=False)]


def test_every_unit_is_a_candidate_with_its_own_similarity_then_every_list():
    assert [(c.text, c.span, c.dense) for c in found()] == [
        ("The yard mends boats.", "unit", 0.1),
        ("It must:", "unit", 0.2),
        ("tar hulls;", "unit", 0.3),
        ("mend sails.", "unit", 0.4),
        ("Table 1: Boats", "unit", 0.5),
        ("Mended: 2022 4; 2023 5", "unit", 0.6),
        ("Sunk: 2022 1; 2023 0", "unit", 0.7),
        ("¹ Of oak.", "unit", 0.8),
        ("Some are of elm.", "unit", 0.9),
        ("It must:\n\n- tar hulls;\n- mend sails.", "list", 0.4),
    ]
    assert {c.rerank for c in found()} == {None}


@pytest.mark.parametrize(
    ("position", "lead"),
    [
        (0, ""),
        (1, "The yard mends boats."),
        (2, "It must:"),
        (3, "It must:"),
        (4, ""),
        (5, "Table 1: Boats"),
        (6, "Table 1: Boats"),
        (7, ""),
        (8, "¹ Of oak."),
    ],
)
def test_what_a_unit_cannot_be_understood_without_leads_in(position, lead):
    assert lead_in(PASSAGE, position) == lead


def test_the_cross_encoder_reads_heading_lead_and_words():
    assert found()[3].context == "Boats\nIt must: mend sails."
    assert found()[9].context == "Boats\nIt must:\n\n- tar hulls;\n- mend sails."
    assert found("")[0].context == "The yard mends boats."
    assert found("")[9].context.startswith("It must:")


@pytest.mark.parametrize(
    ("sentence", "back"),
    [
        ("It is called Tarmac.", True),
        ("For this the yard has tar.", True),
        ("Their hulls leak.", True),
        ("Italy mends boats.", False),
        ("The yard mends it.", False),
    ],
)
def test_a_sentence_that_refers_back_is_read_with_the_one_before(sentence, back):
    own = passage("x", 0, (), Text(("Once.",)), Text(("There is a plan.", sentence)))
    whole = candidates(own, "", [0.0] * 3)[2]
    assert whole.context == (f"There is a plan. {sentence}" if back else sentence)
    before = referred_to(whole)
    assert (before is not None and own.text[before.start : before.end]) == (
        "There is a plan." if back else False
    )


def test_nothing_stands_before_the_first_sentence_of_a_paragraph():
    own = passage("x", 0, (), Text(("Once.",)), Text(("It rains.",)))
    first = candidates(own, "", [0.0] * 2)[1]
    assert (first.context, referred_to(first)) == ("It rains.", None)


def test_items_after_a_table_have_no_lead():
    own = passage(
        "x", 0, (),
        Grid("Table 2", ("a",), (("b", "c"),)), Text(("first;", "second."), "item"),
    )  # fmt: skip
    assert lead_in(own, 2) == ""
    assert [c.text for c in candidates(own, "", [0, 0, 0, 0]) if c.span == "list"] == [
        "first;\n- second."
    ]


def test_one_item_is_no_list():
    own = passage("x", 0, (), Text(("It must:",)), Text(("row.",), "item"))
    assert {c.span for c in candidates(own, "", [0, 0])} == {"unit"}


def test_a_list_at_the_passages_start_and_two_lists_are_lists():
    own = passage(
        "x", 0, (),
        Text(("one", "two"), "item"), Text(("Then:",)), Text(("three", "four"), "item"),
    )  # fmt: skip
    lists = [c.text for c in candidates(own, "", [0] * 5) if c.span == "list"]
    assert lists == ["one\n- two", "Then:\n\n- three\n- four"]


def test_neighbours_of_a_kind_that_were_read_are_pairs_with_the_better_scores():
    together = pairs(read(-1.0, 2.0, None, None, None, 3.0, 1.0, -4.0, -5.0))
    assert [(c.text, c.rerank, c.dense) for c in together] == [
        ("The yard mends boats. It must:", 2.0, 0.2),
        ("Mended: 2022 4; 2023 5\nSunk: 2022 1; 2023 0", 3.0, 0.7),
        ("¹ Of oak. Some are of elm.", -4.0, 0.9),
    ]
    assert {c.span for c in together} == {"pair"}
    assert together[0].context == "Boats\nThe yard mends boats.\nIt must:"


def test_what_was_not_read_is_no_part_of_a_pair():
    assert pairs(read(1.0, None, 1.0, 1.0, 1.0, 1.0, None, 1.0)) == []


def test_sentences_of_two_paragraphs_and_items_are_no_pairs():
    own = passage("x", 0, (), Text(("One.",)), Text(("Two.",)), Text(("a", "b"), "item"))
    units = [replace(c, rerank=1.0) for c in candidates(own, "", [0.0] * 4)]
    assert pairs(units) == []
