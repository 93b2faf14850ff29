import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from autograder.api.listening import listen
from autograder.settings import ServerSettings
from tests.places import PROJECT
from tests.running_app import running_app


def _start(data: Path, port: int = 0) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "AUTOGRADER_DATA": str(data),
        "AUTOGRADER_SERVER__PORT": str(port),
    }
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_app_serves_its_page_without_torch_or_another_engine(tmp_path: Path) -> None:
    code = "import sys, app\nfrom autograder.application import Application\n"
    code += "from autograder.settings import Settings\nfrom autograder_ui.layout import build_ui\n"
    code += f"build_ui(Application.open(Settings(data={str(tmp_path)!r})))\n"
    code += "heavy = ('torch', 'onnxruntime', 'rapidocr', 'llama_index', 'transformers')\n"
    code += "print([name for name in heavy if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.splitlines()[-1] == "[]"
    with (
        running_app(tmp_path / "data") as address,
        urllib.request.urlopen(address) as page,
    ):
        assert "AutoGrader" in page.read().decode()


def test_a_port_in_use_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    with listen(ServerSettings(port=0)) as taken:
        ended = _start(tmp_path, taken.getsockname()[1])
    assert ended.returncode == 1
    assert "AUTOGRADER_SERVER__PORT" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_data_folder_that_cannot_be_one_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    ended = _start(file)
    assert ended.returncode == 1
    assert str(file) in ended.stderr
    assert "Traceback" not in ended.stderr
