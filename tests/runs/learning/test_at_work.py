from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.domain.learned import SHIPPED, LearnedModel
from autograder.gradebook.gradebook import Gradebook
from autograder.runs.learning import at_work
from autograder.settings import LlamaSettings, Settings
from tests.learning.registry import learned

KINDS = {"lora": "sft", "encoder": "encoder", "classifier": "classifier"}


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    opened = Gradebook(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A machine whose settings keep the language model off its GPU."""
    llama = LlamaSettings(device="cpu")
    return Settings(models=tmp_path / "models", grader="auto", llama=llama)


def keep(settings: Settings, kind: str, size: float = 1.0) -> LearnedModel:
    run = settings.models.parent / f"run-{kind}-{size}"
    if kind == "lora":
        learned.lora(run, size=size)
    else:
        learned.network(run / "network.onnx", size=size)
    method = KINDS[kind]
    return at_work.kept(settings).add(run, learned.described(kind, method=method))


def test_what_ships_is_at_work_until_something_is_promoted(
    settings: Settings, gradebook: Gradebook
) -> None:
    chosen = at_work.chosen(settings, gradebook)
    assert (chosen.name, chosen.model) == ("encoder", None)
    assert at_work.serving(settings, gradebook) == settings


@pytest.mark.parametrize("grader", ["auto", "llama"])
def test_an_adapter_serves_where_the_language_model_does(
    settings: Settings, gradebook: Gradebook, grader: str
) -> None:
    model = keep(settings, "lora")
    gradebook.promotions.promote("lora", model.id, "Asha", "better")
    settings = settings.model_copy(update={"grader": grader})
    chosen = at_work.chosen(settings, gradebook)
    assert chosen.settings.llama.adapter == at_work.kept(settings).path(model.id)
    if grader == "llama":
        assert chosen.model == model
        assert f"It is {model.id}, which learned from marks; Asha put it to work" in chosen.why
    else:
        assert (chosen.name, chosen.model) == ("encoder", None)
        assert f"{model.id} was put to work too, but its grader (llama) isn't." in chosen.why


def test_of_two_learned_graders_the_one_promoted_last_serves(
    settings: Settings, gradebook: Gradebook
) -> None:
    classifier, encoder = keep(settings, "classifier"), keep(settings, "encoder")
    gradebook.promotions.promote("encoder", encoder.id, "Asha")
    assert at_work.chosen(settings, gradebook).model == encoder
    gradebook.promotions.promote("classifier", classifier.id, "Asha")
    chosen = at_work.chosen(settings, gradebook)
    assert (chosen.name, chosen.model) == ("classifier", classifier)
    gradebook.promotions.roll_back("classifier", "Asha")
    assert at_work.chosen(settings, gradebook).model == encoder


def test_a_grader_that_the_settings_name_is_not_replaced(
    settings: Settings, gradebook: Gradebook
) -> None:
    model = keep(settings, "classifier")
    gradebook.promotions.promote("classifier", model.id, "Asha")
    named = settings.model_copy(update={"grader": "encoder"})
    chosen = at_work.chosen(named, gradebook)
    assert (chosen.name, chosen.model) == ("encoder", None)
    assert "its grader (classifier) isn't" in chosen.why


def test_a_promoted_model_that_is_gone_is_told_and_what_ships_serves(
    settings: Settings, gradebook: Gradebook
) -> None:
    model = keep(settings, "encoder")
    gradebook.promotions.promote("encoder", model.id, "Asha")
    shutil.rmtree(at_work.kept(settings).path(model.id))
    chosen = at_work.chosen(settings, gradebook)
    assert (chosen.name, chosen.settings, chosen.model) == ("encoder", settings, None)
    assert "so what ships serves: There is no learned model" in chosen.why


def test_an_adapter_put_there_by_hand_serves_until_another_one_is_promoted(
    settings: Settings, gradebook: Gradebook, tmp_path: Path
) -> None:
    own = learned.lora(tmp_path / "models" / "adapters" / "by-hand")
    llama = LlamaSettings(device="cpu", adapter=Path("by-hand"))
    settings = settings.model_copy(update={"grader": "llama", "llama": llama})
    assert at_work.chosen(settings, gradebook).settings.llama.adapter == Path("by-hand")
    assert at_work.kept(settings).all() == []
    assert at_work.kept(settings).damaged() == {}
    model = keep(settings, "lora")
    gradebook.promotions.promote("lora", model.id, "Asha")
    assert at_work.chosen(settings, gradebook).model == model
    gradebook.promotions.roll_back("lora", "Asha")
    assert at_work.chosen(settings, gradebook).settings.llama.adapter == Path("by-hand")
    assert {each.name for each in own.iterdir()} == {
        "adapter_config.json",
        "adapter_model.safetensors",
    }


def test_a_new_grader_has_to_beat_the_one_whose_place_it_takes(
    settings: Settings, gradebook: Gradebook
) -> None:
    encoder, classifier = keep(settings, "encoder"), keep(settings, "classifier")
    first = at_work.to_beat(settings, gradebook, classifier)
    assert (first.name, first.learned) == ("encoder", SHIPPED)
    gradebook.promotions.promote("encoder", encoder.id, "Asha")
    assert at_work.to_beat(settings, gradebook, classifier).learned == encoder.id
    gradebook.promotions.promote("classifier", classifier.id, "Asha")
    other = keep(settings, "encoder", size=2.0)
    beaten = at_work.to_beat(settings, gradebook, other)
    assert (beaten.name, beaten.learned) == ("classifier", classifier.id)
    assert at_work.beaten(settings, gradebook, other) == classifier.id


def test_what_cant_serve_here_is_measured_by_its_own_kind(
    settings: Settings, gradebook: Gradebook
) -> None:
    encoder, lora = keep(settings, "encoder"), keep(settings, "lora")
    gradebook.promotions.promote("encoder", encoder.id, "Asha")
    beaten = at_work.to_beat(settings, gradebook, lora)
    assert (beaten.name, beaten.learned) == ("llama", SHIPPED)
    gradebook.promotions.promote("lora", lora.id, "Asha")
    assert at_work.to_beat(settings, gradebook, keep(settings, "lora", 2.0)).learned == lora.id


def test_where_only_a_classifier_may_grade_the_first_one_beats_what_ships(
    settings: Settings, gradebook: Gradebook
) -> None:
    settings = settings.model_copy(update={"grader": "classifier"})
    beaten = at_work.to_beat(settings, gradebook, keep(settings, "classifier"))
    assert (beaten.name, beaten.learned) == ("encoder", SHIPPED)


def test_an_adapter_that_the_settings_name_is_beaten_by_its_name(
    settings: Settings, gradebook: Gradebook
) -> None:
    llama = LlamaSettings(device="cpu", adapter=Path("by-hand"))
    settings = settings.model_copy(update={"grader": "llama", "llama": llama})
    assert at_work.to_beat(settings, gradebook, keep(settings, "lora")).learned == "by-hand"


def test_a_language_model_server_is_not_what_ships(
    settings: Settings, gradebook: Gradebook
) -> None:
    settings = settings.model_copy(update={"grader": "openai_api"})
    beaten = at_work.to_beat(settings, gradebook, keep(settings, "classifier"))
    assert beaten.learned == "openai_api"
