"""The teacher's window: the top bar and one tab per page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import gradio as gr
from gradio.events import Dependency

from autograder_ui.components.top_bar import TopBar
from autograder_ui.events import connect
from autograder_ui.pages.agreement import AgreementPage
from autograder_ui.pages.exam import ExamPage
from autograder_ui.pages.gradebook import GradebookPage
from autograder_ui.pages.groups import GroupsPage
from autograder_ui.pages.marking import MarkingPage
from autograder_ui.pages.models import ModelsPage
from autograder_ui.pages.reading import ReadingPage
from autograder_ui.pages.scripts import ScriptsPage

if TYPE_CHECKING:
    from autograder.application import Application


class Page(Protocol):
    """A tab. Built inside its tab; ``load`` fills what is ``shown`` and runs when it is opened."""

    title: str

    @property
    def shown(self) -> list[Any]:
        """The components that ``load`` fills, in its order."""
        ...

    @property
    def news(self) -> list[Dependency]:
        """Events after which the top bar looks again: a job was submitted, an exam renamed."""
        ...

    def load(self, exam_id: str) -> Any:
        """The page's values for that exam; ``""`` where there is none yet."""
        ...


PAGES = (
    ExamPage,
    ScriptsPage,
    ReadingPage,
    GroupsPage,
    MarkingPage,
    AgreementPage,
    GradebookPage,
    ModelsPage,
)
"""Each is called with the application, the exam's id and the reviewer's name field."""


def build_ui(application: Application) -> gr.Blocks:
    """The whole window, to be mounted with ``theme.MOUNT_OPTIONS``."""
    blocks: gr.Blocks = gr.Blocks(
        title="AutoGrader", analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400)
    )
    with blocks:
        exam_id = gr.State()  # None until the browser has said which; then "" or an id
        top_bar = TopBar(application, exam_id)
        opened = [gr.State() for _ in PAGES]  # the exam as each page has heard of it
        with gr.Tabs(elem_id="pages") as tabs:
            built: list[Page] = []
            for page in PAGES:
                name = page.title.lower()
                with gr.Tab(page.title, id=name, elem_id=f"page-{name}") as tab:
                    built.append(page(application, exam_id, top_bar.reviewer))
                    _plug_in(built[-1], tab, opened[len(built) - 1], top_bar)
        connect(top_bar.loaded.then, lambda exam: [exam] * len(opened), [exam_id], opened)
        _open_picked(built, tabs)
        connect(top_bar.created.success, lambda: gr.Tabs(selected="exam"), None, [tabs])
        top_bar.open_on(blocks)
    blocks.queue(max_size=64, default_concurrency_limit=8)
    return blocks


def _plug_in(page: Page, tab: gr.Tab, heard: gr.State, top_bar: TopBar) -> None:
    def load(opened: str | None) -> Any:
        # A tab is also selected when the window opens, before the browser has said which exam.
        return page.load(opened) if opened is not None else [gr.skip() for _ in page.shown]

    shown = [tab.select, heard.change]
    connect(shown, load, [heard], page.shown, latest_only=True, js=in_front(str(tab.elem_id)))
    for event in page.news:
        connect(event.success, top_bar.load, [heard], top_bar.shown, latest_only=True)


def in_front(tab: str) -> str:
    """Keeps a page from being loaded behind another one: it is when its tab is opened.

    Loaded both then and before, it would begin anew under the hands of a quick teacher.
    """
    return f"""(heard) => {{
        if (!document.getElementById("{tab}")?.checkVisibility()) throw "another page is open";
        return heard;
    }}"""


def _open_picked(built: Sequence[Page], tabs: gr.Tabs) -> None:
    """An answer that is picked in Agreement is opened in Marking."""
    agreement = next(page for page in built if isinstance(page, AgreementPage))
    marking = next(page for page in built if isinstance(page, MarkingPage))
    for pick in agreement.picks:
        picked = connect(pick, picked_answer, None, marking.wanted)
        connect(picked.success, lambda: gr.Tabs(selected="marking"), None, [tabs])


def picked_answer(event: gr.EventData) -> tuple[str, None]:
    """What ``MarkingPage.wanted`` becomes: that answer, whatever group was shown before."""
    return event.id, None
