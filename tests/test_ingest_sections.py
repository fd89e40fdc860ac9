"""Headings, their levels and the sections they govern."""

from dataclasses import replace

from ingest.contents import split_contents
from ingest.headings import heading_number, is_grade
from ingest.levels import align, place
from ingest.records import Block, Bookmark, Style, Table
from ingest.sections import build_sections
from ingest.twins import unshuffle

PROSE = "The harbour master told us that boats were counted twice a day by two clerks."


def text(words: str, **style) -> Block:
    return Block("text", words, style=Style(**style))


def item(words: str) -> Block:
    return Block("item", words)


def outline(*blocks: Block, bookmarks=()) -> list[tuple[str, ...]]:
    contents, rest = split_contents(blocks)
    return [s.path for s in build_sections(rest, contents, bookmarks) if s.path]


def test_marked_headings_are_the_only_ones_and_the_title_is_no_section():
    sections = build_sections(
        [
            text("Harbour report", mark=1),
            text("Piers", mark=2),
            text("Is this a heading?"),
            text("North pier", mark=3),
            text(PROSE),
            text("Boats", mark=2),
        ],
        split_contents([])[0],
    )
    assert [(s.path, s.level, len(s.blocks)) for s in sections] == [
        ((), 0, 0),
        (("Piers",), 1, 1),
        (("Piers", "North pier"), 2, 1),
        (("Boats",), 1, 0),
    ]


def test_several_first_level_headings_are_chapters():
    assert outline(text("Piers", mark=1), text("Boats", mark=1), text("Tugs", mark=2)) == [
        ("Piers",),
        ("Boats",),
        ("Boats", "Tugs"),
    ]


def flat_report() -> list[Block]:
    entries = [
        "Overview 2",
        "Main points 2",
        "Are the piers safe? 4",
        "Who checks them? 5",
        "Findings 6",
        "Do boats leave on time? 7",
        "Findings 9",
        "Annex A – Terms 10",
    ]
    return [
        text("Harbours 2020"),
        text("Contents"),
        *map(text, entries),
        text("Overview"), text("Main points"), text(PROSE),
        text("Are the piers safe?"), text("Good"), text("They are safe, most of them, in summer."),
        text("Do boats leave on time?"), text("Poor"), text("They leave late, most of them."),
        text("Are the piers safe?"), text("We looked at three piers and found them sound enough."),
        text("Who checks them?"), text("How often are they checked?"), text(PROSE),
        text("We asked:"), item("Are the piers safe?"), item("Do boats leave on time?"),
        text("Findings"), text(PROSE), text("What to mend"), text(PROSE),
        text("Do boats leave on time?"), text("How late are they?"), text(PROSE),
        text("Findings"), text(PROSE),
        text("Annex A – Terms"), text(PROSE),
    ]  # fmt: skip


def test_a_flat_contents_list_is_read_as_a_person_reads_it():
    assert outline(*flat_report()) == [
        ("Overview",),
        ("Overview", "Main points"),
        ("Overview", "Are the piers safe?"),
        ("Overview", "Do boats leave on time?"),
        ("Are the piers safe?",),
        ("Are the piers safe?", "Who checks them?"),
        ("Are the piers safe?", "Who checks them?", "How often are they checked?"),
        ("Are the piers safe?", "Findings"),
        ("Are the piers safe?", "Findings", "What to mend"),
        ("Do boats leave on time?",),
        ("Do boats leave on time?", "How late are they?"),
        ("Do boats leave on time?", "Findings"),
        ("Annex A – Terms",),
    ]


def test_the_contents_list_gives_printed_pages_and_is_no_text():
    contents, rest = split_contents(flat_report())
    sections = build_sections(rest, contents)
    assert [s.printed_page for s in sections if s.title == "Findings"] == [6, 9]
    assert [s.printed_page for s in sections if s.title == "Do boats leave on time?"] == [None, 7]
    assert sections[0].blocks == (text("Harbours 2020"),)
    assert all(b.text != "Contents" for s in sections for b in s.blocks)


def test_indented_contents_give_levels():
    blocks = [
        text("Contents"),
        text("Piers ..... 3"), text("North pier ..... 3", left=12.0), text("Boats ..... 5"),
        text("Piers"), text("North pier"), text(PROSE), text("Boats"), text(PROSE),
    ]  # fmt: skip
    assert outline(*blocks) == [("Piers",), ("Piers", "North pier"), ("Boats",)]


