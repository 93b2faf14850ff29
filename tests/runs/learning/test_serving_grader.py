"""A learned grader takes over, and gives way to what ships whenever it is not what it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import plugins
from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Question, Scale
from autograder.domain.learned import LearnedModel
from autograder.gradebook.gradebook import Gradebook
from autograder.learning.registry import known_answers
from autograder.learning.registry.manifest import Described
from autograder.runs.learning import at_work
from autograder.runs.learning.serving_grader import ServingGrader
from autograder.settings import PROJECT, LlamaSettings, Settings
from tests.learning.registry import learned

QUESTION = Question("q1", "Q1", "What is paging?", Scale(0, 2), ("Memory in fixed-size blocks.",))
PLANTED = [(QUESTION, "Memory in fixed-size blocks."), (QUESTION, "I don't know.")]


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    opened = Gradebook(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    models = tmp_path / "models"
    models.mkdir()
    for name in ("encoder", "minilm"):
        (models / name).symlink_to(PROJECT / "models" / name)
    return Settings(models=models, grader="encoder")


def teach(settings: Settings, slope: float, **changes: object) -> LearnedModel:
    """A network of the built-in grader with heads of its own, which is surer than what ships."""
    run = settings.models.parent / f"run-{slope}"
    run.mkdir(exist_ok=True)
    heads = json.loads((settings.models / "encoder" / "heads.json").read_text())
    (run / "heads.json").write_text(json.dumps(heads | {"slope": slope}))
    own = settings.encoder.model_copy(update={"model": run})
    grader = plugins.grader("encoder", settings.model_copy(update={"encoder": own}))
    known = known_answers.record(PLANTED, grader.grade)
    described = learned.described("encoder", method="encoder", **({"known": known} | changes))
    assert isinstance(described, Described)
    return at_work.kept(settings).add(run, described)


def served_by(serving: ServingGrader) -> str:
    """The learned model that grades, by what each prediction is kept with."""
    [prediction] = serving.ready().grade(QUESTION, ["Blocks."])
    return prediction.maker.adapter.partition("@")[0]


def test_a_promotion_by_another_process_serves_from_the_next_time_on(
    settings: Settings, gradebook: Gradebook
) -> None:
    serving = ServingGrader(settings, gradebook)
    before = serving.ready()
    assert served_by(serving) == ""
    assert serving.ready() is before
    model = teach(settings, 9.0)
    other = Gradebook(gradebook.folder)
    other.promotions.promote("encoder", model.id, "Asha")
    assert served_by(serving) == model.id
    assert serving.ready().maker != before.maker
    other.promotions.roll_back("encoder", "Asha")
    other.close()
    assert served_by(serving) == ""


def test_one_that_was_damaged_gives_way_until_it_is_whole_again(
    settings: Settings, gradebook: Gradebook
) -> None:
    model = teach(settings, 9.0)
    gradebook.promotions.promote("encoder", model.id, "Asha")
    serving = ServingGrader(settings, gradebook)
    assert served_by(serving) == model.id
    heads = at_work.kept(settings).path(model.id) / "heads.json"
    whole = heads.read_bytes()
    heads.write_bytes(whole[:-20])
    assert served_by(serving) == ""
    name, why = serving.told()
    assert name == "encoder"
    assert "so what ships serves" in why
    assert "heads.json is damaged" in why
    assert serving.ready() is serving.ready()
    heads.write_bytes(whole)
    assert served_by(serving) == model.id
    assert "damaged" not in serving.told()[1]


def test_one_that_no_longer_gives_its_known_answers_their_marks_gives_way(
    settings: Settings, gradebook: Gradebook
) -> None:
    other = known_answers.KnownAnswer(*PLANTED[0], ((0.0, 0.98), (1.0, 0.01), (2.0, 0.01)))
    model = teach(settings, 9.0, known=(other,))
    gradebook.promotions.promote("encoder", model.id, "Asha")
    serving = ServingGrader(settings, gradebook)
    assert served_by(serving) == ""
    assert "gives an answer that it knows other marks" in serving.told()[1]


def test_one_without_known_answers_never_serves(settings: Settings, gradebook: Gradebook) -> None:
    model = teach(settings, 9.0, known=())
    gradebook.promotions.promote("encoder", model.id, "Asha")
    serving = ServingGrader(settings, gradebook)
    assert served_by(serving) == ""
    assert "no known answers" in serving.told()[1]


def test_one_that_breaks_the_engine_gives_way_and_the_teacher_is_told(
    settings: Settings, gradebook: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = teach(settings, 9.0)
    gradebook.promotions.promote("encoder", model.id, "Asha")
    build = plugins.grader

    def broken(name: str, chosen: Settings) -> object:
        if chosen.encoder.model is not None:
            raise RuntimeError("a bug of ours")
        return build(name, chosen)

    monkeypatch.setattr(plugins, "grader", broken)
    serving = ServingGrader(settings, gradebook)
    assert served_by(serving) == ""
    assert "It broke while it was checked." in serving.told()[1]


def test_where_not_even_what_ships_can_grade_the_model_is_not_blamed(
    settings: Settings, gradebook: Gradebook
) -> None:
    model = teach(settings, 9.0)
    gradebook.promotions.promote("encoder", model.id, "Asha")
    weights = settings.models / "encoder"
    weights.unlink()
    serving = ServingGrader(settings, gradebook)
    with pytest.raises(EngineUnavailable):
        serving.ready()
    weights.symlink_to(PROJECT / "models" / "encoder")
    assert served_by(serving) == model.id


def test_a_grader_that_was_put_down_comes_back(settings: Settings, gradebook: Gradebook) -> None:
    serving = ServingGrader(settings, gradebook)
    before = serving.ready()
    serving.put_down()
    assert serving.ready() is not before


def test_an_adapter_is_put_on_and_taken_off_without_loading_the_base_again(
    settings: Settings, gradebook: Gradebook, tmp_path: Path
) -> None:
    torch = pytest.importorskip("torch")
    from tests.grading import tiny_llama

    torch.set_num_threads(1)
    base = tiny_llama.build(tmp_path / "tiny-llama")
    run = tiny_llama.build_adapter(tmp_path / "run", base)
    llama = LlamaSettings(base=str(base), device="cpu", rationale_tokens=0)
    settings = settings.model_copy(update={"grader": "llama", "llama": llama})
    worn = llama.model_copy(update={"adapter": run})
    trained = plugins.grader("llama", settings.model_copy(update={"llama": worn}))
    known = known_answers.record(PLANTED, trained.grade)
    model = at_work.kept(settings).add(run, learned.described(base=str(base), known=known))
    serving = ServingGrader(settings, gradebook)
    loaded = serving.ready()
    assert loaded.maker.adapter == ""
    gradebook.promotions.promote("lora", model.id, "Asha")
    assert serving.ready() is loaded
    assert loaded.maker.adapter.startswith(f"{model.id}@")
    gradebook.promotions.roll_back("lora", "Asha")
    assert serving.ready() is loaded
    assert loaded.maker.adapter == ""
