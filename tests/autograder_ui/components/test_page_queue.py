from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.script import Page, Script, Sheet
from autograder.gradebook.page_doubts import PageDoubt
from autograder_ui.components import page_check
from autograder_ui.components.page_queue import BY_DOUBT, BY_STUDENT, PageQueue


def page(name: str, number: int = 1, sheet: Sheet | None = None, discarded: bool = False) -> Page:
    return Page(name, number, "sha", 9, 9, "a.png", sheet=sheet, discarded=discarded)


def script(title: str, *pages: Page, loose: bool = False) -> Script:
    return Script(title, "exam", title, None, pages, loose=loose)


SCRIPTS = (
    script("ann", page("a1"), page("a2", 2)),
    script("bob", page("b1")),
    script("cy", page("c1")),
)
DOUBTS = {
    "a1": PageDoubt(100, 2, 0.5),
    "a2": PageDoubt(100, 9, 4.5),
    "b1": PageDoubt(100, 1, 0.1, placements=2),
}


def queue(by: str = BY_DOUBT, accepted: tuple[str, ...] = ()) -> PageQueue:
    return PageQueue.of(SCRIPTS, DOUBTS, accepted, by)


def ids(made: PageQueue) -> list[str]:
    return [each.page.id for each in made.pages]


def test_most_doubtful_first_counts_words_and_places_and_puts_unread_pages_last() -> None:
    assert ids(queue()) == ["a2", "b1", "a1", "c1"]
    assert ids(queue(BY_STUDENT)) == ["a1", "a2", "b1", "c1"]


def test_each_page_says_what_is_left_to_do() -> None:
    assert [name for name, _ in queue(BY_STUDENT, accepted=("a1",)).choices] == [
        "ann · page 1 · accepted ✓",
        "ann · page 2 · 9 doubtful",
        "bob · page 1 · 1 doubtful · 2 to place",
        "cy · page 1 · not read yet",
    ]


def test_what_holds_no_answers_is_left_out() -> None:
    cover = page("cover", sheet=Sheet("exam", "", 0, 2))
    made = PageQueue.of(
        [
            script(
                "ann", cover, page("a1", sheet=Sheet("exam", "", 1, 2)), page("x", 3, None, True)
            ),
            script("Loose pages", page("l1"), loose=True),
        ],
        {},
        (),
    )
    assert ids(made) == ["a1"]


@given(st.sets(st.sampled_from(["a1", "a2", "b1", "c1"])), st.sampled_from(["a1", "b1", "c1"]))
def test_the_next_open_page_is_never_an_accepted_one(accepted: set[str], here: str) -> None:
    found = queue(accepted=tuple(accepted)).next_open(here)
    assert found not in accepted
    assert bool(found) == (len(accepted) < 4)


def test_accepting_leaves_a_page_where_it_is() -> None:
    assert ids(queue(accepted=("a2",))) == ids(queue())
    assert queue(accepted=("a2",)).step("b1", -1) == "a2"


def test_a_page_that_is_gone_leads_to_the_first_that_nobody_has_accepted() -> None:
    here = queue(accepted=("a2",)).at("gone")
    assert here and here.page.id == "b1"
    assert PageQueue().at("gone") is None and PageQueue().step("gone", 1) == ""


def test_progress_says_how_many_pages_are_left_and_how_much_was_corrected() -> None:
    made = queue(accepted=("a1", "b1"))
    here = made.at("a2")
    assert here
    shown = page_check.render(made, here, Counter({"a1": 5, "a2": 40}))
    assert "<b>2</b> of 4 pages accepted, 2 left" in shown
    assert "<b>2.5%</b> of their words corrected" in shown  # 5 of 200: only accepted pages count
    assert "ann, page 2: </span>" in shown and "Accept page" in shown


def test_a_page_that_is_not_read_cannot_be_accepted_yet() -> None:
    made = queue()
    here = made.at("c1")
    assert here and " disabled>Accept page" in page_check.render(made, here, Counter())
