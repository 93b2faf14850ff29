"""A table of which a row can be picked, or that has a button in each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from autograder_ui.components.markup import Markup

PICK = """
element.addEventListener('click', (event) => {
    const picked = event.target.closest('[data-id]');
    if (!picked || (picked.dataset.ask && !confirm(picked.dataset.ask))) return;
    trigger('pick', {id: picked.dataset.id});
});
"""

Row = tuple[str, str, Sequence[str]]
"""A row's id, its name as text, and its other cells as markup."""


class PickTable(Markup):
    """Triggers ``pick`` with the ``id`` of the row or button in ``gr.EventData``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(js_on_load=PICK, **options)


def button(row_id: str, words: str, name: str, ask: str = "") -> str:
    """A cell's own button, for tables of which no whole row is picked; ``ask`` is asked first."""
    question = f' data-ask="{escape(ask)}"' if ask else ""
    return (
        f'<button type="button" class="in-row" data-id="{escape(row_id)}"{question} '
        f'aria-label="{escape(f"{words} {name}")}">{escape(words)}</button>'
    )


def rows_to_pick(caption: str, headers: Sequence[str], rows: Iterable[Row], picked: str) -> str:
    """The table's value. The row whose id is ``picked`` is marked as such."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headers)
    body = "".join(_row(*row, picked) for row in rows)
    return (
        f'<div class="scroll"><table class="sheet picks"><caption class="unseen">{escape(caption)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row_id: str, name: str, cells: Sequence[str], picked: str) -> str:
    chosen = ' aria-current="true"' if row_id == picked else ""
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    name_button = f'<button type="button" class="link"{chosen}>{escape(name)}</button>'
    return f'<tr data-id="{escape(row_id)}"{chosen}><th scope="row">{name_button}</th>{rest}</tr>'
