"""What every engine that is found by its file name promises, whoever wrote it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

from autograder import plugins
from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Example, Passage, Prediction
from autograder.domain.script import Line, Reading, Word
from autograder.grading.grader import Grader
from autograder.reading.recognizer import TextRecognizer
from autograder.settings import (
    ClassifierSettings,
    GoogleVisionSettings,
    LlamaSettings,
    OpenAIApiSettings,
    Settings,
    TrOcrSettings,
    VisionLanguageSettings,
)
from samples.handwriting import write_page
from tests import openai_server
from tests.reading.vision_server import VisionServer, over_grpc

BY_CRITERIA = Question(
    "q1",
    "Q1",
    "What does a deadlock need?",
    Scale(0, 4),
    ("Mutual exclusion, hold and wait, no preemption and a circular wait.",),
    (
        Criterion("names mutual exclusion", 1),
        Criterion("names circular wait", 2),
        Criterion("names hold and wait", 1, "waiting"),
        Criterion("says that processes wait while they hold", 1, "waiting"),
        Criterion("says that deadlocks are harmless", -1),
    ),
)
QUESTIONS = {
    "criteria": BY_CRITERIA,
    "criteria spread over 1-5": replace(BY_CRITERIA, scale=Scale(1, 5)),
    "reference only": replace(BY_CRITERIA, criteria=(), scale=Scale(1, 5)),
    "half marks, odd maximum": replace(BY_CRITERIA, criteria=(), scale=Scale(0, 3.25, 0.5)),
    "textbook only": replace(BY_CRITERIA, criteria=(), reference_answers=()),
}
ANSWERS = (
    "Mutual exclusion, no preemption, hold and wait, and a circular wait of processes.",
    "Two processes wait for each other.",
    "It needs exclusion.",
    "My favourite food is pasta.",
)
EMPTY = ("", "  \n ", "-")
PASSAGES = (Passage("b", "Primer", 7, "A deadlock needs a circular wait of processes.", 0.9),)
EXAMPLES = (Example("Mutual exclusion and hold and wait.", 2.0),)
SAME = 1e-3
"""Of a probability: the last bits of a matrix product depend on how many rows it has."""


@contextmanager
def encoder(folder: Path) -> Iterator[Grader]:
    yield plugins.grader("encoder", Settings())


@contextmanager
def classifier(folder: Path) -> Iterator[Grader]:
    pytest.importorskip("torch")
    from tests.grading import tiny_classifier

    learned = tiny_classifier.build(folder / "tiny-classifier")
    yield plugins.grader("classifier", Settings(classifier=ClassifierSettings(model=learned)))


@contextmanager
def llama(folder: Path) -> Iterator[Grader]:
    torch = pytest.importorskip("torch")
    from tests.grading import tiny_llama

    torch.set_num_threads(1)  # on a busy machine threads that wait for each other cost minutes
    base = str(tiny_llama.build(folder / "tiny-llama"))
    chosen = LlamaSettings(base=base, device="cpu", rationale_tokens=4)
    yield plugins.grader("llama", Settings(llama=chosen))


@contextmanager
def openai_api(folder: Path) -> Iterator[Grader]:
    with openai_server.running() as root:
        served = OpenAIApiSettings(base_url=f"{root}/vllm/none/all/v1", model=openai_server.MODEL)
        yield plugins.grader("openai_api", Settings(openai_api=served))


@contextmanager
def rapidocr(folder: Path) -> Iterator[TextRecognizer]:
    yield plugins.recognizer("rapidocr", Settings())


@contextmanager
def google_vision(folder: Path) -> Iterator[TextRecognizer]:
    with over_grpc(WhatIsWritten()) as server:
        local = GoogleVisionSettings(endpoint=server.endpoint, transport="grpc")
        yield plugins.recognizer("google_vision", Settings(google_vision=local))


@contextmanager
def trocr(folder: Path) -> Iterator[TextRecognizer]:
    torch = pytest.importorskip("torch")
    from autograder.reading.networks.line_finder import LineFinder
    from tests.reading import tiny_readers

    torch.set_num_threads(1)
    lines: list[tuple[Image.Image, str]] = []
    for page in _pages():
        found = sorted(LineFinder().find(page), key=lambda line: float(line[0][0][1]))
        crops = [crop for _, crop in found]
        lines += zip(crops, WRITTEN[page.width], strict=True)
    model = str(tiny_readers.build_trocr(folder / "tiny-trocr", lines))
    chosen = TrOcrSettings(model=model, device="cpu")
    yield plugins.recognizer("trocr", Settings(trocr=chosen))


@contextmanager
def vision_language(folder: Path) -> Iterator[TextRecognizer]:
    torch = pytest.importorskip("torch")
    from autograder.reading.recognizers import vision_language as engine
    from tests.reading import tiny_readers

    torch.set_num_threads(1)
    small = 100_000
    pages = [(engine.shrunk(page, small), "\n".join(WRITTEN[page.width])) for page in _pages()]
    model = tiny_readers.build_vision_language(folder / "tiny-qwen", pages, engine.PROMPT)
    chosen = VisionLanguageSettings(
        model=str(model), device="cpu", page_pixels=small, page_tokens=64
    )
    yield plugins.recognizer("vision_language", Settings(vision_language=chosen))


GRADERS: dict[str, Callable[[Path], AbstractContextManager[Grader]]] = {
    "classifier": classifier,
    "encoder": encoder,
    "llama": llama,
    "openai_api": openai_api,
}
RECOGNIZERS: dict[str, Callable[[Path], AbstractContextManager[TextRecognizer]]] = {
    "rapidocr": rapidocr,
    "google_vision": google_vision,
    "trocr": trocr,
    "vision_language": vision_language,
}
WRITTEN = {
    1075: ["Q1. A process is a program", "in execution, a thread is", "one flow inside it."],
    1000: ["Q2. Paging saves memory"],
    900: [],
}
"""What stands on a page, by its width in pixels."""


class WhatIsWritten(VisionServer):
    """Sees on each page what stands there."""

    def _answer(self, image: bytes) -> Any:
        self.lines = WRITTEN[Image.open(io.BytesIO(image)).width]
        return super()._answer(image)


@pytest.fixture(scope="module", params=plugins.names(plugins.GRADERS))
def grader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grader]:
    if request.param not in GRADERS:
        pytest.fail(f"Nobody tests the grader “{request.param}”: build it here, for GRADERS.")
    with GRADERS[request.param](tmp_path_factory.mktemp("models")) as built:
        assert built.name == request.param
        yield built


@pytest.fixture(scope="module", params=plugins.names(plugins.RECOGNIZERS))
def recognizer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TextRecognizer]:
    if request.param not in RECOGNIZERS:
        pytest.fail(f"Nobody tests the engine “{request.param}”: build it here, for RECOGNIZERS.")
    with RECOGNIZERS[request.param](tmp_path_factory.mktemp("models")) as built:
        assert built.name == request.param
        yield built


@pytest.fixture(params=QUESTIONS)
def question(request: pytest.FixtureRequest) -> Question:
    return QUESTIONS[request.param]


def test_a_name_that_no_file_has_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InvalidInput, match="rapidocr"):
        plugins.recognizer("tesseract", Settings())
    with pytest.raises(InvalidInput, match="encoder, llama"):
        plugins.grader("../encoder", Settings())


def test_a_prediction_holds_what_the_gradebook_and_the_page_build_on(
    grader: Grader, question: Question
) -> None:
    predictions = grader.grade(question, ANSWERS, PASSAGES, EXAMPLES)
    assert len(predictions) == len(ANSWERS)
    for answer, prediction in zip(ANSWERS, predictions, strict=True):
        assert tuple(mark for mark, _ in prediction.distribution) == question.scale.marks
        assert sum(chance for _, chance in prediction.distribution) == pytest.approx(1)
        assert all(0 <= chance <= 1 for _, chance in prediction.distribution)
        assert 0 <= prediction.confidence <= 1
        assert prediction.maker == grader.maker
        assert prediction.mark in question.scale.marks or prediction.flags
        _check_spans(answer, prediction)


def test_the_maker_says_which_grader_and_model_it_was(grader: Grader) -> None:
    assert grader.maker.grader == grader.name
    assert grader.maker.model


@pytest.mark.parametrize("name", ["criteria", "criteria spread over 1-5"])
def test_the_judgements_follow_the_criteria(grader: Grader, name: str) -> None:
    question = QUESTIONS[name]
    for prediction in grader.grade(question, [*ANSWERS, ""]):
        made = zip(prediction.judgements, question.criteria, strict=True)
        for judgement, criterion in made:
            assert judgement.criterion == criterion.text
            assert 0 <= judgement.met <= 1
            assert min(0, criterion.marks) <= judgement.marks <= max(0, criterion.marks)


def test_an_answers_neighbours_change_nothing(grader: Grader, question: Question) -> None:
    together = grader.grade(question, [*ANSWERS, ANSWERS[1]], PASSAGES)
    turned = grader.grade(question, ANSWERS[::-1], PASSAGES)[::-1]
    for index, answer in enumerate(ANSWERS):
        (alone,) = grader.grade(question, [answer], PASSAGES)
        _check_same(alone, together[index])
        _check_same(alone, turned[index])
    _check_same(together[1], together[-1])


def test_an_empty_answer_is_never_above_the_lowest_mark(grader: Grader, question: Question) -> None:
    for passages in (PASSAGES, ()):
        for prediction in grader.grade(question, EMPTY, passages, EXAMPLES):
            assert prediction.mark in (None, question.scale.minimum)


def test_no_answers_get_no_predictions(grader: Grader, question: Question) -> None:
    assert grader.grade(question, [], PASSAGES, EXAMPLES) == []


def test_without_anything_to_go_by_there_is_a_flag(grader: Grader) -> None:
    bare = QUESTIONS["textbook only"]
    assert all(prediction.flags for prediction in grader.grade(bare, ANSWERS))


def test_each_page_is_read_in_its_place(recognizer: TextRecognizer) -> None:
    pages = _pages()
    for page, reading in zip(pages, _read(recognizer, pages), strict=True):
        written = "\n".join(WRITTEN[page.width])
        assert Levenshtein.normalized_similarity(reading.text, written) > 0.9
        assert (reading.engine, reading.version) == (recognizer.name, recognizer.version)
        assert reading.seconds >= 0


def test_boxes_lie_on_the_page_and_words_make_up_their_line(recognizer: TextRecognizer) -> None:
    pages = _pages()
    for page, reading in zip(pages, _read(recognizer, pages), strict=True):
        for line in reading.lines:
            assert " ".join(word.text for word in line.words) == line.text
            parts: list[Line | Word] = [line, *line.words]
            for part in parts:
                left, top, right, bottom = part.box
                assert 0 <= left < right <= page.width
                assert 0 <= top < bottom <= page.height
                assert 0 <= part.confidence <= 1


def _pages() -> list[Image.Image]:
    wide = [(width, write_page(lines, "patrick-hand", 3)) for width, lines in WRITTEN.items()]
    return [page.crop((0, 0, width, 300)) for width, page in wide]


def _read(recognizer: TextRecognizer, pages: list[Image.Image]) -> list[Reading]:
    readings: list[Reading] = []
    for start in range(0, len(pages), recognizer.batch_size):
        for reading in recognizer.read(pages[start : start + recognizer.batch_size]):
            assert isinstance(reading, Reading)
            readings.append(reading)
    return readings


def _check_spans(answer: str, prediction: Prediction) -> None:
    spans = [judgement.evidence for judgement in prediction.judgements]
    for span in [*spans, *(flag.span for flag in prediction.flags)]:
        if span is not None:
            assert 0 <= span[0] < span[1] <= len(answer)


def _check_same(one: Prediction, other: Prediction) -> None:
    assert one.mark == other.mark
    assert one.flags == other.flags
    chances = [chance for _, chance in other.distribution]
    assert [chance for _, chance in one.distribution] == pytest.approx(chances, abs=SAME)
