"""The criteria of a question as rows to fill in."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Rating, read_choice
from autograder_ui.components.markup import Markup

ROWS = """
const rows = element.querySelector('.criteria-rows');
const sum = element.querySelector('.criteria-sum');
const note = element.querySelector('.draft-note');
let draft = false;

const choice = (written) => {
    const found = written.trim().match(/^(?:(?:any|best)\\s+)?(\\d{1,2})\\s+of\\s+(\\S.*)$/is);
    return found ? [found[2], Math.max(1, +found[1])] : [written.trim(), 1];
};

const fullMarks = (all) => {
    const groups = new Map();
    let total = 0;
    for (const {marks, group} of all) {
        const gain = Math.max(0, parseFloat(marks) || 0);
        const [name, best] = choice(group);
        if (!name) { total += gain; continue; }
        const held = groups.get(name) ?? {best: 1, gains: []};
        groups.set(name, {best: Math.max(held.best, best), gains: [...held.gains, gain]});
    }
    for (const {best, gains} of groups.values()) {
        total += gains.sort((a, b) => b - a).slice(0, best).reduce((a, b) => a + b, 0);
    }
    return total;
};

const keep = () => {
    const all = [...rows.children].map((row) => ({
        text: row.querySelector('.criterion-text').value,
        marks: row.querySelector('.criterion-marks').value,
        group: row.querySelector('.criterion-group').value,
        ratings: row.querySelector('.criterion-ratings').value,
        ...(draft && {draft}),
    }));
    sum.textContent = all.length ? `${+fullMarks(all).toFixed(2)} marks in all` : '';
    note.hidden = !draft;
    props.value = JSON.stringify(all);
};

// What the teacher changes is the teacher's.
const edited = () => { draft = false; keep(); };

const field = (kind, label, type, value) => {
    const input = document.createElement(type === 'area' ? 'textarea' : 'input');
    if (type === 'area') input.rows = 1;
    else input.type = type;
    if (type === 'number') input.step = 'any';
    input.className = `criterion-${kind}`;
    input.setAttribute('aria-label', label);
    input.value = value ?? '';
    input.addEventListener('input', edited);
    return input;
};

// A criterion is worth what its highest rating is.
const highest = (row) => {
    const points = row.querySelector('.criterion-ratings').value.split('\\n').map(parseFloat);
    const known = points.filter((each) => !Number.isNaN(each));
    if (known.length) row.querySelector('.criterion-marks').value = Math.max(...known);
};

const levels = (criterion, number) => {
    const folded = document.createElement('details');
    folded.className = 'criterion-levels';
    folded.open = Boolean(criterion.ratings);
    const title = document.createElement('summary');
    title.textContent = 'Ratings, one a line: points, then what earns them';
    const area = field('ratings', `Ratings of criterion ${number}`, 'area', criterion.ratings);
    area.addEventListener('input', () => { highest(area.closest('.criterion')); edited(); });
    folded.append(title, area);
    return folded;
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
    remove.addEventListener('click', () => { row.remove(); edited(); });
    row.append(
        field('text', `Criterion ${number}`, 'area', criterion.text),
        field('marks', `Marks of criterion ${number}`, 'number', criterion.marks),
        field('group', `Group of criterion ${number}`, 'text', criterion.group),
        remove,
        levels(criterion, number),
    );
    rows.append(row);
    return row;
};

const draw = () => {
    const all = JSON.parse(props.value || '[]');
    rows.replaceChildren();
    draft = all.some((row) => row.draft);
    all.forEach(add);
    keep();
};

element.querySelector('.criterion-add').addEventListener('click', () => {
    add({text: '', marks: 1, group: ''}).querySelector('textarea').focus();
    edited();
});
watch('value', draw);
draw();
"""

TEMPLATE = """
<fieldset class="criteria">
  <legend>Mark scheme</legend>
  <p class="hint">What earns marks, one thing a row. Rows with the same group name are
    alternatives: the best one counts, or the best two with a group such as “2 of causes”.
    Negative marks take away for a stated mistake.</p>
  <p class="draft-note" role="status" hidden>Draft: please check. It counts once you save the
    question.</p>
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


def to_json(criteria: Sequence[Criterion], draft: bool = False) -> str:
    """The criteria as the rows show them; a ``draft`` says so until the teacher changes it."""
    mark: dict[str, object] = {"draft": True} if draft else {}
    rows = [
        {
            "text": c.text,
            "marks": f"{c.marks:g}",
            "group": c.choice,
            "ratings": "\n".join(f"{each.marks:g} {each.text}".strip() for each in c.ratings),
            **mark,
        }
        for c in criteria
    ]
    return json.dumps(rows)


def from_json(rows: str | None) -> tuple[Criterion, ...]:
    """The criteria that were filled in; rows without any text are none. InvalidInput: no number."""
    filled = [row for row in json.loads(rows or "[]") if row["text"].strip()]
    return tuple(_criterion(row, number) for number, row in enumerate(filled, 1))


def _criterion(row: Mapping[str, str], number: int) -> Criterion:
    ratings = tuple(
        _rating(line, number) for line in row.get("ratings", "").splitlines() if line.strip()
    )
    marks = max(each.marks for each in ratings) if ratings else _marks(row["marks"], number)
    return Criterion(row["text"].strip(), marks, *read_choice(row["group"]), ratings)


def _rating(line: str, number: int) -> Rating:
    points, _, text = line.strip().partition(" ")
    try:
        return Rating(float(points.rstrip(":=").replace(",", ".")), text.strip(" :=–-"))
    except ValueError:
        raise InvalidInput(
            f"Criterion {number}: begin each rating with its points, such as “5 All cases”."
        ) from None


def is_draft(rows: str | None) -> bool:
    """Whether the rows are a draft that nobody has touched."""
    return any(row.get("draft") for row in json.loads(rows or "[]"))


def _marks(written: str, number: int) -> float:
    try:
        marks = float(written)
    except ValueError:
        marks = math.nan
    if not math.isfinite(marks):
        raise InvalidInput(f"Criterion {number} has no marks yet: give it a number.")
    return marks
