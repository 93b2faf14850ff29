from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.reading.networks.loading import Source, on_machine
from autograder.settings import ReadingModelSettings

PROPOSED = ("autograder-tests/no-such-model", "autograder-tests/nor-this-one")


def source(**settings: Any) -> Source:
    return Source(ReadingModelSettings(**settings), PROPOSED, "AUTOGRADER_TROCR")


def test_a_model_that_is_not_here_says_how_to_get_it() -> None:
    with pytest.raises(EngineUnavailable) as told:
        source()
    said = str(told.value)
    assert "hf download autograder-tests/no-such-model" in said
    assert "AUTOGRADER_TROCR__MODEL" in said
    assert "AUTOGRADER_TROCR__OFFLINE=false" in said


def test_a_name_that_no_hub_takes_is_not_here() -> None:
    assert on_machine("not a name") is None
    with pytest.raises(EngineUnavailable, match="not a name"):
        source(model="not a name")


def test_a_folder_is_a_model_and_a_damaged_one_says_so(tmp_path: Path) -> None:
    found = source(model=str(tmp_path))
    assert found.version == str(tmp_path)

    def broken(path: str, **options: Any) -> None:
        assert options["local_files_only"] and not options["trust_remote_code"]
        raise OSError("config.json is missing\nand more")

    with pytest.raises(EngineUnavailable, match=r"can't be loaded: config\.json is missing\."):
        found.load(broken)


def test_a_memory_that_is_too_small_is_told_apart(tmp_path: Path) -> None:
    def hungry(path: str, **options: Any) -> None:
        raise MemoryError

    with pytest.raises(EngineUnavailable, match="memory is too small"):
        source(model=str(tmp_path)).load(hungry)


def test_a_gpu_that_is_not_there_is_told(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(EngineUnavailable, match="AUTOGRADER_TROCR__DEVICE"):
        source(model=str(tmp_path), device="cuda").model(lambda *_, **__: None)
