"""Every knob of CiteSpan, with its bounds.

A value is looked up in this order: an argument, the environment (``CITESPAN_RETRIEVE__WORD_WEIGHT=0.4``), the file
``citespan.toml`` in the working folder (``[retrieve]`` / ``word_weight = 0.4``), the default below.
"""

from __future__ import annotations

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rag.errors import SettingsError

SETTINGS_FILE = Path("citespan.toml")
_PREFIX = "CITESPAN_"
_NOT_SETTINGS = frozenset({"CITESPAN_DEBUG"})
"""Variables that begin like settings and are read elsewhere."""
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """A group of settings; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class IngestSettings(Section):
    """How files become articles and passages."""

    max_file_mb: Annotated[float, Field(gt=0, le=1024)] = 25.0
    """Larger files are refused: a single article of that size is almost always a mistake."""
    passage_tokens: Annotated[int, Field(ge=32, le=8192)] = 200
    """Most encoder tokens of a passage's own text; the title shares the encoder's window with it."""
    overlap_sentences: Annotated[int, Field(ge=0, le=10)] = 1
    """Whole sentences that a passage shares with the one before it."""


class IndexSettings(Section):
    """How passages are kept and searched."""

    vectors: Literal["faiss"] = "faiss"
    """Engine of the vector index."""
    exact_up_to: Annotated[int, Field(ge=0)] = 75_000
    """Passages up to which vectors are compared exactly; above, an HNSW graph is built."""
    lock_seconds: Annotated[float, Field(ge=0, le=3600)] = 10.0
    """How long to wait for another process that is writing to the store."""
    undo_days: Annotated[float, Field(ge=0, le=3650)] = 30.0
    """How long an article that was removed or overwritten can be brought back; 0 keeps none."""


class RetrieveSettings(Section):
    """How passages are found for a question."""

    encoder: str = "all-MiniLM-L6-v2"
    """The packaged encoder, or the path of a sentence-transformers folder."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Arithmetic of the encoder and reader; "auto" and "bfloat16" are bfloat16 where the processor has it (AMX,
    AVX512-BF16), else float32."""
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    """Threads for the models; 0 is what OMP_NUM_THREADS says, or one for each core."""
    batch_size: Annotated[int, Field(ge=1, le=1024)] = 32
    """Texts that the encoder embeds at once."""
    candidates: Annotated[int, Field(ge=1, le=1000)] = 50
    """Passages taken from each of the word and the vector index before fusion."""
    word_weight: Share = 0.3
    """Share of the word score in the fused score; the rest is the vector score."""
    title_weight: Share = 0.2
    """Share of the word score that comes from the article's title; the rest comes from the passage."""

    @model_validator(mode="before")
    @classmethod
    def _runtime_is_gone(cls, given: Any) -> Any:
        if isinstance(given, dict) and "runtime" in given:
            raise ValueError("retrieve.runtime is no setting any more: there is one runtime. Remove it")
        return given


class AnswerSettings(Section):
    """How passages become an answer."""

    reader: str = "auto"
    """Which reader: "auto" (the shipped one, else "sentences"), "sentences", or an extractive checkpoint's folder."""
    passages_read: Annotated[int, Field(ge=1, le=100)] = 8
    """Most passages that the reader looks at for a question."""
    read_within: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.25
    """Of those, the reader leaves out what scores further below the best passage, in standard deviations of the
    question's retrieval scores; two are always read. A large value, like 100, leaves out none."""
    abstain_below: Share | None = None
    """Confidence under which no answer is given; None takes the threshold that was chosen with the calibration."""
    related: Annotated[int, Field(ge=0, le=20)] = 3
    """Closest passages shown with an abstention."""
    max_question_characters: Annotated[int, Field(ge=10, le=100_000)] = 2_000
    """Longer questions are refused."""
    max_answer_tokens: Annotated[int, Field(ge=1, le=512)] = 30
    """Longest span, in reader tokens, that a checkpoint reader may answer with."""


