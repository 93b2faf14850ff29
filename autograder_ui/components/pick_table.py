"""A table of which a row can be picked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from autograder_ui.components.markup import Markup

PICK = """
element.addEventListener('click', (event) => {
    const row = event.target.closest('[data-id]');
    if (row) trigger('pick', {id: row.dataset.id});
});
"""

Row = tuple[str, str, Sequence[str]]
"""A row's id, its name as text, and its other cells as markup."""


class PickTable(Markup):
    """Triggers ``pick`` with the row's ``id`` in ``gr.EventData``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(js_on_load=PICK, **options)


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
    button = f'<button type="button" class="link"{chosen}>{escape(name)}</button>'
    return f'<tr data-id="{escape(row_id)}"{chosen}><th scope="row">{button}</th>{rest}</tr>'
