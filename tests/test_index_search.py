from dataclasses import replace

import numpy as np
import pytest
from conftest import TinyEncoder, TinyReranker
from fixtures_library import Text, document, harbour, passage, towns

from index.query import query
from index.search import Recipe, Searcher, fuse
from index.store import Store
from ingest.records import Acronym


class Axes(TinyEncoder):
    """Three dimensions: how a text stands to lamps, to boats, to neither."""

    dimension = 3

    def encode(self, texts):
        self.encoded.extend(texts)
        axes = np.array(
            [[t.lower().count("lamp"), t.lower().count("boat"), 0.01] for t in texts],
            dtype=np.float32,
        )
        return (axes / np.linalg.norm(axes, axis=1, keepdims=True)).astype(np.float32)


class Listening(TinyReranker):
    """Remembers what it was given; scores what holds its word 5, all else -11, -12 and so on up
    to the last."""

    def __init__(self, word):
        self.word = word
        self.asked: list[tuple[str, list[str]]] = []

    def score(self, question, texts):
        self.asked.append((question, list(texts)))
        low = range(-10 - len(texts), -10)
        scores = [5.0 if self.word in t else n for n, t in zip(low, texts, strict=True)]
        return np.array(scores, dtype=np.float32)


class Flat(TinyEncoder):
    """To whom all texts are alike."""

    def encode(self, texts):
        return np.tile(np.eye(1, self.dimension, dtype=np.float32), (len(texts), 1))


def lamps_and_boats():
    own = [
        passage("light", 0, ("Lamps",), Text(("The lamp burns.", "Oil is dear."))),
        passage("light", 1, ("Boats",), Text(("The boat has a lamp.",))),
        passage("light", 2, ("Crews",), Text(("Nobody sleeps.",))),
    ]
    return document("light", "Report", own)


@pytest.fixture
def index(tmp_path, encoder):
    return Store(tmp_path).add([harbour(), *towns()], encoder)


def texts(hits):
    return [hit.passage.text for hit in hits]


def test_scores_are_scaled_then_weighted():
    dense = np.array([0.2, 0.6, 1.0], dtype=np.float32)
    lexical = np.array([4.0, 0.0, 1.0], dtype=np.float32)
    assert fuse(dense, lexical, weight=0.25).tolist() == pytest.approx([0.25, 0.375, 0.8125])
    assert fuse(dense, lexical, weight=0).tolist() == pytest.approx([0, 0.5, 1])
    assert fuse(dense, lexical, weight=1).tolist() == pytest.approx([1, 0, 0.25])


def test_equal_scores_decide_nothing():
    same = np.full(2, 0.7, dtype=np.float32)
    assert fuse(same, np.array([0, 3], dtype=np.float32), weight=0.4).tolist() == (
        pytest.approx([0, 0.4])
    )
    assert fuse(np.zeros(0, np.float32), np.zeros(0, np.float32), weight=0.4).tolist() == []


def test_the_first_stage_by_hand(tmp_path):
    index = Store(tmp_path).add([lamps_and_boats()], Axes())
    recipe = Recipe(heading_weight=0.5, passage_weight=0.25, lexical_weight=0.2)
    hits = Searcher(index, Axes(), recipe=recipe).first_stage(query("lamp"))
    near, root, neither = 1.0, 2**-0.5, 0.01
    of_both = (near + neither) / (2 + 2 * near * neither) ** 0.5
    dense = {
        0: near + 0.5 * near + 0.25 * of_both,
        1: root + 0.5 * 0.0 + 0.25 * root,
        2: neither + 0.5 * neither + 0.25 * neither,
    }
    assert {hit.row: hit.dense for hit in hits} == pytest.approx(dense, abs=2e-4)
    best, worst = max(dense.values()), min(dense.values())
    most = max(hit.lexical for hit in hits)
    by_hand = {
        hit.row: 0.8 * (dense[hit.row] - worst) / (best - worst) + 0.2 * hit.lexical / most
        for hit in hits
    }
    assert {hit.row: hit.fused for hit in hits} == pytest.approx(by_hand, abs=3e-4)
    assert [hit.row for hit in hits] == [0, 1, 2]
    assert [hit.lexical > 0 for hit in hits] == [True, True, False]
    assert [c.dense for c in hits[0].candidates] == pytest.approx([near, neither], abs=2e-4)