class UiSettings(Section):
    """The chat page."""

    host: str = "127.0.0.1"
    """Address to listen on; the default is reached from this computer only."""
    port: Annotated[int, Field(ge=0, le=65535)] = 7860
    """0 takes any free port; a taken port moves on to the next free one."""
    max_upload_mb: Annotated[float, Field(gt=0, le=1024)] = 25.0
    """Larger uploads are refused."""
    max_upload_files: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Most files of one upload."""
    max_upload_total_mb: Annotated[float, Field(gt=0, le=100_000)] = 200.0
    """Larger uploads of several files are refused; a single file may be as large as `max_upload_mb` says."""
    max_waiting: Annotated[int, Field(ge=1, le=100_000)] = 100
    """Questions that may wait for their turn; further ones are turned away until some are answered."""
    host_names: tuple[str, ...] = ()
    """Names under which others reach the page, besides this machine's own name and every address; see serving.md."""
    password_file: Path | None = None
    """Who may log in, as `citespan password` writes it; needed to listen on any address but this computer's own."""


class Settings(Section):
    """All settings; without ``load``, what is not given has its default.

    Raises:
        SettingsError: by ``load``, when a key is unknown or a value is out of bounds; the message has the key's path.
    """

    store: Path = Path("vectorstore")
    """Folder of the store; a relative one is looked up from the working folder."""
    ingest: IngestSettings = IngestSettings()
    index: IndexSettings = IndexSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    answer: AnswerSettings = AnswerSettings()
    ui: UiSettings = UiSettings()

    @model_validator(mode="after")
    def _passages_read_are_candidates(self) -> Settings:
        if self.answer.passages_read > self.retrieve.candidates * 2:
            raise ValueError("answer.passages_read is larger than twice retrieve.candidates: nothing to read")
        return self

    @classmethod
    def load(cls, **overrides: object) -> Settings:
        """Read the settings from every source.

        Raises:
            SettingsError: with one line per bad key, each with the key's full path.
        """
        cls._refuse_unknown_variables()
        try:
            given = _merged(_merged(_in_file(), cls._in_environment()), overrides)
            return cls.model_validate(given)
        except ValidationError as error:
            lines = [
                f"{'.'.join(str(part) for part in problem['loc']) or 'settings'}: {problem['msg']}"
                for problem in error.errors()
            ]
            raise SettingsError(
                "\n".join(lines) + f"\nMend it in the environment (CITESPAN_…) or in {SETTINGS_FILE}"
            ) from error
        except ValueError as error:
            raise SettingsError(f"{SETTINGS_FILE} or a CITESPAN_… variable cannot be read: {error}") from error

    @classmethod
    def _in_environment(cls) -> dict[str, Any]:
        """What ``CITESPAN_SECTION__KEY`` variables say; several values of one key are a JSON list."""
        given: dict[str, Any] = {}
        for variable in sorted(os.environ):
            name = variable.upper()
            if not name.startswith(_PREFIX) or name in _NOT_SETTINGS:
                continue
            head, _, key = name.removeprefix(_PREFIX).lower().partition("__")
            if head not in cls.model_fields:
                continue
            default, value = cls.model_fields[head].default, os.environ[variable]
            if not isinstance(default, Section):
                given[head] = value
            elif key:
                is_list = isinstance(getattr(default, key, None), tuple)
                given.setdefault(head, {})[key] = json.loads(value) if is_list else value
            else:
                given[head] = _merged(json.loads(value), given.get(head, {}))
        return given

    @classmethod
    def _refuse_unknown_variables(cls) -> None:
        """A mistyped section is an error; the settings library would pass over it in silence.

        Raises:
            SettingsError: a variable that begins with ``CITESPAN_`` names neither a setting nor a section.
        """
        known = {f"{_PREFIX}{name.upper()}" for name in cls.model_fields}
        lines: list[str] = []
        for name in sorted(os.environ):
            head = name.upper().split("__", 1)[0]
            if not head.startswith(_PREFIX) or head in known or name.upper() in _NOT_SETTINGS:
                continue
            near = difflib.get_close_matches(head, known, n=1)
            lines.append(f"{name}: no such setting{f'; did you mean {near[0]}?' if near else ''}")
        if lines:
            raise SettingsError("\n".join(lines) + "\nAll settings are listed in docs/settings.md")


def _in_file() -> dict[str, Any]:
    """What ``citespan.toml`` in the working folder says; nothing when there is none."""
    if not SETTINGS_FILE.is_file():
        return {}
    with SETTINGS_FILE.open("rb") as stream:
        return tomllib.load(stream)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, section by section; where both say something ``above`` counts."""
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        both[key] = _merged(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return both
