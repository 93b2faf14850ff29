from pathlib import Path

import numpy as np
import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.domain.textbook import Book
from autograder.retrieval.embedders import NamedEmbedder, choose
from autograder.retrieval.index import TextbookIndex
from autograder.settings import RetrievalSettings
from tests.places import PROJECT

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "paging", "disk", "a", "the", "file", "##s"]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of random weights, made on the spot."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("model")
    (folder / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
    )
    BertModel(config).save_pretrained(folder / "bert")
    words = Transformer(str(folder / "bert"))
    SentenceTransformer(modules=[words, Pooling(32)]).save(str(folder / "sentences"))
    return folder / "sentences"


def test_a_named_sentence_transformers_model_takes_the_embedded_ones_place(
    tiny_model: Path, tmp_path: Path
) -> None:
    settings = RetrievalSettings(embedding=str(tiny_model))
    vectors = choose(settings, PROJECT / "models").embed(["the disk", "a file", "paging"])
    assert vectors.shape == (3, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    index = TextbookIndex(tmp_path, settings, PROJECT / "models")
    book = Book("b", "Primer", "", 0)
    index.add(book, PROJECT / "textbooks" / "operating-systems-primer.pdf")
    assert index.search("What is paging?", ["b"])
    embedded = TextbookIndex(tmp_path, RetrievalSettings(), PROJECT / "models")
    assert not embedded.holds("b")  # other vectors, so the book would be indexed anew


def test_a_model_that_is_not_there_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="AUTOGRADER_RETRIEVAL__EMBEDDING"):
        NamedEmbedder(str(tmp_path / "nowhere")).embed(["x"])
