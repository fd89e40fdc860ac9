"""Footnotes tied to the text that cites them."""

from ingest.footnotes import marks, own_mark, superscript, tie, without_marks
from ingest.records import Block, Section


def section(title: str, *blocks: Block) -> Section:
    return Section((title,), 1, 0, blocks)


def text(words: str) -> Block:
    return Block("text", words)


def note(words: str) -> Block:
    return Block("note", words)


def test_marks_in_a_text():
    assert marks("Fires¹ fell.¹² A field of 3 m² and 4 km² burnt.") == ["¹", "¹²"]
    assert without_marks("Main points¹ ²") == "Main points"
    assert without_marks("A field of 3 m²") == "A field of 3 m²"
    assert without_marks("Field (km²)¹ and wood ²") == "Field (km²) and wood"
    assert own_mark("¹⁴ See the annex.") == "¹⁴"
    assert own_mark("See¹") == ""
    assert superscript("140") == "¹⁴⁰"


def test_a_note_under_a_later_heading_goes_to_its_mark():
    cites, other = text("Lamps were dim.²"), text("Oil was short.")
    sections, footnotes = tie(
        [section("Lamps", cites), section("Oil", other, note("² By three keepers."))]
    )
    assert sections[0].blocks == (cites, note("² By three keepers."))
    assert sections[1].blocks == (other,)
    assert [(n.mark, n.text, n.section) for n in footnotes] == [
        ("2", "By three keepers.", ("Lamps",))
    ]


def test_notes_stand_in_the_order_of_their_marks():
    sections, _ = tie(
        [section("Lamps", text("Dim¹ and old.²"), note("² Since 1900."), note("¹ By night."))]
    )
    assert [block.text for block in sections[0].blocks[1:]] == ["¹ By night.", "² Since 1900."]


def test_numbering_that_restarts_ties_to_the_nearest_mark_before():
    sections, footnotes = tie(
        [
            section("Lamps", text("Dim.¹"), note("¹ By night.")),
            section("Oil", text("Short.¹"), note("¹ In winter.")),
        ]
    )
    assert [(n.text, n.section) for n in footnotes] == [
        ("By night.", ("Lamps",)),
        ("In winter.", ("Oil",)),
    ]
    assert [len(s.blocks) for s in sections] == [2, 2]


def test_a_note_that_nothing_cites_stays_and_is_not_tied():
    orphan = note("⁹ Lost.")
    sections, footnotes = tie([section("Lamps", text("Dim."), orphan)])
    assert sections[0].blocks == (text("Dim."), orphan)
    assert footnotes == ()
