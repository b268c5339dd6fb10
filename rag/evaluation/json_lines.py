"""JSON lines and gzip, read so that everything that is wrong is reported with its line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from rag.errors import QuestionSetError


def read_bytes(path: Path) -> bytes:
    """A file's bytes, unpacked when its name ends in ``.gz``.

    Raises:
        QuestionSetError: it is missing, unreadable or not gzip.
    """
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except FileNotFoundError:
        raise QuestionSetError([f"{path}: there is no such file"]) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise QuestionSetError([f"{path}: is not a whole gzip file: {error}"]) from None
    except OSError as error:
        raise QuestionSetError([f"{path}: cannot be read: {error.strerror}"]) from None


def json_objects(data: bytes, name: str, problems: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each JSONL line that holds an object, with its number from 1; blank lines are skipped, the rest is a problem."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    for line, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            text = raw.decode("utf-8").strip()
            row = decoder.decode(text)
            if b"\\ud" in raw or b"\\uD" in raw:
                json.dumps(row, ensure_ascii=False).encode("utf-8")
        except UnicodeDecodeError as error:
            problems.append(f"{name}:{line}: row: byte {error.start + 1} is not UTF-8")
        except UnicodeEncodeError:
            problems.append(f"{name}:{line}: row: holds half of a surrogate pair (\\ud…)")
        except json.JSONDecodeError as error:
            problems.append(f"{name}:{line}: row: is not JSON: {error.msg} at character {error.colno}")
        except (ValueError, RecursionError) as error:
            problems.append(f"{name}:{line}: row: is not JSON: {error}")
        else:
            if isinstance(row, dict):
                yield line, row
            else:
                problems.append(f"{name}:{line}: row: must be an object {{…}}, not {json_kind(row)}")


def json_kind(value: object) -> str:
    """How a JSON value is called in messages."""
    names = {bool: "true/false", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return "null" if value is None else names.get(type(value), type(value).__name__)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")
