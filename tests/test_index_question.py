import pytest

from index.question import Kind, Measure, counts, holds, measured, wanted, years
from index.terms import terms


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Why did the boats stay in harbour?", Kind.REASON),
        ("so why is the lamp out", Kind.REASON),
        ("What was the main reason for the delay?", Kind.REASON),
        ("how come nobody rows", Kind.REASON),
        ("What does LBC stand for?", Kind.DEFINITION),
        ("what is an LBC?", Kind.DEFINITION),
        ("Define 'spring tide'.", Kind.DEFINITION),
        ("what is meant by slack water", Kind.DEFINITION),
        ("How does the harbour compare with others?", Kind.COMPARISON),
        ("Is the pier longer than the quay?", Kind.COMPARISON),
        ("lifeboats, north vs south", Kind.COMPARISON),
        ("Are there more rowers or sailors?", Kind.COMPARISON),
        ("Did crews or keepers do better?", Kind.COMPARISON),
        ("Did rescues go up or down?", Kind.COMPARISON),
        ("Do crews swim as well in winter as in summer?", Kind.COMPARISON),
        ("How do cutters differ from luggers?", Kind.COMPARISON),
        ("How does our fleet stack up against theirs?", Kind.COMPARISON),
        ("Lugger meaning", Kind.DEFINITION),
        ("What is the charge rate?", Kind.NUMBER),
        ("Must keepers pay for oil as well as for wicks?", Kind.DECISION),
        ("When was the lighthouse built?", Kind.DATE),
        ("in what year did it open", Kind.DATE),
        ("When did the Board look at how much oil is burnt?", Kind.DATE),
        ("When, according to the Board, was the pier built?", Kind.DATE),
        ("Since when, says the Board, has the pier been shut?", Kind.DATE),
        ("When did the Board, which owns the quay, open it?", Kind.DATE),
        ("When the pier shut how many boats moved?", Kind.NUMBER),
        ("When the lamp failed, did the keeper say so?", Kind.DECISION),
        ("If a crew is short, who takes the oar?", Kind.PROSE),
        ("What did the repair cost?", Kind.NUMBER),
        ("What will the total be?", Kind.NUMBER),
        ("In what ways can the crew's budget be spent?", Kind.LIST),
        ("how often do the crews train", Kind.DATE),
        ("How many boats are there?", Kind.NUMBER),
        ("what percentage of crews train weekly", Kind.NUMBER),
        ("what is the drowning rate?", Kind.NUMBER),
        ("boats per 1,000 people", Kind.NUMBER),
        ("When a boat sinks, how many crews row out?", Kind.NUMBER),
        ("In which ports do crews share a crane?", Kind.LIST),
        ("which share of crews can swim", Kind.NUMBER),
        ("Does the harbour have a crane?", Kind.DECISION),
        ("are there enough crews", Kind.DECISION),
        ("What grade did the harbour get?", Kind.GRADE),
        ("how was the service judged", Kind.GRADE),
        ("how good is the harbour at keeping boats safe", Kind.GRADE),
        ("List all the piers.", Kind.LIST),
        ("What are the three areas for improvement?", Kind.LIST),
        ("which boats are repaired here", Kind.LIST),
        ("who runs the harbour", Kind.PROSE),
        ("the lighthouse", Kind.PROSE),
        ("", Kind.PROSE),
    ],
)
def test_a_question_wants_a_kind_of_answer(question, kind):
    assert wanted(question).kind is kind


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in 2014/15 and 2016", {2015, 2016}),
        ("2013-14", {2014}),
        ("2013–2014", {2014}),
        ("30 June 2015", {2015}),
        ("12 months to March 1999", {1999}),
        ("2,015 boats, room 20155, part 3015", set()),
        ("", set()),
    ],
)
def test_a_business_year_counts_as_the_year_in_which_it_ends(text, found):
    assert years(text) == found


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("How many lifeboat crews are there?", "lifeboat crews"),
        ("how many of the boats were lost", "boats"),
        ("How many boats per mile?", "boats"),
        ("how many people live here", "people"),
        ("how many", ""),
        ("How often do boats sail?", ""),
    ],
)
def test_what_how_many_counts(question, noun):
    assert wanted(question).counted == noun


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("what per cent of boats", Measure.PERCENT),
        ("what share of the budget", Measure.PERCENT),
        ("What is the harbour's budget?", Measure.MONEY),
        ("how much does a boat cost", Measure.MONEY),
        ("how much of the cost is borne", None),
        ("how many boats pay", None),
    ],
)
def test_the_measure_that_is_asked_for(question, measure):
    assert wanted(question).measure is measure


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("It costs £5.", {Measure.MONEY}),
        ("It is free.", {Measure.MONEY}),
        ("12 per cent", {Measure.PERCENT}),
        ("a substantial budget over two years", set()),
    ],
)
def test_the_measures_that_a_text_gives(text, measures):
    assert measured(text) == measures


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Twelve boats sank.", {Kind.NUMBER}),
        ("There are 94 boats.", {Kind.NUMBER}),
        ("Figure 4 shows what sank in 2015.³", {Kind.DATE}),
        ("It stays shut because the tide is high.", {Kind.REASON}),
        ("Good", {Kind.GRADE}),
        ("It requires improvement.", {Kind.GRADE}),
        ("The pier is longer than the quay.", {Kind.COMPARISON}),
        ("A cutter is a small fast boat.", {Kind.DEFINITION}),
        ("Crews row.", set()),
        ("Half of them row the most worn boats.", {Kind.NUMBER, Kind.COMPARISON}),
        ("They row the most worn boats.", {Kind.COMPARISON}),
    ],
)
def test_what_a_text_has_in_it(text, held):
    assert holds(text) == held


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("There are 12 new lifeboats.", True),
        ("Lifeboats number twelve.", True),
        ("Lifeboats have been kept in this harbour since they were bought for 12 pounds.", False),
        ("In 2015 lifeboats were painted.", False),
        ("Lifeboats are red.", False),
        ("There are 12 piers.", False),
        ("One of the 12 lifeboats sank.", True),
        ("Most lifeboats are red.", False),
        ("25 sleep in the lifeboat station.", False),
        ("25 sleep in lifeboats, of whom 12 snore.", False),
        ("Lifeboats were cut to 12.", True),
    ],
)
def test_whether_a_text_gives_a_number_of_something(text, counted):
    assert counts(text, frozenset(terms("lifeboats"))) is counted


@pytest.mark.parametrize("question", ["a" * 4000, "how many " * 400, "what is the " * 300 + "?"])
def test_no_question_takes_long(question):
    assert wanted(question).kind in Kind


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("How much did the pier charge?", Measure.MONEY),
        ("What did the lamps cost?", Measure.MONEY),
        ("What is the charge rate?", None),
        ("How large is the gap in pay?", None),
        ("What rate of interest is charged?", None),
        ("By how much did fees rise?", None),
    ],
)
def test_a_rate_or_a_change_is_no_money(question, measure):
    assert wanted(question).measure is measure


def test_a_footnotes_mark_hides_no_year():
    assert years("as at 30 June 2015¹³") == {2015}
    assert holds("Figure 6: Lamps, by pier, as at 30 June 2015¹³ ¹⁴") & {Kind.NUMBER} == set()
