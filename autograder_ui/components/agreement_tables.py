"""Agreement told: in a sentence, and in tables of questions, answers, criteria and markers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import isnan

from autograder.domain.exam import Question
from autograder.domain.grade import GROUP
from autograder.grading.agreeing.agreement import Agreement, Foresight, LeftOut, MarkerAgreement
from autograder.grading.agreeing.criterion_agreement import CriterionAgreement
from autograder.grading.agreeing.exam_agreement import ExamAgreement
from autograder.metrics import Figure
from autograder_ui.components import markup

MOST_ROWS = 100
MOST_NAMES = 12
Names = Mapping[str, str]
"""How the teacher knows a script, by its id."""
EXPLAINED = """<p class="hint">Small figures are 95 % intervals. QWK (quadratic weighted kappa) is
agreement beyond chance: 1 is perfect, 0 is what chance gives.</p>"""
NO_PAIRS = markup.empty(
    "Nothing to compare yet",
    "The machine's mark counts here only if it was predicted before you marked the answer. Have "
    "the answers graded in Scripts, then mark some in Marking: ten to a question say much.",
)
NO_CRITERIA = markup.empty(
    "No criterion was compared",
    "Tick the criteria when you mark, in Marking: the machine's judgement of each is then held "
    "against yours. Criteria that were changed or removed since are left out.",
)
NO_MARKERS = markup.empty(
    "One marker so far",
    "When a second person marks some of the same answers, under their own name at the top of the "
    "page, you see here how far the two of you agree.",
)
LOOK_AGAIN = "Press a name to look at the answer again in Marking."
ALL_THE_SAME = markup.empty(
    "No difference", "Each mark that was foreseen is the one that you gave."
)


def summary(found: ExamAgreement) -> str:
    """What it all comes to, in plain words."""
    pooled = found.pooled
    if not pooled.answers:
        return f'<p class="summary">{escape(_left_out(found.left_out))}</p>{NO_PAIRS}'
    told = [
        f"On {_count(pooled.answers, 'answer')} that you marked, the machine gave the same mark "
        f"{_times(pooled.same)} ({_percent(pooled.exact)}).",
        _in_groups(found.found),
        _leniency(found),
        _confidence(found),
        _left_out(found.left_out),
    ]
    return f'<p class="summary">{escape(" ".join(filter(None, told)))}</p>'


def questions(found: ExamAgreement) -> str:
    """A row for each question, and one for all where there are several."""
    rows = [_all_row(found)] if len(found.questions) > 1 else []
    rows += [_question_row(each, found.by_question[each.id]) for each in found.questions]
    heads = ["Question", "Answers", "Same mark", "Within half a step", "Off by, in marks"]
    heads += ["Lenient (+), strict (−)", "QWK"]
    return _table("Agreement by question, with 95 % intervals", heads, rows) + EXPLAINED


def differences(found: Sequence[Foresight], names: Names) -> str:
    """The answers on which the two differ, widest first."""
    apart = sorted(
        (each for each in found if abs(each.apart) > 1e-6),
        key=lambda each: (-abs(_share(each)), -each.prediction.confidence, each.marked.answer.id),
    )
    if not apart:
        return ALL_THE_SAME
    rows = [_difference(each, names) for each in apart[:MOST_ROWS]]
    heads = ["Student", "Question", "Machine", "You", "Apart", "The machine was"]
    more = f"The {MOST_ROWS} widest of {len(apart)}. " if len(apart) > MOST_ROWS else ""
    caption = "Answers on which the machine and you differ, widest first"
    return f'{_table(caption, heads, rows)}<p class="hint">{more}{LOOK_AGAIN}</p>'


def criteria(found: Sequence[CriterionAgreement], names: Names) -> str:
    """A row for each criterion, with both kinds of error and their answers."""
    if not found:
        return NO_CRITERIA
    heads = ["Criterion", "Question", "Answers", "Judged alike"]
    heads += ["The machine gave it, you didn't", "You gave it, the machine didn't"]
    rows = [_criterion(each, names) for each in found]
    return _table("Agreement by criterion", heads, rows)


def markers(found: Sequence[MarkerAgreement]) -> str:
    """A row for each pair of people who marked the same answers."""
    if not found:
        return NO_MARKERS
    heads = ["Markers", "Answers", "Same mark", "Off by, in marks", "More lenient", "QWK"]
    return _table("Agreement between markers", heads, [_marker(each) for each in found])


def _question_row(question: Question, own: Agreement) -> list[str]:
    return [
        f'<span title="{escape(question.text)}">{escape(question.label)}</span>',
        str(own.answers),
        _cell(own.exact, "{:.0%}"),
        _cell(own.near, "{:.0%}"),
        _cell(own.mae, "{:.2f}") + f"<small>{own.mae_share.value:.0%} of the scale</small>",
        _cell(own.bias, "{:+.2f}").replace("-", "−"),
        _cell(own.qwk, "{:.2f}"),
    ]


def _all_row(found: ExamAgreement) -> list[str]:
    """Marks of unlike scales aren't added up: shares of the scale are."""
    own = found.pooled
    off, share = _cell(own.mae_share, "{:.0%}"), _cell(own.bias_share, "{:+.0%}")
    bias = _cell(own.bias, "{:+.2f}") if found.one_scale else share
    unit = "<small>of the scale</small>"
    return [
        "All questions",
        str(own.answers),
        _cell(own.exact, "{:.0%}"),
        _cell(own.near, "{:.0%}"),
        _cell(own.mae, "{:.2f}") if found.one_scale else off + unit,
        bias.replace("-", "−") + ("" if found.one_scale else unit),
        _cell(own.qwk, "{:.2f}"),
    ]


