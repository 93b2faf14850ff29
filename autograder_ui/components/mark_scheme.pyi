"""The criteria of a question as rows to fill in."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion

ROWS = """
const rows = element.querySelector('.criteria-rows');
const sum = element.querySelector('.criteria-sum');

const keep = () => {
    const all = [...rows.children].map((row) => ({
        text: row.querySelector('.criterion-text').value,
        marks: row.querySelector('.criterion-marks').value,
        group: row.querySelector('.criterion-group').value,
    }));
    const best = {};
    let total = 0;
    for (const {marks, group} of all) {
        const gain = Math.max(0, parseFloat(marks) || 0);
        if (!group.trim()) total += gain;
        else best[group.trim()] = Math.max(best[group.trim()] ?? 0, gain);
    }
    total += Object.values(best).reduce((one, other) => one + other, 0);
    sum.textContent = all.length ? `${+total.toFixed(2)} marks in all` : '';
    props.value = JSON.stringify(all);
};

const field = (kind, label, type, value) => {
    const input = document.createElement(type === 'area' ? 'textarea' : 'input');
    if (type === 'area') input.rows = 1;
    else input.type = type;
    if (type === 'number') input.step = 'any';
    input.className = `criterion-${kind}`;
    input.setAttribute('aria-label', label);
    input.value = value ?? '';
    input.addEventListener('input', keep);
    return input;
};

const add = (criterion) => {
    const row = document.createElement('div');
    row.className = 'criterion';
    const number = rows.children.length + 1;
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.textContent = '×';
    remove.className = 'criterion-remove';
    remove.setAttribute('aria-label', `Remove criterion ${number}`);
    remove.addEventListener('click', () => { row.remove(); keep(); });
    row.append(
        field('text', `Criterion ${number}`, 'area', criterion.text),
        field('marks', `Marks of criterion ${number}`, 'number', criterion.marks),
        field('group', `Group of criterion ${number}`, 'text', criterion.group),
        remove,
    );
    rows.append(row);
    return row;
};

const draw = () => {
    rows.replaceChildren();
    JSON.parse(props.value || '[]').forEach(add);
    keep();
};

element.querySelector('.criterion-add').addEventListener('click', () => {
    add({text: '', marks: 1, group: ''}).querySelector('textarea').focus();
    keep();
});
watch('value', draw);
draw();
"""

TEMPLATE = """
<fieldset class="criteria">
  <legend>Mark scheme</legend>
  <p class="hint">What earns marks, one thing a row. Rows with the same group name are
    alternatives: the best one counts. Negative marks take away for a stated mistake.</p>
  <div class="criterion criteria-head" aria-hidden="true">
    <span>Criterion</span><span>Marks</span><span>Group</span><span></span>
  </div>
  <div class="criteria-rows"></div>
  <div class="criteria-foot">
    <button type="button" class="criterion-add">Add criterion</button>
    <span class="criteria-sum" aria-live="polite"></span>
  </div>
</fieldset>
"""

class MarkScheme(Markup):
    """Rows of criterion, marks and group; its value is JSON, see ``to_json`` and ``from_json``."""

    def __init__(self) -> None:
        super().__init__("[]", html_template=TEMPLATE, js_on_load=ROWS, elem_id="mark-scheme")
    from typing import Callable, Literal, Sequence, Any, TYPE_CHECKING
    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component

def to_json(criteria: Sequence[Criterion]) -> str:
    """The criteria as the rows show them."""
    rows = [{"text": c.text, "marks": f"{c.marks:g}", "group": c.group} for c in criteria]
    return json.dumps(rows)

def from_json(rows: str | None) -> tuple[Criterion, ...]:
    """The criteria that were filled in; rows without any text are none. InvalidInput: no number."""
    filled = [row for row in json.loads(rows or "[]") if row["text"].strip()]
    return tuple(
        Criterion(row["text"].strip(), _marks(row["marks"], number), row["group"].strip())
        for number, row in enumerate(filled, 1)
    )

def _marks(written: str, number: int) -> float:
    try:
        marks = float(written)
    except ValueError:
        marks = math.nan
    if not math.isfinite(marks):
        raise InvalidInput(f"Criterion {number} has no marks yet: give it a number.")
    return marks
