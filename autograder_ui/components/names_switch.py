"""The switch that shows the students' names where answers are marked. Every switch is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application


class NamesSwitch:
    """Blind marking is the default; the switch stands wherever names would, and is one."""

    def __init__(
        self, application: Application, exam_id: gr.State, reviewer: gr.Textbox, elem_id: str
    ) -> None:
        self._application = application
        self.box = gr.Checkbox(
            False,
            label="Show names",
            info="Who shows them is logged",
            elem_id=elem_id,
            elem_classes="names-switch",
            min_width=130,
            container=False,
        )
        self.switched = connect(self.box.input, self.switch, [exam_id, self.box, reviewer])

    def load(self, exam_id: str) -> Any:
        """Whether the exam's names are shown now."""
        shown = bool(exam_id) and self._application.gradebook.names.shown(exam_id)
        return gr.update(value=shown)

    def switch(self, exam_id: str, shown: bool, reviewer: str) -> None:
        """Shows the names or hides them, and keeps who did."""
        name = reviewer.strip() or self._application.settings.reviewer
        self._application.gradebook.names.show(exam_id, shown, name)