def test_a_long_message_is_found_by_what_asks_and_by_all_of_it(tmp_path):
    index = Store(tmp_path).add([lamps_and_boats()], Axes())
    searcher = Searcher(index, Axes(), recipe=Recipe(heading_weight=0, passage_weight=0))
    asked = query("Is there a boat?")
    alone = {hit.row: hit.dense for hit in searcher.first_stage(asked)}
    told = replace(asked, message="A lamp. Is there a boat?")
    found = {hit.row: hit.dense for hit in searcher.first_stage(told)}
    assert alone[0] == pytest.approx(0.01, abs=1e-3)
    assert found[0] == pytest.approx(0.383, abs=1e-2)


def test_the_cross_encoder_reads_the_most_promising_contexts(index, encoder):
    listening = Listening("1931")
    recipe = Recipe(pieces=3)
    searcher = Searcher(index, encoder, listening, recipe=recipe)
    hits = searcher.search(query("which station stands beside the lighthouse?"))
    ((question, given),) = listening.asked
    assert question == "which station stands beside the lighthouse?"
    assert len(given) == 3
    assert given[0].startswith("Crews\nThe oldest station stands beside the lighthouse")
    read = [c for hit in hits for c in hit.candidates if c.rerank is not None]
    assert len(read) == 3
    (best,) = [c for c in read if c.rerank == 5.0]
    assert "1931" in best.text
    assert hits[0].passage is best.passage
    assert hits[0].score == pytest.approx(5 + Recipe().fused_weight * hits[0].fused)


def test_a_whole_list_is_promising_before_its_items(tmp_path):
    crews = (Text(("Crews at Rye:",)), Text(("lamp keepers", "gate keepers"), "item"))
    index = Store(tmp_path).add([document("x", "X", [passage("x", 0, (), *crews)])], Flat())
    listening = Listening("")
    recipe = Recipe(pieces=1)
    Searcher(index, Flat(), listening, recipe=recipe).search(query("which keepers are at Rye?"))
    ((_, (first,)),) = listening.asked
    assert [line.strip("- ") for line in first.split("\n") if line] == [
        "Crews at Rye:",
        "lamp keepers",
        "gate keepers",
    ]


def test_a_text_with_the_long_form_is_promising_for_the_acronym(tmp_path):
    said = ("Boats are at Rye.", "Lifeboat crews are few.")
    index = Store(tmp_path).add([document("x", "X", [passage("x", 0, (), Text(said))])], Flat())
    listening = Listening("")
    recipe = Recipe(pieces=1)
    asked = query("LBC boats at Rye?", acronyms=[Acronym("LBC", "lifeboat crew")])
    Searcher(index, Flat(), listening, recipe=recipe).search(asked)
    ((_, (first,)),) = listening.asked
    assert first == "Lifeboat crews (LBC) are few."


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("what do keepers burn in lamps", "Lamps burn oil that keepers bring."),
        ("how many keepers are there", "There are 12 keepers."),
        ("which keepers sleep", "Keepers sleep."),
    ],
)
def test_words_shared_and_the_kind_asked_for_are_promising(tmp_path, question, first):
    said = ("Keepers sleep.", "Lamps burn oil that keepers bring.", "There are 12 keepers.")
    index = Store(tmp_path).add([document("x", "X", [passage("x", 0, (), Text(said))])], Flat())
    listening = Listening("")
    Searcher(index, Flat(), listening, recipe=Recipe(pieces=1)).search(query(question))
    assert listening.asked == [(f"{question}?", [first])]


