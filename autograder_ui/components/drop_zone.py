"""Where scans are handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Upload, UploadState
from autograder.reading.stacks import script_title
from autograder.reading.written.kinds import may_be_typed
from autograder.reading.written.owners import owners
from autograder_ui.components import markup, splitting
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable, button
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading(
    "Hand in scans",
    "PDF, JPEG, HEIC, PNG, WebP, TIFF; or typed work: code, text, .docx, .odt; or a ZIP of those, "
    "such as your LMS makes. They are kept unchanged.",
)
BY_NAME, TOGETHER = splitting.WHOLE, "together"
WAYS = [
    ("A file, by its name or its printed codes", BY_NAME),
    ("All files together", TOGETHER),
    ("Every … pages of a file", splitting.COUNTED),
    ("From each first page on", splitting.FIRST),
]
HERE = "It is here already, byte for byte: nothing was added."


class DropZone:
    """Takes files, says which scripts they will become, and has them read."""

    def __init__(self, application: Application, exam_id: gr.State) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self._connect()

    def _build(self) -> None:
        Markup(HEADING)
        self._files = gr.File(label="Scans", file_count="multiple", height=150, elem_id="scans")
        with gr.Row(elem_classes="fields"):
            self._way = gr.Radio(
                WAYS,
                value=BY_NAME,
                label="What is one script?",
                min_width=260,
                scale=3,
                elem_id="scan-way",
            )
            self._script = gr.Textbox(
                label="Script's title", max_lines=1, min_width=160, visible=False, scale=2
            )
            self._pages = gr.Number(
                label="Pages of each script",
                precision=0,
                minimum=1,
                min_width=120,
                visible=False,
                elem_id="pages-each",
            )
            self._add = gr.Button(
                "Read these scans",
                variant="primary",
                min_width=150,
                interactive=False,
                elem_id="read-scans",
            )
        self._outlook = Markup(elem_classes="hint")
        self._refused = PickTable(elem_id="refused-now")

    def _connect(self) -> None:
        plan = [self._files, self._way, self._script, self._pages]
        connect(
            [self._files.change, self._way.input, self._script.input, self._pages.input],
            self.foresee,
            plan,
            [self._outlook, self._script, self._pages, self._add],
            latest_only=True,
        )
        self.added = connect(
            self._add.click,
            self.add,
            [self._exam_id, *plan],
            [self._files, self._script, self._refused],
            progress="minimal",
        )
        connect(self._refused.pick, lambda: "", None, [self._refused])

    def foresee(
        self, files: list[str] | None, way: str, title: str, pages: float | None
    ) -> tuple[str, Any, Any, Any]:
        """Which scripts the files will become."""
        outlook = markup.notice("plain", outlook_of(files or [], way, title, pages))
        titled, counted = way == TOGETHER, way == splitting.COUNTED
        ready = gr.update(interactive=bool(files))
        return outlook, gr.update(visible=titled), gr.update(visible=counted), ready

    def add(
        self,
        exam_id: str,
        files: list[str] | None,
        way: str,
        title: str,
        pages: float | None = None,
    ) -> tuple[None, str, str]:
        """Hands the files in. What is refused at the door, or here already, is named."""
        if not exam_id:
            raise InvalidInput("Create or choose an exam first: scans belong to an exam.")
        if way == TOGETHER and not title.strip():
            raise InvalidInput("Give the script a title, such as the student's number.")
        together = title.strip() if way == TOGETHER else ""
        kind = splitting.WHOLE if way == TOGETHER else splitting.way_of(way, pages)
        named = [(Path(file).name, Path(file)) for file in files or []]
        uploads = self._application.marking.add_scans(exam_id, named, together, kind)
        told = [
            replace(each, problem=HERE) if each.state is UploadState.TAKEN else each
            for each in uploads
        ]
        return None, "", refused_notice(told)


def outlook_of(files: Iterable[str], way: str, title: str, pages: float | None = None) -> list[str]:
    """The scripts that the files will become, a line each."""
    names = sorted(Path(file).name for file in files)
    if way in (splitting.COUNTED, splitting.FIRST):
        each = f"every {pages:g} pages" if pages else "every so many pages"
        starts = each if way == splitting.COUNTED else "at each first page"
        return [f"{name}: a new script {starts}" for name in names]
    scripts: dict[str, list[str]] = {}
    typed = [name for name in names if may_be_typed(name)]
    titles = {name: script_title(name) for name in names} | dict(
        zip(typed, owners(typed), strict=True)
    )
    for name in names:
        archive = name.lower().endswith(".zip")
        goes_to = title.strip() or "one script" if way == TOGETHER else titles[name]
        if archive and way == BY_NAME:
            goes_to = "By the names of the files inside"
        scripts.setdefault(goes_to, []).append(name)
    return [f"{script}: {', '.join(inside)}" for script, inside in scripts.items()]


def refused_notice(uploads: Collection[Upload]) -> str:
    """Files that were refused, or that are here already, each with a button to take it away."""
    known = [each for each in uploads if each.state is UploadState.TAKEN and each.problem]
    return _notice("warn", refused(uploads)) + _notice("plain", known)


def _notice(kind: str, uploads: Iterable[Upload]) -> str:
    lines = [
        f"<li>{escape(f'{each.name}: {each.problem}')} {button(each.id, 'Dismiss', each.name)}</li>"
        for each in uploads
    ]
    return f'<ul class="notice {kind}">{"".join(lines)}</ul>' if lines else ""


def refused(uploads: Collection[Upload]) -> list[Upload]:
    """The refused files, unless a file of that name was taken since."""
    taken = {upload.name for upload in uploads if upload.state is UploadState.TAKEN}
    found = [each for each in uploads if each.state is UploadState.REFUSED]
    return [each for each in found if each.name not in taken]