def placed(*blocks: Block) -> list[Block]:
    """The blocks with lines of their own, one after another."""
    return [replace(block, first_line=at, last_line=at) for at, block in enumerate(blocks, 1)]


def test_an_unlisted_heading_right_beneath_a_listed_one_of_its_type_is_the_lesser():
    def head(words: str, size: float = 14.0) -> Block:
        return text(words, size=size, bold=True)

    body = text(PROSE, size=11.0)
    blocks = [
        text("Contents"), text("Piers ..... 3"),
        text("North pier ..... 3", left=12.0), text("South pier ..... 4", left=12.0),
        head("Piers", 16.0), head("North pier"), head("What we found at the pier"), body,
        head("Not in the list"), body, head("South pier"), body,
    ]  # fmt: skip
    assert outline(*placed(*blocks)) == [
        ("Piers",),
        ("Piers", "North pier"),
        ("Piers", "North pier", "What we found at the pier"),
        ("Piers", "Not in the list"),
        ("Piers", "South pier"),
    ]


def test_reports_bound_together_are_indented_each_in_its_own_way():
    def head(words: str) -> Block:
        return text(words, size=16.0, bold=True)

    body = text(PROSE, size=11.0)
    first, second = ("Piers", "Docks", "Tugs", "Cranes"), ("Boats", "Crews", "Fares", "Tides")
    blocks = [
        text("Contents"), *(text(f"{name} ..... {3 + at}") for at, name in enumerate(first)),
        *(block for name in first for block in (head(name), body)),
        text("Contents"), text("Boats ..... 2"),
        *(text(f"{name} ..... {2 + at}", left=12.0) for at, name in enumerate(second[1:], 1)),
        text("Summing up ..... 9", left=12.0),
        *(block for name in (*second, "Summing up") for block in (head(name), body)),
    ]  # fmt: skip
    contents, rest = split_contents(blocks)
    levels = {s.title: where.level for s, where in zip(
        build_sections(rest, contents)[1:],
        place([b for b in rest if b.style.bold], contents, (), frozenset()),
        strict=True,
    )}  # fmt: skip
    assert [levels[name] for name in first] == [1, 1, 1, 1]
    assert [levels[name] for name in (*second, "Summing up")] == [2, 2, 2, 2, 2]


def test_size_weight_and_bookmarks_make_headings_and_levels():
    def body() -> Block:
        return text(PROSE, size=11.0)

    blocks = [
        text("Piers", size=16.0, bold=True), body(),
        text("North pier", size=13.0, bold=True), body(),
        text("Tides", size=11.0, bold=True), body(),
        text("A short line of body text", size=11.0), body(),
        text("Boats", size=16.0, bold=True), body(),
    ]  # fmt: skip
    assert outline(*blocks) == [
        ("Piers",),
        ("Piers", "North pier"),
        ("Piers", "North pier", "Tides"),
        ("Boats",),
    ]
    bookmarks = (Bookmark("Piers", 1, 0), Bookmark("A short line of body text", 2, 0))
    assert ("Piers", "A short line of body text") in outline(*blocks, bookmarks=bookmarks)


def title_page(name: str, page: int, *last: Block) -> list[Block]:
    """A title page's lines, ``last`` right below them."""
    lines = [
        text(name, size=26.0, gap=40.0),
        text("A survey of its boats", size=14.0, bold=True, gap=9.0),
        text("Inspection date: May 1987", size=12.0, gap=9.0),
    ]
    return [replace(block, page=page) for block in (*lines, *last)]


def test_what_stands_nearer_to_the_table_below_a_title_page_than_to_its_lines_is_its_heading():
    def cover(name: str, *, above: float, below: float) -> list[Block]:
        table = Block(
            "table", "Piers 3", page=1, table=Table(""), style=Style(size=11.0, gap=below)
        )
        head = text(name, size=14.0, bold=True, gap=above)
        after = text(PROSE, size=11.0)
        return [*title_page("Harbours", 1, head, table), after, after]

    assert outline(*cover("The harbour is sound", above=38.0, below=15.0)) == [
        ("The harbour is sound",)
    ]
    assert outline(*cover("Clerk of the harbour", above=2.5, below=30.0)) == []


