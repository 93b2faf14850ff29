"""A reading network is found on this machine and loaded. Imports torch and transformers on use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.domain.errors import EngineUnavailable

if TYPE_CHECKING:
    from autograder.settings import ReadingModelSettings


class Source:
    """Where the model that ``settings`` name comes from; the first of ``proposed`` if none is.

    ``variable`` is the beginning of the settings' environment variables, such as
    ``AUTOGRADER_TROCR``. EngineUnavailable: there is none on this machine and no download allowed.
    """

    def __init__(
        self, settings: ReadingModelSettings, proposed: Sequence[str], variable: str
    ) -> None:
        self._settings = settings
        self._variable = variable
        self._proposed = proposed
        here = [name for name in proposed if on_machine(name)]
        self.name = settings.model or next(iter([*here, *proposed]))
        folder = on_machine(self.name)
        if folder is None and settings.offline:
            raise EngineUnavailable(
                f"The model {self.name} is not on this machine. {self.how_to_get()}"
            )
        self.path = str(folder or self.name)
        kept = folder is not None and folder.parent.name == "snapshots"
        self.version = f"{self.name}@{folder.name[:12]}" if folder and kept else self.name
        """The model's name, with the commit of the hub's repository where it is known."""

    def load(self, loader: Callable[..., Any], **options: Any) -> Any:
        """What the library's ``from_pretrained`` makes of it; no code of the model's is run.

        EngineUnavailable: it is damaged, can't be fetched, or the memory is too small.
        """
        import torch

        offline = self._settings.offline
        try:
            return loader(self.path, local_files_only=offline, trust_remote_code=False, **options)
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise EngineUnavailable(
                f"The memory is too small for {self.name}, or other programs are using it. Close "
                f"them, or choose a smaller model in {self._variable}__MODEL."
            ) from error
        except Exception as error:  # the hub, files and architectures raise anything
            said = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
            raise EngineUnavailable(
                f"The model {self.name} can't be loaded: {said}. {self.how_to_get()}"
            ) from error

    def model(self, loader: Callable[..., Any]) -> Any:
        """The network, ready to read on the device that the settings ask for."""
        device = self._device()
        network = self.load(
            loader, dtype=_precision(device), device_map={"": device}, use_safetensors=True
        )
        return network.requires_grad_(False).train(False)

    def how_to_get(self) -> str:
        """What to do where the model is not here."""
        asked = self._settings.model or " or ".join(self._proposed)
        ways = [f"Fetch it with “hf download {asked.split(' or ')[0]}”"]
        ways += [f"or name a folder or another model in {self._variable}__MODEL"]
        if self._settings.offline:
            ways += [f"or set {self._variable}__OFFLINE=false to allow a download"]
        return f"{', '.join(ways)}."

    def _device(self) -> str:
        import torch

        gpu = torch.cuda.is_available()
        if self._settings.device == "cuda" and not gpu:
            raise EngineUnavailable(
                "The settings ask for a GPU, but torch finds none here. Set "
                f"{self._variable}__DEVICE to auto, or AUTOGRADER_READING_ENGINE to rapidocr."
            )
        return "cuda" if gpu and self._settings.device != "cpu" else "cpu"


def on_machine(name: str) -> Path | None:
    """The folder of a model: ``name`` itself or in the Hugging Face cache; None: it isn't here."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(name, "config.json")
    except HFValidationError:
        return None
    return Path(config).parent if isinstance(config, str) else None


def _precision(device: str) -> Any:
    import torch

    if device == "cpu":
        return torch.float32
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if native else torch.float16
