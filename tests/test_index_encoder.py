"""The models themselves: those that are pinned, and one of a user's own made here."""

import numpy as np
import pytest

from index.encoder import load_encoder, load_reranker
from index.tokens import token_counter
from ingest.errors import MissingModel, ModelUnusable

pytestmark = pytest.mark.slow

TEXTS = [
    "The lighthouse keeper rows out to the rock every Monday.",
    "Herring catches fell by a third in five years.",
    "Good",
    "A pier of oak, " * 200,
    "¹ Judged in May 2024.",
]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder without models, so that those of the installed wheel are used."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def encoder(models):
    try:
        return load_encoder(folder=models, threads=1)
    except MissingModel as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def reranker(models):
    try:
        return load_reranker(folder=models, threads=1)
    except MissingModel as error:
        pytest.skip(str(error))


def test_texts_become_unit_vectors(encoder):
    vectors = encoder.encode(TEXTS)
    assert encoder.dimension == 384
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.encode_question("what?").shape == (384,)


def test_a_question_is_nearest_to_what_answers_it(encoder):
    vectors = encoder.encode(TEXTS)
    asked = {
        "How often does the man who tends the light go there by boat?": 0,
        "Are there fewer fish than before?": 1,
    }
    for question, row in asked.items():
        assert int(np.argmax(vectors @ encoder.encode_question(question))) == row


def test_a_question_is_led_by_the_instruction_of_the_training(models, encoder):
    question = "Are there fewer fish than before?"
    led = encoder.encode([f"Represent this sentence for searching relevant passages: {question}"])
    pinned = load_encoder(folder=models, tuned=None, threads=1)
    np.testing.assert_allclose(pinned.encode_question(question), led[0], atol=1e-6)


def test_the_tuned_weights_are_read_for_questions_alone(models, encoder):
    pinned = load_encoder(folder=models, tuned=None, threads=1)
    question = "Are there fewer fish than before?"
    assert float(encoder.encode_question(question) @ pinned.encode_question(question)) < 0.95
    np.testing.assert_allclose(encoder.encode(TEXTS), pinned.encode(TEXTS), atol=1e-6)


def test_a_vector_hardly_depends_on_what_else_is_in_the_batch(encoder):
    """Activations are quantised over a batch, which leaves a little."""
    together = encoder.encode(TEXTS)
    alone = np.vstack([encoder.encode([text]) for text in TEXTS])
    assert min(np.sum(together * alone, axis=1)) > 0.98


def test_tokens_are_counted_as_the_model_makes_them(models):
    count = token_counter(folder=models)
    assert count("the harbour master") == 3
    assert count("unquayworthy") == 3
    assert count("") == 0
    assert count("pier " * 2000) == 2000


def test_the_cross_encoder_tells_an_answer_from_the_rest(reranker):
    scores = reranker.score("By how much did herring catches fall?", TEXTS)
    assert scores.shape == (5,)
    assert scores.dtype == np.float32
    assert int(np.argmax(scores)) == 1
    assert min(scores) < -5, "logits, not probabilities"
    assert reranker.score("anything", []).shape == (0,)


def test_the_cross_encoder_reads_order(reranker):
    good, bad = reranker.score(
        "What did the mayor say to the keeper?",
        ["The mayor told the keeper to wait.", "Herring swim in the bay."],
    )
    assert good > bad


# Any other sentence-transformers model


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """An embedding model of one layer with chance weights, saved as sentence-transformers does."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("own")
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    (folder / "vocab.txt").write_text("\n".join(words))
    tokenizer = BertTokenizerFast(vocab_file=str(folder / "vocab.txt"))
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    tokenizer.save_pretrained(folder / "bert")
    layer = Transformer(str(folder / "bert"))
    pooling = Pooling(layer.get_embedding_dimension())
    SentenceTransformer(modules=[layer, pooling], device="cpu").save(str(folder / "model"))
    return folder


def test_a_model_of_the_users_is_loaded_by_its_path(own, models):
    encoder = load_encoder(str(own / "model"), folder=models)
    assert (encoder.name, encoder.dimension) == (str(own / "model"), 16)
    np.testing.assert_allclose(np.linalg.norm(encoder.encode(["abc", "z"]), axis=1), 1, atol=1e-5)
    assert load_reranker(str(own / "bert"), folder=models).score("a", ["b", "c"]).shape == (2,)


def test_its_identity_is_its_files(own, models, tmp_path):
    import shutil

    first = load_encoder(str(own / "model"), folder=models).checksum
    shutil.copytree(own / "model", tmp_path / "copy")
    assert load_encoder(str(tmp_path / "copy"), folder=models).checksum == first
    (tmp_path / "copy" / "README.md").write_text("changed")
    assert load_encoder(str(tmp_path / "copy"), folder=models).checksum != first


@pytest.mark.parametrize("load", [load_encoder, load_reranker])
@pytest.mark.parametrize("kind", ["empty", "broken", "pickled"])
def test_a_folder_that_is_no_safe_model_is_said(own, models, tmp_path, load, kind):
    import shutil

    folder = tmp_path / "folder"
    if kind == "empty":
        folder.mkdir()
    else:
        shutil.copytree(own / ("model" if load is load_encoder else "bert"), folder)
        weights = folder / "model.safetensors"
        if kind == "broken":
            weights.write_bytes(b"\x01" * 100)
        else:
            weights.rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelUnusable) as caught:
        load(str(folder), folder=models)
    assert f"the model {folder} cannot be loaded from {folder} (" in str(caught.value)
    assert "give a sentence-transformers model with weights in safetensors" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_model_that_is_not_there_is_never_fetched(models):
    with pytest.raises(MissingModel, match="reportqa models fetch"):
        load_encoder("someone/not-downloaded", folder=models)
