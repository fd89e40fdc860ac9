"""Sentences that were cut come back whole, or stay cut; sentence boundaries."""

import pytest

from ingest.paragraphs import rejoin
from ingest.records import Block
from ingest.sentences import is_whole, sentence_spans

HEAD = "The keeper of the northern light told us that the lamp and its"


def text(words: str, page: int = 0) -> Block:
    return Block("text", words, page, page)


def note(words: str) -> Block:
    return Block("note", words)


def joined(*blocks: Block) -> list[str]:
    return [block.text for block in rejoin(blocks)]


def test_a_page_break_in_mid_sentence():
    (block,) = rejoin([text(HEAD, 3), text("spare parts are kept dry.", 4)])
    assert block.text == f"{HEAD} spare parts are kept dry."
    assert (block.page, block.page_end) == (3, 4)


def test_notes_between_the_halves():
    assert joined(text(HEAD), note("¹ Built in 1861."), text("spare parts are kept dry.")) == [
        f"{HEAD} spare parts are kept dry.",
        "¹ Built in 1861.",
    ]


def test_a_note_split_over_two_pages_beside_a_split_sentence():
    blocks = [
        text(HEAD),
        note("⁴ The lamp was designed by a firm from Birmingham which also made"),
        text("spare parts are kept dry."),
        text("A second keeper, who joined the service in spring, told us that"),
        text("lenses for a hundred other lights."),
        note("⁵ See the annex."),
        text("the oil store was full."),
    ]
    assert joined(*blocks) == [
        f"{HEAD} spare parts are kept dry.",
        "⁴ The lamp was designed by a firm from Birmingham which also made lenses for a hundred "
        "other lights.",
        "A second keeper, who joined the service in spring, told us that the oil store was full.",
        "⁵ See the annex.",
    ]


def test_what_stands_whole_elsewhere_decides_between_two_sequels():
    whole = text(
        "The trust is slow to mend the sea wall because it has no money for the larger stones."
    )
    shuffled = [
        text("The trust is slow to mend the sea wall because it has no money"),
        text("and the ferries run late on most of the days we looked at."),
        text("for the larger stones."),
    ]
    assert joined(*shuffled, whole) == [whole.text, shuffled[1].text, whole.text]


def test_a_sequel_that_the_document_refutes_is_not_joined():
    whole = text("Crews train every week on the slipway below the old custom house in winter.")
    cut = text("We saw that crews train every week on the slipway below the old")
    assert joined(cut, text("pier is to be sold."), whole) == [
        cut.text,
        "pier is to be sold.",
        whole.text,
    ]


def test_a_name_cut_at_a_page_is_joined_after_a_dangling_word_only():
    assert joined(text(f"{HEAD} lens came from the", 1), text("West Pier store.", 2)) == [
        f"{HEAD} lens came from the West Pier store."
    ]
    apart = [text(f"{HEAD} lens", 1), text("West Pier store.", 2)]
    assert joined(*apart) == [block.text for block in apart]


def test_titles_grades_and_addresses_wait_for_no_sequel():
    for line in (
        "Overall judgment",
        "See https://example.org/a/long/address/to/somewhere/else/entirely",
    ):
        assert joined(text(line), text("the rest.")) == [line, "the rest."]


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("It fell. It rose.", ["It fell.", "It rose."]),
        (
            "Few boats (e.g. tugs) sail. Dr. Ann Lee agreed.",
            ["Few boats (e.g. tugs) sail.", "Dr. Ann Lee agreed."],
        ),
        ("See No. 5 of the list. No. She left.", ["See No. 5 of the list.", "No.", "She left."]),
        (
            "It rose by 2.5 percent. In 2015. 30 left.",
            ["It rose by 2.5 percent.", "In 2015.", "30 left."],
        ),
        (
            "It is under review.¹⁰ In addition, it is old.",
            ["It is under review.¹⁰", "In addition, it is old."],
        ),
        ("He asked: “Is it safe?” Nobody knew.", ["He asked: “Is it safe?”", "Nobody knew."]),
        ("42. The pier is shut. Why?", ["42. The pier is shut.", "Why?"]),
        (
            "Written by J. Smith for the port. Read www.port.example/a.b today.",
            ["Written by J. Smith for the port.", "Read www.port.example/a.b today."],
        ),
        ("Fires fell from B to D. The rest rose.", ["Fires fell from B to D.", "The rest rose."]),
        ("Piers are of grade B. Nets are not.", ["Piers are of grade B.", "Nets are not."]),
        ("Some fell in band C. 12 rose.", ["Some fell in band C.", "12 rose."]),
        ("It was led by A. B. Lee. A. Roe left.", ["It was led by A. B. Lee.", "A. Roe left."]),
        ("Oil, rope, etc. are kept. etc.", ["Oil, rope, etc. are kept. etc."]),
        ("No final stop", ["No final stop"]),
        ("  ", []),
    ],
)
def test_sentences(paragraph, sentences):
    assert [paragraph[a:b] for a, b in sentence_spans(paragraph)] == sentences


def test_whether_a_text_is_whole():
    assert is_whole("It ends.")
    assert is_whole("It ends (so it seems).¹²")
    assert is_whole("Namely:")
    assert not is_whole("It ends with")
    assert not is_whole("")
