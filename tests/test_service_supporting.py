"""The further quotes that an answer rests on."""

from dataclasses import replace

import pytest
from fixtures_library import Text
from fixtures_ranked import ZERO, found, piece, ranked

from service.shaping import Shaped
from service.supporting import supporting


def shaped(hit, text, *, span="unit", answer=""):
    candidate = piece(hit, text, span)
    return Shaped(answer or candidate.text, candidate, candidate.start, candidate.end)


def quotes(best, *others, best_score=3.0):
    """What supports the best: ``others`` are hits with the score of their first candidate."""
    order = [ranked(HERE, best.candidate, best_score)]
    order += [ranked(hit, hit.candidates[0], score) for hit, score in others]
    return [s.quote for s in supporting(best, order)]


def elsewhere(text, n=1):
    return found(Text((text,)), n=n)


HERE = found(
    Text(("The yard mends 21.2 boats a year.³", "It has two docks.* ¹⁴")),
    Text(("³ Sailing boats only.", "They have masts."), "note"),
    Text(("¹⁴ Since May.",), "note"),
    Text(("* Both are dry.",), "note"),
)
RATE = shaped(HERE, "The yard", answer="21.2")


def test_the_notes_that_a_quote_cites_support_it():
    assert quotes(RATE) == ["³ Sailing boats only."]
    assert quotes(shaped(HERE, "It has")) == ["¹⁴ Since May.", "* Both are dry."]


def test_a_note_that_is_the_answer_does_not_support_itself():
    assert quotes(shaped(HERE, "³ Sailing")) == []


@pytest.mark.parametrize(
    ("said", "supports"),
    [
        ("Each year 21.2 boats are mended.", True),
        ("About 21 boats are mended.", True),
        ("Some 22 boats are mended.", False),
        ("The rate fell by −21.2 points.", True),
        ("In all 121.2 boats are mended.", False),
        ("In all 21.25 boats are mended.", False),
        ("Room B21.2 is dry.", False),
        ("The M25 is near, and dock B21.", False),
        ("It cost £21.2 a boat.", True),
        ("It cost £21 a boat.", True),
        ("No number at all.", False),
    ],
)
def test_the_same_figure_elsewhere_supports_an_answer(said, supports):
    assert quotes(RATE, (elsewhere(said), 2.5))[1:] == ([said] if supports else [])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("16,498 boats", "There were 16498 boats."),
        ("In 2015", "There were boats in 2015."),
        ("7", "There were 7 boats."),
        ("red boats", "There were red boats."),
    ],
)
def test_figures_are_compared_without_separators_and_years_say_too_little(answer, said):
    best = shaped(found(Text((f"It says {answer}.",))), "It says", answer=answer)
    assert quotes(best, (elsewhere(said), 3.0)) == ([said] if "16,498" in answer else [])


def test_what_scores_far_below_is_no_support():
    said = "Each year 21.2 boats are mended."
    assert quotes(RATE, (elsewhere(said), -0.5))[1:] == [said]
    assert quotes(RATE, (elsewhere(said), -0.6))[1:] == []


def test_what_holds_much_less_of_the_question_is_no_support():
    hit = elsewhere("Each year 21.2 boats are mended.")

    def kept(cover):
        first = ranked(HERE, RATE.candidate, 3.0, replace(ZERO, cover=0.9))
        rival = ranked(hit, hit.candidates[0], 2.5, replace(ZERO, cover=cover))
        return len(supporting(RATE, [first, rival])) - 1

    assert (kept(0.7), kept(0.6)) == (1, 0)


def test_the_same_words_are_quoted_once():
    said = "Each year 21.2 boats are mended."
    others = [(elsewhere(said), 2.9), (elsewhere(said, n=2), 2.8)]
    assert quotes(RATE, *others)[1:] == [said]
    twin = elsewhere("The yard mends 21.2 boats a year.³")
    assert quotes(RATE, (twin, 2.9))[1:] == []


def test_a_part_of_the_answer_and_a_whole_list_are_no_further_places():
    hit = found(Text(("Harbours mend 21.2 boats.", "Docks mend 21.2 ships.")))
    first, second = (piece(hit, text) for text in ("Harbours", "Docks"))
    pair = Shaped(hit.passage.text, replace(second, start=first.start), 0, second.end)
    assert supporting(pair, [ranked(hit, c, 3.0) for c in (first, second)]) == []
    listed = found(Text(("21.2 boats", "9 docks"), "item"), n=1)
    whole = piece(listed, "21.2", "list")
    assert supporting(pair, [ranked(hit, first, 3.0), ranked(listed, whole, 3.0)]) == []


def test_a_note_with_the_same_figure_is_quoted_once():
    hit = found(Text(("The yard mends 21.2 boats.³",)), Text(("³ Or 21.2 sailing boats.",), "note"))
    best = shaped(hit, "The yard", answer="21.2")
    order = [ranked(hit, c, 3.0) for c in hit.candidates]
    assert [s.quote for s in supporting(best, order)] == ["³ Or 21.2 sailing boats."]


def test_at_most_three_places_are_named():
    others = [(elsewhere(f"{name} mends 21.2 boats.", n), 2.9) for n, name in enumerate("abcd", 1)]
    assert quotes(RATE, *others) == [
        "³ Sailing boats only.",
        "a mends 21.2 boats.",
        "b mends 21.2 boats.",
    ]


def test_every_quote_is_in_its_passage_and_free_of_marks_as_text():
    other = elsewhere("Each  year 21.2 boats⁵ are mended.")
    for support in supporting(RATE, [ranked(HERE, RATE.candidate, 3), ranked(
        other, other.candidates[0], 3)]):  # fmt: skip
        passage = support.candidate.passage
        assert passage.text[support.start : support.end] == support.quote
    assert support.text == "Each year 21.2 boats are mended."


def test_nothing_supports_without_candidates():
    assert [s.quote for s in supporting(RATE, [])] == ["³ Sailing boats only."]
