"""A learned model uploaded to a hub repository, when somebody asks for it and never else."""

from __future__ import annotations

import re

from autograder.domain.errors import EngineFailed, InvalidInput
from autograder.learning.registry.contents import CARD, MANIFEST, SUMS
from autograder.learning.registry.model_card import is_llama
from autograder.learning.registry.registry import Registry

SEEN = (
    "{repository} is there already and everybody can see it. Add --public if they may see this "
    "model too, or name another repository."
)
REPOSITORY = re.compile(r"[\w.-]+/([\w.-]{1,96})")


def push(registry: Registry, model_id: str, repository: str, public: bool = False) -> str:
    """Uploads model, manifest and card in one commit; returns the commit's address.

    Comparisons stay here, for they may tell of students. NotFound; EngineUnavailable: it is
    damaged; InvalidInput: no such name can be; EngineFailed: the hub refuses or can't be reached.
    """
    registry.verify(model_id)
    folder, model = registry.path(model_id), registry.get(model_id)
    _check_name(repository, is_llama(model))
    from httpx import HTTPError
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HFValidationError, LocalTokenNotFoundError

    api = HfApi()
    names = (CARD, MANIFEST, SUMS, *model.files)
    files = [CommitOperationAdd(name, str(folder / name)) for name in names]
    try:
        api.create_repo(repository, private=not public, exist_ok=True)
        if not public and not api.model_info(repository).private:  # it was there before
            raise InvalidInput(SEEN.format(repository=repository))
        commit = api.create_commit(repository, files, commit_message=f"Add {model_id}")
    except HFValidationError as error:
        raise InvalidInput(f"“{repository}” is no name of a hub repository: {error}") from error
    except (HTTPError, LocalTokenNotFoundError, OSError) as error:
        raise EngineFailed(_reason(error)) from error
    return str(commit.commit_url)


def _check_name(repository: str, llama: bool) -> None:
    named = REPOSITORY.fullmatch(repository)
    if named is None:
        raise InvalidInput(f"“{repository}” is no repository: write OWNER/NAME.")
    if llama and not named[1].lower().startswith("llama"):
        raise InvalidInput(
            f"Meta's licence has a model that was built with Llama named so: call the repository "
            f"{repository.replace('/', '/Llama-', 1)}."
        )


def _reason(error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403):
        return (
            "The hub didn't let you in. Make a token with the right to write at "
            "huggingface.co/settings/tokens, then “hf auth login”."
        )
    told = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"The hub couldn't take the model ({told}). Try again when it can be reached."
