from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import learn
from autograder.cli.main import main

MODULE = '''"""``import``: takes a learned model in from a file."""
import sys
import {name}_was_imported
def add_arguments(parser):
    parser.add_argument("file")
def run(options):
    sys.stdout.write(f"{{options.method}} {{options.file}}")
    return 0
'''


@pytest.fixture
def subcommands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two subcommands; the modules that each imports are in ``heavy``."""
    package = tmp_path / "made_up_subcommands"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "import_.py").write_text(MODULE.format(name="one"))
    (package / "sweep.py").write_text(MODULE.replace("import``", "sweep``").format(name="two"))
    (tmp_path / "one_was_imported.py").touch()
    (tmp_path / "two_was_imported.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(learn, "PACKAGE", package.name)
    for name in ("one_was_imported", "two_was_imported", package.name):
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.delitem(sys.modules, f"{package.name}.import_", raising=False)
        monkeypatch.delitem(sys.modules, f"{package.name}.sweep", raising=False)
    return package


def test_a_subcommand_is_found_by_its_file_name(
    subcommands: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["learn", "import", "a.zip"]) == 0
    assert capsys.readouterr().out == "import a.zip"


def test_only_the_chosen_subcommand_is_imported(
    subcommands: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["learn", "--help"])
    assert "takes a learned model in from a file" in capsys.readouterr().out
    assert "one_was_imported" not in sys.modules
    main(["learn", "import", "a.zip"])
    assert "one_was_imported" in sys.modules
    assert "two_was_imported" not in sys.modules


def test_a_subcommands_own_help_shows_its_arguments(
    subcommands: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["learn", "sweep", "--help"])
    assert stop.value.code == 0
    assert "file" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["learn"], ["learn", "nothing"], ["learn", "sweep"]])
def test_bad_usage_ends_with_2(subcommands: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2


def test_help_on_a_training_loads_no_torch() -> None:
    code = (
        "import sys\n"
        "from autograder.cli.main import main\n"
        "try:\n    main(['learn', sys.argv[1], '--help'])\n"
        "finally:\n    assert not {'torch', 'transformers', 'trl', 'datasets'} & set(sys.modules)"
    )
    for method in ("sft", "dpo"):
        ran = subprocess.run(
            [sys.executable, "-c", code, method], capture_output=True, text=True, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "--work FOLDER" in ran.stdout
