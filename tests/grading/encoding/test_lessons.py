"""What reviews and rulings change, on answers measured by hand."""

import numpy as np
import pytest

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Example
from autograder.grading.encoding.assessment import Assessment
from autograder.grading.encoding.heads import Heads, load
from autograder.grading.encoding.lessons import Lesson, Reviewed, lessons
from autograder.settings import Settings

CRITERIA = (Criterion("frames", 1), Criterion("pages", 2))
SCHEME = Question("q", "Q1", "?", Scale(0, 3), criteria=CRITERIA)
WHOLE = Question("q", "Q1", "?", Scale(0, 3), ("A reference.",))


@pytest.fixture(scope="module")
def heads() -> Heads:
    return load(Settings().models / "encoder" / "heads.json")


def answer(heads: Heads, seed: int, width: int, ruled: tuple[float, ...] = ()) -> Assessment:
    chance = np.random.default_rng(seed)
    scale = heads.whole_scale if width == 1 else heads.point_scale

    def unit(*shape: int) -> np.ndarray:
        drawn = chance.normal(size=shape)
        return np.asarray(drawn / np.linalg.norm(drawn, axis=-1, keepdims=True))

    return Assessment(
        wording=unit(384),
        words=frozenset(),
        latents=chance.normal(size=width),
        features=chance.normal(size=(width, len(scale.mean))),
        vectors=unit(width, 384),
        points=(),
        ruled=np.array(ruled),
    )


def learned(
    heads: Heads, question: Question, reviewed: Reviewed, asked: list[Assessment]
) -> list[Lesson]:
    return lessons(heads, question, reviewed, asked)


def test_without_reviews_nothing_is_learned_and_the_teacher_is_unknown(heads: Heads) -> None:
    (lesson,) = learned(heads, WHOLE, Reviewed((), (), ()), [answer(heads, 0, 1)])
    assert lesson.leanings[0].shift == 0
    assert lesson.leanings[0].spread == heads.strictness
    assert lesson.leans == ()


def test_an_answer_like_a_reviewed_one_follows_it_and_names_it(heads: Heads) -> None:
    known, other = answer(heads, 1, 1), answer(heads, 2, 1)
    examples = (Example("...", 3.0, id="first"),)
    lesson, far = learned(heads, WHOLE, Reviewed(examples, (known,), ()), [known, other])
    assert lesson.leanings[0].shift > far.leanings[0].shift
    assert lesson.leanings[0].spread < heads.strictness
    assert lesson.leans == ("first",)


def test_points_given_one_by_one_teach_each_criterion_its_own(heads: Heads) -> None:
    known = answer(heads, 3, 2)
    examples = (Example("...", 1.0, criteria=(1.0, 0.0), id="a"),)
    (lesson,) = learned(heads, SCHEME, Reviewed(examples, (known,), ()), [known])
    met, unmet = lesson.leanings
    assert met.shift > 0 > unmet.shift


def test_a_ruling_holds_where_the_answer_says_what_it_speaks_of(heads: Heads) -> None:
    says, says_not = answer(heads, 4, 1, (0.95,)), answer(heads, 4, 1, (0.05,))
    ruling = Example("Pages lie on disk.", 0.0, id="ruling", ruling=True)
    held, free = learned(heads, WHOLE, Reviewed((), (), (ruling,)), [says, says_not])
    assert held.leanings[0].shift < -1
    assert held.leans == ("ruling",)
    assert free.leanings[0].shift == 0
    assert free.leans == ()


def test_a_ruling_is_silent_on_the_criteria_that_it_does_not_name(heads: Heads) -> None:
    says = answer(heads, 5, 2, (0.95,))
    ruling = Example("Pages lie on disk.", 0.0, criteria=(None, 0.0), id="r", ruling=True)
    (lesson,) = learned(heads, SCHEME, Reviewed((), (), (ruling,)), [says])
    assert lesson.leanings[0].shift == 0
    assert lesson.leanings[1].shift < 0
