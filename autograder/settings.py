"""Every setting, typed and documented. Read once, at the edge; passed on from there.

Each is an environment variable ``AUTOGRADER_...`` with ``__`` between levels, such as
``AUTOGRADER_SERVER__PORT=8080`` or ``AUTOGRADER_GOOGLE_VISION__API_KEY=...``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class ServerSettings(BaseModel):
    """The web server."""

    host: str = "127.0.0.1"
    """Only this machine by default; ``0.0.0.0`` serves the network."""
    port: int = Field(7860, ge=0, le=65535)


class IntakeSettings(BaseModel):
    """Limits on what is taken in."""

    max_file_bytes: int = 60_000_000
    max_pages: int = 500
    max_zip_members: int = 2_000
    max_zip_bytes: int = 2_000_000_000
    max_zip_ratio: int = 100
    max_text_bytes: int = 400_000
    """Of one file of code or typed text."""
    max_texts: int = 200
    """Files of one student's submission."""
    page_pixels: int = 3_000_000
    """The pixel budget of a rendered PDF page; photos above ``max_image_pixels`` are refused."""
    max_image_pixels: int = 50_000_000
    seconds_per_file: float = 60.0
    memory_bytes: int = 1_500_000_000


class GoogleVisionSettings(BaseModel):
    """The Google Cloud Vision engine; used only where ``reading_engine`` names it."""

    credentials_file: Path | None = None
    """A service account's JSON file; without it and without ``api_key`` ADC is used."""
    api_key: SecretStr | None = None
    endpoint: str = ""
    """Such as ``eu-vision.googleapis.com`` for processing in the EU."""
    transport: Literal["grpc", "rest"] = "grpc"
    language_hints: list[str] = []
    batch_size: int = Field(4, ge=1, le=16)
    deadline_seconds: float = 120.0


class ReadingModelSettings(BaseModel):
    """A reading engine whose model is loaded with transformers; used only where it is named."""

    model: str = ""
    """A hub name or folder. Empty: the proposed one that is on this machine."""
    device: Literal["auto", "cuda", "cpu"] = "auto"
    offline: bool = True
    """Use only models that are already on this machine; turn off to allow a download."""


class TrOcrSettings(ReadingModelSettings):
    """The engine ``trocr``: reads the lines that the embedded engine finds."""

    batch_size: int = Field(64, ge=1)
    """Lines read at once at most; fewer where the memory asks for it."""
    pages_at_once: int = Field(4, ge=1)
    """Pages whose lines are put together into batches."""
    line_tokens: int = Field(128, ge=8)
    """Greatest length of a line; a word takes one to three tokens."""


class VisionLanguageSettings(ReadingModelSettings):
    """The engine ``vision_language``: a model that sees the page and writes it out."""

    batch_size: int = Field(4, ge=1)
    """Pages read at once at most; fewer where the memory asks for it."""
    page_tokens: int = Field(2048, ge=64)
    """Greatest length of a page's text; a full page of handwriting takes 300 to 800."""
    page_pixels: int = Field(1_600_000, ge=100_000)
    """What the model sees a page in; more costs time and memory."""


class RetrievalSettings(BaseModel):
    """Finding the textbook page."""

    embedding: str = "minilm"
    """``minilm`` (embedded, in ``models/``), or a sentence-transformers model's name or folder."""
    passages: int = 3
    """Passages given to the grader and shown to the teacher."""


class LlamaSettings(BaseModel):
    """The in-process 4-bit language model."""

    base: str = ""
    """A hub name or folder. Empty: chosen by the GPU's memory (see README, licences)."""
    adapter: Path | None = None
    """A LoRA adapter folder in ``models/adapters/``; None grades with the base alone."""
    device: Literal["auto", "cuda", "cpu"] = "auto"
    batch_size: int = Field(32, ge=1)
    """Answers read at once at most; fewer where the free memory asks for it."""
    rationale_tokens: int = Field(256, ge=0)
    """Greatest length of the model's words on a mark; 0 has them put together without it."""
    offline: bool = True
    """Use only models that are already on this machine; turn off to allow a download."""


class EncoderSettings(BaseModel):
    """The embedded grader."""

    model: Path | None = None
    """A folder with a learned network or heads; None grades with those that ship."""


class ClassifierSettings(BaseModel):
    """The grader that runs a sequence classifier which was taught here and exported to ONNX."""

    model: Path | None = None
    """Its folder; without one there is nothing to grade with."""


class OpenAIApiSettings(BaseModel):
    """A server that speaks the OpenAI API; used only where ``grader`` names ``openai_api``."""

    base_url: str = ""
    """Such as ``http://localhost:8000/v1``. Questions and answers are sent there."""
    api_key: SecretStr | None = None
    model: str = ""
    """Empty: the only model that the server has."""
    requests_at_once: int = Field(32, ge=1, le=512)
    """At most; fewer while the server refuses or is slow."""
    deadline_seconds: float = Field(300.0, gt=0)
    """For one request with all its tries; a single try gets a third of it."""
    samples: int = Field(8, ge=1, le=64)
    """Replies asked for where a server tells no probabilities: each is counted."""
    rationale_tokens: int = Field(256, ge=0)
    """Length of the rationale; 0 asks for none."""


class Settings(BaseSettings):
    """All settings of AutoGrader."""

    model_config = SettingsConfigDict(env_prefix="AUTOGRADER_", env_nested_delimiter="__")

    data: Path = Field(default_factory=lambda: user_data_path("autograder", appauthor=False))
    """The data folder: gradebook, scans, textbooks' index. On a local disk."""
    models: Path = PROJECT / "models"
    reading_engine: str = "rapidocr"
    second_reading_engine: str = ""
    """Reads each page beside the first, and where the two differ the words are doubtful."""
    grader: str = "auto"
    reviewer: str = "Teacher"
    """The name that reviews are recorded under until the page is told another."""
    server: ServerSettings = ServerSettings()
    intake: IntakeSettings = IntakeSettings()
    google_vision: GoogleVisionSettings = GoogleVisionSettings()
    trocr: TrOcrSettings = TrOcrSettings()
    vision_language: VisionLanguageSettings = VisionLanguageSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    llama: LlamaSettings = LlamaSettings()
    encoder: EncoderSettings = EncoderSettings()
    classifier: ClassifierSettings = ClassifierSettings()
    openai_api: OpenAIApiSettings = OpenAIApiSettings()
