"""A comparison to read: one HTML file that needs nothing else, and Markdown with its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from autograder.domain.errors import StorageFailed
from autograder.learning.comparing import plots, words
from autograder.learning.comparing.comparison import Beside, Comparison
from autograder.learning.comparing.graded import Graded
from autograder.learning.comparing.guarded import Compared

HTML, MARKDOWN = "report.html", "report.md"
SHOWN = 20
"""Answers on which the two differ most."""
LONGEST = 600
"""Characters shown of an answer."""
DRAWN: Mapping[str, Callable[[Comparison], str]] = {
    "guarded.svg": plots.guarded,
    "questions.svg": plots.questions,
    "leniency.svg": plots.leniency,
    "reliability.svg": plots.reliability,
}
CAUTION = "This report quotes students' answers: keep it as you keep their scripts."
HOW = (
    "Both graders marked the same held-out answers and the same planted texts, no answer by its "
    "own review. Intervals hold 95 times of 100: whole questions are drawn anew, 2,000 times, the "
    "same ones for both graders. Figures with ∗ are of graders that know some of your marks of "
    "other answers to the question."
)
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { border-bottom: 1px solid #d0d7de; padding: .3rem .6rem; text-align: left;
  vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; }
.verdict { border-left: 6px solid #0b57b8; padding: .2rem 1rem; background: #f3f6fa; }
.stays { border-color: #b3261e; }
svg { max-width: 100%; height: auto; display: block; margin: 1.5rem 0; }
blockquote { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
"""
_HEAD = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under their titles; all but the first ``names`` columns are numbers."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1


