"""What a model that drafts is worth: its texts beside those that cost nothing to write."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from autograder_ui.components import markup

COLUMNS = ["Whose texts", "Figure", "Value"]
NOTE = (
    "Only texts that it wrote by itself were judged, to questions kept from it: by the words "
    "(ROUGE) and by the meaning (similarity) that they share with your answers, 1 being the same."
)
ITSELF = "what it wrote"


def figures(metrics: Mapping[str, float]) -> str:
    """The model's figures, then the deciding one of each text that it has to beat.

    ``metrics`` are as ``learn generate`` keeps them: ``ROUGE-L``, ``ROUGE-L, its base, untaught``.
    """
    told = [(*name.partition(", ")[::2], value) for name, value in metrics.items()]
    rows = [
        [escape(whose or ITSELF), escape(figure), f'<span class="number">{value:.2f}</span>']
        for figure, whose, value in sorted(told, key=lambda each: each[1] != "")
    ]
    if not rows:
        return ""
    return f'<p class="hint">{NOTE}</p>{markup.table("What its drafts are worth", COLUMNS, rows)}'
