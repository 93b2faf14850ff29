"""``learn compare``: a kept model beside what ships, its verdict kept with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Question, Scale
from autograder.domain.grade import Example, Maker, Passage, Prediction
from autograder.domain.learned import GENERATOR, SHIPPED, LearnedModel
from autograder.domain.marked_example import MarkedExample
from autograder.gradebook.gradebook import Gradebook
from autograder.learning.comparing.held_out import recorded
from autograder.learning.examples import write_examples
from autograder.learning.registry import proofs
from autograder.learning.registry.manifest import Described
from autograder.learning.registry.registry import Registry
from autograder.runs.learning import comparing
from autograder.runs.learning.comparing import Contender, Marked, Paper, mark
from autograder.runs.learning.contenders import contender
from autograder.settings import Settings
from tests.learning.registry import learned
from tests.places import PROJECT

TOPICS = ("paging", "forking", "piping", "locking", "caching", "booting")
MAKER = Maker("made", "1")
EXAMPLES = [
    MarkedExample(
        f"{topic}-{place}",
        Question(topic, topic, f"What does {topic} mean for a running program?", Scale(0, 4)),
        " ".join(f"{topic}{place}{word}" for word in range(place % 5)) or "nothing at all here",
        float(place % 5),
        exam="Quiz",
    )
    for topic in TOPICS
    for place in range(12)
]


class ByLength:
    """Counts words; a learned one is right, the one that ships always gives two."""

    name, maker = "made", MAKER

    def __init__(self, learned: bool) -> None:
        self._learned = learned

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        return [self._of(question, answer) for answer in answers]

    def _of(self, question: Question, answer: str) -> Prediction:
        right = {each.text: each.mark for each in EXAMPLES if each.question == question}
        mark = right.get(" ".join(answer.split()), 0.0) if self._learned else 2.0
        return Prediction(mark, ((mark, 1.0),), 1.0, MAKER)


@pytest.fixture(autouse=True)
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A data folder and a models folder of its own; both graders work in this process."""

    def here(contender: Contender, paper: Paper, follow: comparing.Follow) -> Marked:
        return mark(ByLength(contender.settings.encoder.model is not None), paper, follow)

    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("AUTOGRADER_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(comparing, "_apart", here)
    return Registry(tmp_path / "models" / "adapters")


def kept(registry: Registry, train: Sequence[MarkedExample], kind: str = "encoder") -> LearnedModel:
    made = registry.folder.parent / "made"
    made.mkdir(parents=True)
    shutil.copy(PROJECT / "models" / "encoder" / "heads.json", made)
    settings = recorded(train, held_out=0.2, by="question")
    described = Described(kind, kind, "minilm+cross", "0" * 64, len(train), settings, {}, "mine")
    return registry.add(made, described)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    write_examples(tmp_path / "answers.jsonl", EXAMPLES)
    return tmp_path / "answers.jsonl"


def test_a_better_model_is_told_reported_and_its_proof_kept(
    registry: Registry, answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = kept(registry, [])
    report, out = tmp_path / "report", tmp_path / "deep" / "out.json"
    asked = ["learn", "compare", model.id, "--from", str(answers), "--known", "3"]
    told = [*asked, "--report", str(report), "--json", str(out), "--work", str(tmp_path / "work")]
    assert main(told) == 0
    said = capsys.readouterr().out
    assert f"{model.id} beside the one that ships: 72 answers to 6 questions" in said
    assert "Better: it may take over." in said
    assert (report / "report.html").is_file()
    read = json.loads(out.read_text())
    assert (read["verdict"], read["promotes"], read["against"]) == ("better", True, SHIPPED)
    proof = proofs.newest(registry.path(model.id), SHIPPED)
    assert proof is not None
    assert proof.enough
    assert proof.report == str(report)


def test_it_has_to_beat_what_grades_today_and_not_what_ships(
    registry: Registry, answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder = kept(registry, [])
    gradebook = Gradebook(Settings().data)
    gradebook.promotions.promote("encoder", encoder.id, "Asha")
    gradebook.close()
    classifier = registry.add(
        learned.network(registry.folder.parent / "other" / "network.onnx").parent,
        learned.described("classifier", settings=recorded([], held_out=0.2, by="question")),
    )
    asked = ["learn", "compare", classifier.id, "--from", str(answers), "--known", "0"]
    assert main(asked) == 0
    assert f"{classifier.id} beside {encoder.id}:" in capsys.readouterr().out
    assert proofs.newest(registry.path(classifier.id), encoder.id) is not None
    assert main([*asked, "--against", "shipped"]) == 0
    assert f"{classifier.id} beside the one that ships:" in capsys.readouterr().out


def test_a_model_that_learned_from_all_of_it_is_refused_and_nothing_kept(
    registry: Registry, answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = kept(registry, EXAMPLES)
    assert main(["learn", "compare", model.id, "--from", str(answers)]) == 1
    assert "Its figures would mean nothing" in capsys.readouterr().err
    assert proofs.read(registry.path(model.id)) == []


def test_a_gradebook_without_reviews_has_nothing_to_compare_on(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    model = kept(registry, [])
    assert main(["learn", "compare", model.id, "--reviews"]) == 1
    assert "There is no marked answer to try it on" in capsys.readouterr().err


def test_a_damaged_model_is_never_run(
    registry: Registry, answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = kept(registry, [])
    (registry.path(model.id) / "heads.json").write_text("{}")
    assert main(["learn", "compare", model.id, "--from", str(answers)]) == 1
    assert "its sum is not the manifest's" in capsys.readouterr().err


def test_an_answer_with_two_marks_is_named(
    registry: Registry, answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = kept(registry, [])
    lines = answers.read_text("utf-8").replace('"score": 4.0', '"score": 1.0')
    (tmp_path / "other.jsonl").write_text(lines, "utf-8")
    files = [str(answers), str(tmp_path / "other.jsonl")]
    assert main(["learn", "compare", model.id, "--from", *files]) == 1
    assert "stands there twice, with another text or mark" in capsys.readouterr().err


def test_an_unknown_model_and_bad_usage_are_told(
    answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["learn", "compare", "encoder-20260101-00000000", "--from", str(answers)]) == 1
    assert "There is no learned model" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["learn", "compare", "some"])
    assert ended.value.code == 2


def test_what_drafts_is_no_grader(registry: Registry) -> None:
    drafting = replace(kept(registry, []), kind=GENERATOR)
    with pytest.raises(InvalidInput, match="drafts reference answers and grades nothing"):
        contender(registry, drafting, Settings())
