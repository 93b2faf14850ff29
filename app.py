"""Starts AutoGrader: settings -> application -> one server with the API and the teacher's page.

Also the entry of a Hugging Face Space, which is always the demo: synthetic scripts only.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.api.listening import address, listen
from autograder.api.server import build_server
from autograder.api.serving import serve
from autograder.application import Application
from autograder.demo import load_demo
from autograder.domain.errors import AutoGraderError
from autograder.settings import ServerSettings, Settings

ON_SPACE = "SPACE_ID" in os.environ
QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}
"""Read by the libraries when they are imported: nothing leaves the machine, cores are shared."""


def main(arguments: Sequence[str]) -> int:
    """Serves the page until it is stopped; a failure to start is one line and exit code 1."""
    parser = argparse.ArgumentParser(description="The AutoGrader web app.")
    parser.add_argument("--demo", action="store_true", help="the sample, in a throw-away folder")
    demo = parser.parse_args(arguments).demo or ON_SPACE
    os.environ.update(QUIET)
    try:
        with ExitStack() as stack:
            _serve(_settings(demo, stack), demo, stack)
    except AutoGraderError as error:
        sys.stderr.write(f"AutoGrader can't start. {error}\n")
        return 1
    return 0


def _settings(demo: bool, stack: ExitStack) -> Settings:
    settings = Settings()
    if demo:
        folder = stack.enter_context(TemporaryDirectory(prefix="autograder-demo-"))
        settings = settings.model_copy(update={"data": Path(folder)})
    if ON_SPACE:
        public = ServerSettings(host="0.0.0.0", port=7860)  # noqa: S104 - a Space is public
        settings = settings.model_copy(update={"server": public})
    return settings


def _serve(settings: Settings, demo: bool, stack: ExitStack) -> None:
    listening = stack.enter_context(listen(settings.server))
    application = stack.enter_context(Application.open(settings))
    if demo:
        load_demo(application)
    application.marking.index_textbooks()
    application.marking.read_what_waits()
    application.marking.learned.end_orphans()
    application.jobs.start()

    from autograder_ui.mount import mount_ui

    server = build_server(application)
    mount_ui(server, application)
    sys.stdout.write(f"AutoGrader is at {address(listening)}  (stop it with Ctrl+C)\n")
    sys.stdout.flush()
    serve(server, listening)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
