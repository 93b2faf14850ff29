import pickle

from autograder.domain.errors import RefusedFile


def test_a_refusal_comes_whole_out_of_another_process() -> None:
    refused = pickle.loads(pickle.dumps(RefusedFile("exam.pdf", "it is empty.")))
    assert (refused.name, refused.reason) == ("exam.pdf", "it is empty.")
    assert str(refused) == "exam.pdf: it is empty."