def write_report(folder: Path, found: Comparison, new: str, current: str) -> Path:
    """Writes both forms into ``folder`` and returns the HTML file. StorageFailed: it can't."""
    contents = {name: draw(found) for name, draw in DRAWN.items()}
    contents |= {HTML: html(found, new, current), MARKDOWN: markdown(found, new, current)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StorageFailed(
            f"The report can't be written to {folder} ({error.strerror}). Make room there or name "
            "another folder."
        ) from error
    return folder / HTML


def html(found: Comparison, new: str, current: str) -> str:
    """The report as one file: no scripts, nothing fetched, everything quoted is escaped."""
    kind = "verdict" if found.promotes else "verdict stays"
    parts = [
        _HEAD,
        f"<title>{escape(f'{new} beside {current}')}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(new)} beside {escape(current)}</h1>",
        f'<div class="{kind}"><h2>{escape(words.HEADLINES[found.verdict])}</h2><ul>',
        *(f"<li>{escape(reason)}</li>" for reason in words.reasons(found)),
        f"</ul></div><p>{escape(size_of(found))} {escape(HOW)}</p>",
        *(draw(found) for draw in DRAWN.values()),
        "<h2>All figures</h2>",
        _html_table(figures_table(found)),
        "<h2>What may get worse by how much, and why</h2>",
        _html_table(guards_table(found)),
        "<h2>Planted texts that worked</h2>",
        _html_table(families_table(found)),
        f"<h2>Where the two differ most</h2><p>{escape(CAUTION)}</p>",
        *(_html_answer(each) for each in found.differing[:SHOWN]),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def markdown(found: Comparison, new: str, current: str) -> str:
    """The same as Markdown, its pictures beside it."""
    pictures = "\n\n".join(f"![{name.removesuffix('.svg')}]({name})" for name in DRAWN)
    answers = "\n\n".join(_markdown_answer(each) for each in found.differing[:SHOWN])
    reasons = "\n".join(f"- {reason}" for reason in words.reasons(found))
    parts = [
        f"# {_plain(new)} beside {_plain(current)}",
        f"**{words.HEADLINES[found.verdict]}**\n\n{reasons}",
        f"{size_of(found)} {HOW}",
        pictures,
        f"## All figures\n\n{_markdown_table(figures_table(found))}",
        f"## What may get worse by how much, and why\n\n{_markdown_table(guards_table(found))}",
        f"## Planted texts that worked\n\n{_markdown_table(families_table(found))}",
        f"## Where the two differ most\n\n{CAUTION}\n\n{answers}",
    ]
    return "\n\n".join(parts) + "\n"


def size_of(found: Comparison) -> str:
    """How much it was measured on."""
    answers = len({each.new.key[:3] for each in found.answers})
    planted = sum(each.tried for each in found.families)
    return f"{answers} answers to {found.questions} questions, {planted} planted texts."


def figures_table(found: Comparison) -> Table:
    """Every figure of both graders."""
    return Table(
        ("figure", "terms", "at work", "new", "gain, 95 %", "outcome"),
        tuple(_figure_row(each) for each in found.figures if each.cases),
        names=2,
    )


def _figure_row(each: Compared) -> tuple[str, ...]:
    current, new = (words.value(each, side.value) for side in (each.current, each.new))
    outcome = str(each.outcome) if each.guard else "not guarded"
    return each.measure.title, each.terms, current, new, words.gain(each), outcome


def guards_table(found: Comparison) -> Table:
    """The margins with their reasons."""
    guards = {each.measure.name: (each, each.guard) for each in found.guarded}
    rows = [
        (each.measure.title, guard.why, words.size(each, guard.margin))
        for each, guard in guards.values()
        if guard
    ]
    return Table(("figure", "why", "margin"), tuple(rows), names=2)


def families_table(found: Comparison) -> Table:
    """Planted texts, family by family."""
    rows = [
        (each.name, str(each.tried), str(each.current), str(each.new)) for each in found.families
    ]
    return Table(("planted", "tried", "at work", "new"), tuple(rows))


def _html_table(table: Table) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        kinds = ["" if place < table.names else ' class="number"' for place in range(len(cells))]
        made = (
            f"<{tag}{kind}>{escape(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True)
        )
        return f"<tr>{''.join(made)}</tr>"

    body = "\n".join(row(cells, "td") for cells in table.rows)
    return f"<table><thead>{row(table.titles, 'th')}</thead><tbody>{body}</tbody></table>"


def _markdown_table(table: Table) -> str:
    def row(cells: Iterable[str]) -> str:
        return f"| {' | '.join(each.replace('|', '/') for each in cells)} |"

    ruler = ["---" if place < table.names else "---:" for place in range(len(table.titles))]
    return "\n".join([row(table.titles), f"| {' | '.join(ruler)} |", *map(row, table.rows)])


def _html_answer(each: Beside) -> str:
    return (
        f"<h3>{escape(_title(each))}</h3><p>{escape(_marks(each))}</p>"
        f"<blockquote>{escape(_answer(each))}</blockquote>"
    )


def _markdown_answer(each: Beside) -> str:
    quoted = "\n".join(f"> {_plain(line)}" for line in _answer(each).splitlines() or [""])
    return f"### {_plain(_title(each))}\n\n{_marks(each)}\n\n{quoted}"


def _title(each: Beside) -> str:
    example = each.new.example
    label = example.question.label or example.question.id
    return f"{example.exam}: {label}" if example.exam else label


def _marks(each: Beside) -> str:
    example = each.new.example
    terms = "knowing some of your marks" if each.new.known else "knowing none of your marks"
    return (
        f"You gave {example.mark:g} of {example.question.scale.maximum:g}; at work "
        f"{_mark(each.current)}, new {_mark(each.new)} ({terms})."
    )


def _mark(graded: Graded) -> str:
    mark, sure = graded.prediction.mark, graded.prediction.confidence
    return "no mark" if mark is None else f"{mark:g} ({sure:.0%} sure)"


def _answer(each: Beside) -> str:
    text = each.new.example.text
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: a student's words make no link, picture or HTML."""
    marks = "\\`*_{}[]<>()#+-.!|~&$:@"
    one_line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in marks else sign for sign in one_line)