def test_acronyms_are_spelled_out_for_the_cross_encoder(tmp_path, encoder):
    own = [passage("crews", 0, (), Text(("There are nine LBCs.",)))]
    index = Store(tmp_path).add([document("crews", "Crews", own)], encoder)
    listening = Listening("nine")
    asked = query("how many LBCs?", acronyms=[Acronym("LBC", "lifeboat crew")])
    Searcher(index, encoder, listening).search(asked)
    assert listening.asked == [
        ("how many LBCs (lifeboat crew)?", ["There are nine LBCs (lifeboat crew)."])
    ]


def test_below_its_floor_the_cross_encoder_changes_no_order(index, encoder):
    asked = query("false alarms in 2023")
    searcher = Searcher(index, encoder, Listening("nothing holds this"))
    first = searcher.first_stage(asked)
    assert texts(searcher.search(asked)) == texts(first)


def test_without_a_cross_encoder_the_fused_order_holds(index, encoder):
    asked = query("how many lighthouses were inspected in Borchester?")
    searcher = Searcher(index, encoder)
    hits = searcher.search(asked)
    assert texts(hits) == texts(searcher.first_stage(asked))
    assert hits[0].passage.document_id == "borchester"
    assert {c.rerank for hit in hits for c in hit.candidates} <= {0.0, None}


def test_only_the_documents_asked_are_searched(index, encoder, reranker):
    searcher = Searcher(index, encoder, reranker)
    asked = query("lighthouses inspected in Ambridge")
    found = {
        h.passage.document_id for h in searcher.search(asked, documents=["cadfael", "dunwich"])
    }
    assert found == {"cadfael", "dunwich"}
    assert searcher.search(asked, documents=["nowhere"]) == []


def test_scaling_is_over_the_documents_asked(index, encoder):
    searcher = Searcher(index, encoder)
    asked = query("Dunwich beaches")
    (only,) = searcher.first_stage(asked, documents=["dunwich"])
    assert only.fused == 0.0
    assert searcher.first_stage(asked)[0].fused == pytest.approx(1.0)


def test_at_most_the_recipes_depth_is_found(index, encoder, reranker):
    searcher = Searcher(index, encoder, reranker, recipe=Recipe(depth=2))
    assert len(searcher.search(query("lighthouses inspected"))) == 2


def test_equal_passages_keep_the_order_of_the_index(tmp_path, encoder, reranker):
    alike = [
        document(name, "Same", [passage(name, 0, ("Part",), Text(("The tide turns.",)))])
        for name in ("b", "a", "c")
    ]
    index = Store(tmp_path).add(alike, encoder)
    for asked in ("when does the tide turn", "zebra"):
        hits = Searcher(index, encoder, reranker).search(query(asked))
        assert [hit.passage.document_id for hit in hits] == ["b", "a", "c"]


def test_a_repeated_title_is_read_below_the_one_above_it(tmp_path, encoder):
    own = [
        passage("x", 0, ("North", "Summary"), Text(("The north is cold.",))),
        passage("x", 1, ("South", "Summary"), Text(("The south is warm.",))),
        passage("x", 2, ("South", "Boats"), Text(("Boats are many.",))),
    ]
    index = Store(tmp_path).add([document("x", "X", own)], encoder)
    hits = Searcher(index, encoder).search(query("cold"))
    assert {hit.candidates[0].context.split("\n")[0] for hit in hits} == {
        "North › Summary",
        "South › Summary",
        "Boats",
    }


@pytest.mark.parametrize("question", ["?", "…", "the of and", "\x00", "ﷺ" * 50])
def test_a_question_without_terms_finds_something_or_nothing(index, encoder, reranker, question):
    hits = Searcher(index, encoder, reranker).search(query(question))
    assert all(np.isfinite(hit.score) for hit in hits)


def test_an_empty_index_finds_nothing(tmp_path, encoder, reranker):
    store = Store(tmp_path)
    store.add([harbour()], encoder)
    index = store.remove(["harbour"], encoder)
    assert Searcher(index, encoder, reranker).search(query("boats")) == []
