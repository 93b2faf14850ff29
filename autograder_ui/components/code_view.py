"""Typed code to look at: highlighted, its lines numbered, nothing in it ever markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from autograder.domain.script import WRITTEN, Answer, Page
from autograder.reading.written.highlighting import Run, highlighted
from autograder.reading.written.kinds import is_prose
from autograder.reading.written.splitting import HEADING
from autograder.reading.written.typesetting import file_of
from autograder_ui.components.marked_text import Mark


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file in an answer's text, from the character ``start`` on."""

    name: str
    text: str
    start: int = 0


def code_in(answer: Answer, pages: Iterable[Page]) -> tuple[ShownFile, ...]:
    """The files that an answer's text is made of; none where it isn't typed code."""
    if answer.first.author != WRITTEN:
        return ()
    sources = {page.id: file_of(page.source) for page in pages}
    placed = answer.current.lines or answer.first.lines
    names = list(dict.fromkeys(sources.get(each.page_id, "") for each in placed))
    if not names or all(map(is_prose, names)):
        return ()
    return tuple(_files(answer.current.text, names))


def render(files: Sequence[ShownFile], marks: Sequence[Mark] = ()) -> str:
    """The files, one under the other; ``marks`` are places in the whole answer's text."""
    return "".join(_file(file, marks) for file in files)


def _files(text: str, names: Sequence[str]) -> Iterator[ShownFile]:
    """Cuts at the headings in their order; a text that a person has changed may have lost some."""
    found = []
    at = 0
    for name in names:
        heading = f"{HEADING.format(name=name)}\n"
        begins = text.find(heading, at)
        if begins >= 0 and (begins == 0 or text[begins - 1] == "\n"):
            found.append((begins, begins + len(heading), name))
            at = begins + len(heading)
    if len(names) == 1 or not found:
        yield ShownFile(names[0], text)
        return
    ends = [begins - 1 for begins, _, _ in found[1:]] + [len(text)]
    for (_, start, name), end in zip(found, ends, strict=True):
        yield ShownFile(name, text[start:end], start)


def _file(file: ShownFile, marks: Sequence[Mark]) -> str:
    here, start = [], file.start
    for runs in highlighted(file.name, file.text):
        here.append(f"<li>{_line(runs, start, marks)}</li>")
        start += sum(len(run.text) for run in runs) + 1
    name = escape(file.name)
    return (
        f'<figure class="code-file"><figcaption>{name}</figcaption><div class="code-scroll"'
        f' tabindex="0" role="region" aria-label="{name}"><ol class="code" lang="">'
        f"{''.join(here)}</ol></div></figure>"
    )


def _line(runs: Sequence[Run], start: int, marks: Sequence[Mark]) -> str:
    """A line's markup, cut wherever a run of code or a mark begins or ends."""
    end = start + sum(len(run.text) for run in runs)
    inside = [mark for mark in marks if mark.span[0] < end and start < mark.span[1]]
    edges = {edge for mark in inside for edge in mark.span if start < edge < end}
    pieces, at = [], start
    for run in runs:
        stop = at + len(run.text)
        cuts = sorted({at, stop, *(edge for edge in edges if at < edge < stop)})
        for one, other in pairwise(cuts):
            text = escape(run.text[one - at : other - at])
            span = f'<span class="k-{run.kind}">{text}</span>' if run.kind else text
            pieces.append(_marked(span, one, other, inside))
        at = stop
    return "".join(pieces)


def _marked(piece: str, start: int, end: int, marks: Sequence[Mark]) -> str:
    over = [mark for mark in marks if mark.span[0] <= start and end <= mark.span[1]]
    if not over:
        return piece
    kinds = escape(" ".join(dict.fromkeys(mark.kind for mark in over)))
    title = escape("; ".join(mark.title for mark in over if mark.title))
    return f'<mark class="{kinds}" title="{title}">{piece}</mark>'