def test_of_a_second_report_only_the_title_is_a_heading_of_its_title_page():
    def report(name: str, page: int) -> list[Block]:
        verdict = text("The harbour is sound", size=14.0, bold=True, gap=40.0)
        body = text(f"{PROSE} {PROSE}", size=11.0, gap=15.0)
        return title_page(name, page, verdict, body)

    blocks = [*report("Harbours", 1), *report("Canals", 9)]
    assert outline(*blocks) == [
        ("The harbour is sound",), ("Canals",), ("Canals", "The harbour is sound"),
    ]  # fmt: skip
    chapter = [b for b in report("Canals", 9) if not b.text.startswith("Inspection date")]
    assert ("Canals", "A survey of its boats") in outline(*report("Harbours", 1), *chapter)


def test_bookmarks_that_set_two_types_on_one_level_are_not_believed():
    blocks = [
        text("Piers", size=16.0, bold=True), text(PROSE, size=11.0),
        text("North pier", size=13.0, bold=True), text(PROSE, size=11.0),
        text("South pier", size=13.0, bold=True), text(PROSE, size=11.0),
        text("Boats", size=16.0, bold=True), text(PROSE, size=11.0),
    ]  # fmt: skip
    flat = [Bookmark("Piers", 1, 0), Bookmark("North pier", 1, 0), Bookmark("South pier", 1, 0)]
    expected = [("Piers",), ("Piers", "North pier"), ("Piers", "South pier"), ("Boats",)]
    assert outline(*blocks, bookmarks=flat) == expected
    deeper = [*flat[:2], Bookmark("South pier", 2, 0)]
    assert outline(*blocks, bookmarks=deeper) == expected


def test_numbers_give_levels_and_stay_in_the_title():
    sections = build_sections(
        [
            text("1 Piers"),
            text(PROSE),
            text("1.1 North pier"),
            text(PROSE),
            text("2 Boats"),
            text(PROSE),
        ],
        split_contents([])[0],
    )
    assert [(s.path, s.number) for s in sections if s.path] == [
        (("1 Piers",), "1"),
        (("1 Piers", "1.1 North pier"), "1.1"),
        (("2 Boats",), "2"),
    ]
    assert heading_number("3.2 Costs") == "3.2"
    assert heading_number("Costs of 3.2") == ""


def test_a_heading_loses_its_footnote_mark_in_the_path_but_keeps_it_in_the_text():
    section = build_sections([text("Main points¹"), text(PROSE)], split_contents([])[0])[1]
    assert section.path == ("Main points",)
    assert section.blocks[0].text == "Main points¹"


def test_judgements_are_no_headings():
    assert is_grade("Requires improvement")
    assert is_grade("Good¹")
    assert not is_grade("Good practice")
    assert not is_grade("Improvement")


def test_align_is_the_longest_common_subsequence():
    assert align(["a", "b", "c"], ["b", "a", "b", "c"]) == [(0, 1), (1, 2), (2, 3)]
    assert align(["", "x"], ["", "y"]) == []


OWN = "The piers were checked by divers twice in the year before our visit."
FOREIGN = "The boats leave late because the bridge is opened only once an hour."
STRAY = "Nobody repeats this sentence, so nobody can tell which of the two it belongs to."


def shuffled_overview() -> list[Block]:
    return [
        text("Overview", mark=2),
        text("Are the piers safe?", mark=3), text("Good"), text(OWN), text(FOREIGN), text(STRAY),
        text("Do boats leave on time?", mark=3), text("Poor"),
        text("Are the piers safe?", mark=2), text(f"{OWN} They were sound."),
        text("Do boats leave on time?", mark=2), text(FOREIGN),
    ]  # fmt: skip


def test_a_shuffled_overview_is_put_right_by_what_the_chapters_repeat():
    sections = unshuffle(build_sections(shuffled_overview(), split_contents([])[0]))
    assert [(s.path, [b.text for b in s.blocks]) for s in sections[1:4]] == [
        (("Overview",), [STRAY]),
        (("Overview", "Are the piers safe?"), ["Good", OWN]),
        (("Overview", "Do boats leave on time?"), ["Poor", FOREIGN]),
    ]


def test_an_overview_in_order_is_left_alone():
    blocks = [block for block in shuffled_overview() if block.text != FOREIGN]
    sections = build_sections(blocks, split_contents([])[0])
    assert unshuffle(sections) == sections
