"""Acronyms with the long forms that the document gives for them."""

import pytest

from ingest.acronyms import find_acronyms


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("The harbour safety board (HSB) met.", "HSB", "harbour safety board"),
        ("Some local rescue crews (LRCs) sail.", "LRC", "local rescue crews"),
        ("Its PLAN (policy for lamps and nets) is new.", "PLAN", "policy for lamps and nets"),
        ("the European Economic Area (EEA)", "EEA", "European Economic Area"),
        ("the Safety of Boats Act (SBA) says", "SBA", "Safety of Boats Act"),
        ("SeaDeP (search and deliver programme) began.", "SeaDeP", "search and deliver programme"),
        ("¹ RBC: river boat code is what skippers sign.", "RBC", "river boat code"),
        ("the well-kept boats scheme (WKBS) ended", "WKBS", "well-kept boats scheme"),
        (
            "The Index of Risk in Harbour Law (IRiHL) helps.",
            "IRiHL",
            "Index of Risk in Harbour Law",
        ),
    ],
)
def test_a_definition_is_found(text, short, long):
    assert [(a.short, a.long) for a in find_acronyms([text])] == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "The board met (see Annex B).",
        "Boats were late (IN MAY).",
        "The harbour trust (XYZ) met.",
        "Crews (of four) sail in (2015).",
    ],
)
def test_what_only_looks_like_a_definition_is_not(text):
    assert find_acronyms([text]) == ()


def test_the_first_definition_counts():
    found = find_acronyms(["The harbour safety board (HSB).", "The high sea boats (HSB)."])
    assert [(a.short, a.long) for a in found] == [("HSB", "harbour safety board")]