def _difference(each: Foresight, names: Names) -> list[str]:
    comment = f"<small>{escape(each.review.comment)}</small>" if each.review.comment else ""
    return [
        _whose(each, names),
        escape(each.question.label),
        f'<i class="guess">{markup.mark(each.first)}</i>',
        f'<b class="final">{markup.mark(each.second)}</b>'
        f"<small>{escape(each.review.reviewer)}</small>{comment}",
        f"{each.apart:+g}".replace("-", "−"),
        f"{each.prediction.confidence:.0%} sure",
    ]


def _criterion(each: CriterionAgreement, names: Names) -> list[str]:
    marks = f"{each.criterion.marks:g} mark{'' if abs(each.criterion.marks) == 1 else 's'}"
    return [
        f"{escape(each.criterion.text)}<small>{marks}</small>",
        escape(each.question.label),
        str(each.answers),
        _cell(each.same, "{:.0%}"),
        _answers(each.machine_only, names),
        _answers(each.teacher_only, names),
    ]


def _answers(found: Sequence[Foresight], names: Names) -> str:
    """How many, and on demand whose."""
    if not found:
        return '<span class="none">0</span>'
    by_name = sorted(found, key=lambda each: names.get(each.marked.answer.script_id, "").casefold())
    items = "".join(f"<li>{_whose(each, names)}</li>" for each in by_name[:MOST_NAMES])
    rest = len(found) - MOST_NAMES
    items += f"<li>and {rest} more</li>" if rest > 0 else ""
    return f'<details class="whose"><summary>{len(found)}</summary><ul>{items}</ul></details>'


def _whose(each: Foresight, names: Names) -> str:
    """The student's name, to be pressed."""
    name = names.get(each.marked.answer.script_id, "Script")
    told = escape(f"Open {name}, {each.question.label} in Marking")
    answer_id = escape(each.marked.answer.id)
    return (
        f'<button type="button" class="link" data-id="{answer_id}" aria-label="{told}">'
        f"{escape(name)}</button>"
    )


def _marker(each: MarkerAgreement) -> list[str]:
    own = each.agreement
    more = each.first if own.bias.value > 0 else each.second
    by = f"{escape(more)} <small>by {abs(own.bias.value):.2f} marks</small>"
    return [
        f"{escape(each.first)} and {escape(each.second)}",
        str(own.answers),
        _cell(own.exact, "{:.0%}"),
        _cell(own.mae, "{:.2f}"),
        by if abs(own.bias.value) > 0.005 else "neither",
        _cell(own.qwk, "{:.2f}"),
    ]


def _cell(figure: Figure, form: str) -> str:
    if isnan(figure.value):
        return '<span class="none" title="Too few or too equal marks to tell">–</span>'
    if isnan(figure.low):
        return form.format(figure.value)
    low, high = form.format(figure.low), form.format(figure.high)
    return f"{form.format(figure.value)}<small>{low} to {high}</small>"


def _table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """As ``markup.table``, each row under the name in its first cell."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headers)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="sheet figures"><caption class="unseen">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _in_groups(found: Sequence[Foresight]) -> str:
    number = sum(each.review.way == GROUP for each in found)
    if not number:
        return ""
    were = "was" if number == 1 else "were"
    return f"{number} of them {were} decided in groups; for the intervals a group counts once."


def _leniency(found: ExamAgreement) -> str:
    """Whether it is lenient or strict, and by how much, as far as that can be told."""
    bias = found.pooled.bias if found.one_scale else found.pooled.bias_share
    if isnan(bias.low):
        return "These are too few to say whether it is lenient or strict."
    if bias.low <= 0 <= bias.high:
        return f"As far as these tell it is neither lenient nor strict{_within(found, bias)}."
    side = "lenient" if bias.value > 0 else "strict"
    ends = sorted((abs(bias.low), abs(bias.high)))
    size = _size(found, abs(bias.value))
    return (
        f"It is {side} by {size} on average ({_plain(found, ends[0])} to {_size(found, ends[1])})."
    )


def _within(found: ExamAgreement, bias: Figure) -> str:
    return f" (on average {_size(found, bias.value, '+')})" if abs(bias.value) > 0.005 else ""


def _size(found: ExamAgreement, value: float, sign: str = "") -> str:
    unit = "marks" if found.one_scale else "of the scale"
    return f"{_plain(found, value, sign)} {unit}"


def _plain(found: ExamAgreement, value: float, sign: str = "") -> str:
    return f"{value:{sign}.2g}" if found.one_scale else f"{value:{sign}.1%}"


def _confidence(found: ExamAgreement) -> str:
    sure = sum(each.confidence * each.answers for each in found.confidence) / found.pooled.answers
    right = sum(each.right * each.answers for each in found.confidence) / found.pooled.answers
    return f"It was {sure:.0%} sure on average and right {right:.0%} of the time."


def _left_out(left_out: LeftOut) -> str:
    reasons = [
        (left_out.unforeseen, "for which nothing was predicted before you marked them"),
        (left_out.unmarked, "for which the machine gave no mark and asked you to look"),
        (left_out.changed, "whose text or question was changed in between"),
    ]
    told = [f"{_count(number, 'answer')} {why}" for number, why in reasons if number]
    return f"Not counted: {'; '.join(told)}." if told else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _percent(figure: Figure) -> str:
    return f"{figure.value:.0%}; 95 % interval {figure.low:.0%} to {figure.high:.0%}"


def _share(each: Foresight) -> float:
    scale = each.question.scale
    return each.apart / (scale.maximum - scale.minimum)
