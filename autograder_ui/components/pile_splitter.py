"""A file that became the wrong scripts is split in another way, without scanning it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Upload, UploadState
from autograder_ui.components import splitting
from autograder_ui.components.markup import Markup
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HINT = (
    '<p class="hint">Nothing is scanned or read again; marks and corrections stay, '
    "and Undo takes it back.</p>"
)


class PileSplitter:
    """Chooses a file and how it becomes scripts from now on."""

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._build()
        self._connect(exam_id, reviewer)

    def _build(self) -> None:
        with gr.Accordion(
            "Split a file into scripts again", open=False, visible=False, elem_id="files-again"
        ) as self._whole:
            Markup(HINT)
            with gr.Row(elem_classes="fields"):
                self._file = gr.Dropdown([], label="File", min_width=220, scale=2)
                self._kind = gr.Radio(
                    splitting.WAYS, value=splitting.WHOLE, label="How?", min_width=300, scale=4
                )
                self._pages = gr.Number(
                    label="Pages", precision=0, minimum=1, visible=False, min_width=80, scale=1
                )
                self._split = gr.Button("Split this pile again", min_width=170, scale=1)

    def _connect(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        chosen = [self._kind, self._pages]
        connect(self._file.input, self.choose, [exam_id, self._file], chosen)
        connect(self._kind.input, pages_field, [self._kind], [self._pages])
        self.asked = connect(
            self._split.click, self.split, [exam_id, self._file, *chosen, reviewer]
        )

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._whole, self._file]

    def load(self, uploads: Sequence[Upload]) -> tuple[Any, ...]:
        """The files that have become scripts; the one that is chosen stays so."""
        taken = [upload for upload in uploads if upload.state is UploadState.TAKEN]
        files = [(f"{each.name}: {splitting.told(each.way)}", each.id) for each in taken]
        return gr.update(visible=bool(files)), gr.update(choices=files)

    def choose(self, exam_id: str, upload_id: str) -> tuple[Any, Any]:
        """How that file is split by now."""
        uploads = self._application.gradebook.scripts.uploads(exam_id)
        way = next((each.way for each in uploads if each.id == upload_id), splitting.WHOLE)
        kind, pages = splitting.kind_of(way)
        return kind, gr.update(value=pages, visible=kind == splitting.COUNTED)

    def split(
        self, exam_id: str, upload_id: str | None, kind: str, pages: float | None, reviewer: str
    ) -> None:
        """Splits the file."""
        if not upload_id:
            raise InvalidInput("Choose the file that is to be split.")
        author = reviewer.strip() or self._application.settings.reviewer
        way = splitting.way_of(kind, pages)
        self._application.marking.pile.split_again(exam_id, upload_id, way, author)


def pages_field(kind: str) -> Any:
    """The field for the number of pages, where that is asked for."""
    return gr.update(visible=kind == splitting.COUNTED)
