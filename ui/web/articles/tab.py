"""The Articles tab: add, list, read, group and remove articles."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from rag.errors import ArticleNotFoundError, CiteSpanError
from rag.index.catalog_collections import LONGEST_NAME
from rag.presentation.html import shown
from rag.presentation.wording import counted
from rag.records import FileOutcome, Progress
from rag.settings import UiSettings
from ui.api.adding import Uploads
from ui.web.articles.articles_table import article_table, outcome_row, upload_report
from ui.web.pieces import notice
from ui.web.templates import read_file

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
_SECONDS_BETWEEN_UPDATES = 0.3


class ArticlesTab:
    """Builds the tab and answers its events; holds nothing of any user."""

    def __init__(self, assistant: Assistant, suffixes: Sequence[str], limits: UiSettings) -> None:
        self._assistant = assistant
        self._uploads = Uploads(assistant)
        self._suffixes = list(suffixes)
        self._limits = limits

    def build(self) -> gr.HTML:
        """Put the tab's components on the page, wire their events and give back the table."""
        drop = gr.File(
            label="Add articles: text, web pages, PDF, office files, e-books, mail, subtitles, archives; up to "
            f"{self._limits.max_upload_mb:g} MB each",
            file_count="multiple",
            file_types=self._suffixes,
            height=150,
            elem_id="drop",
        )
        into = gr.Textbox(
            label="Put them into a collection (optional)",
            placeholder="A collection’s name, new or known",
            max_lines=1,
            max_length=LONGEST_NAME,
            show_label=True,
            container=True,
            elem_id="into",
        )
        report = gr.HTML("", apply_default_css=False, elem_id="upload-report", js_on_load="")
        message = gr.HTML("", apply_default_css=False, elem_id="articles-message", js_on_load="")

        def search_texts(request: Any) -> list[str]:  # Gradio marks what it is given, and a method cannot be
            return self.search_texts(request)

        table = gr.HTML(
            "",
            js_on_load=read_file("articles/articles.js"),
            server_functions=[search_texts],
            apply_default_css=False,
            elem_id="articles-table",
        )
        drop.upload(
            self.add,
            [drop, into],
            [report, table, drop],
            preprocess=False,
            show_progress="hidden",
            concurrency_limit=1,
            concurrency_id="add",
            api_visibility="private",
        )
        for happened, act in ((table.delete, self.remove), (table.submit, self.group)):
            happened(act, None, [message, table], show_progress="hidden", api_visibility="private")
        return table

    def table(self) -> str:
        """The table as it is now."""
        try:
            return article_table(self._assistant.articles(), self._assistant.collections())
        except CiteSpanError as error:
            return notice(str(error), is_error=True)

    def search_texts(self, request: Any) -> list[str]:
        """The ids of the articles whose texts hold every word that a browser sent as ``words``, whatever their case."""
        sought = request.get("words") if isinstance(request, dict) else None
        words = sought.casefold().split() if isinstance(sought, str) else []
        if not words:
            return []
        try:
            texts = {one.article_id: self._assistant.article(one.article_id).text for one in self._assistant.articles()}
        except CiteSpanError as error:
            _LOG.warning("the texts cannot be searched: %s", error)
            return []
        return [article_id for article_id, text in texts.items() if all(word in text.casefold() for word in words)]

    def add(
        self, uploads: Sequence[dict[str, Any]] | None, into: str | None = None, request: gr.Request | None = None
    ) -> Iterator[tuple[Any, Any, Any]]:
        """Add each uploaded file, telling what became of it as soon as that is known.

        Args:
            into: the name of the collection that the articles are put into; made when it does not exist.
            request: given by Gradio; says who is logged in.
        """
        collection = (into or "").strip() or None
        user = request.username if request else None
        files = [
            (str(upload.get("orig_name") or Path(upload["path"]).name), Path(upload["path"]))
            for upload in uploads or []
        ]
        if len(files) > self._limits.max_upload_files:
            told = (
                f"{len(files):,} files at once, and {self._limits.max_upload_files:,} are the limit. Nothing was "
                "added: drop fewer at a time, add the folder with citespan add, or raise ui.max_upload_files."
            )
            for _, temporary in files:
                temporary.unlink(missing_ok=True)
            yield notice(told, is_error=True), gr.skip(), None
            return
        rows: list[Markup] = []
        for done, (original, temporary) in enumerate(files):
            yield upload_report(rows, done, len(files), shown(original)), gr.skip(), None if done == 0 else gr.skip()
            steps: SimpleQueue[Progress] = SimpleQueue()
            outcomes: list[FileOutcome] = []
            work = Thread(
                target=self._add_one, args=(original, temporary, user, collection, steps.put, outcomes), daemon=True
            )
            work.start()
            while work.is_alive():
                work.join(_SECONDS_BETWEEN_UPDATES)
                step = _latest(steps)
                if step is not None and work.is_alive():
                    told = f"{shown(original)}: {step.stage} {step.done:,}" + (
                        f" of {step.total:,}" if step.total else ""
                    )
                    yield upload_report(rows, done, len(files), told), gr.skip(), gr.skip()
            rows += [outcome_row(original, outcome) for outcome in outcomes]
        yield upload_report(rows, len(files), len(files)), self.table(), None

    def remove(self, event: gr.EventData) -> tuple[str, str]:
        """Remove the articles that were selected and confirmed."""
        data = event._data if isinstance(event._data, dict) else {}
        ids = data.get("articles")
        removed: list[str] = []
        problems: list[str] = []
        for article_id in ids if isinstance(ids, list) else []:
            try:
                summary = self._assistant.remove(str(article_id))
            except ArticleNotFoundError:
                continue
            except CiteSpanError as error:
                problems.append(str(error))
            else:
                removed.append(shown(summary.title))
        if problems:
            return notice("\n".join(problems), is_error=True), self.table()
        told = removed[0] if len(removed) == 1 else f"{len(removed):,} articles"
        return notice(f"Removed {told}." if removed else "Nothing was removed."), self.table()

    def group(self, event: gr.EventData) -> tuple[str, str]:
        """Make, rename or delete a collection, or put articles into some and take them out of others."""
        data = event._data if isinstance(event._data, dict) else {}
        action, name, new_name = (str(data.get(key) or "") for key in ("action", "name", "new_name"))
        try:
            if action == "create":
                told = f"Made the collection {shown(self._assistant.create_collection(name).name)}."
            elif action == "rename":
                renamed = self._assistant.rename_collection(name, new_name)
                told = f"Renamed {shown(name)} to {shown(renamed.name)}."
            elif action == "delete":
                deleted = self._assistant.delete_collection(name)
                told = f"Deleted the collection {shown(deleted.name)}. Its articles are still here."
            elif action == "assign":
                told = self._assign(_texts(data.get("articles")), _texts(data.get("put")), _texts(data.get("take")))
            else:
                told = "Nothing was changed."
        except CiteSpanError as error:
            return notice(str(error), is_error=True), self.table()
        return notice(told), self.table()

    def _assign(self, articles: Sequence[str], put: Sequence[str], take: Sequence[str]) -> str:
        known = {collection.name.casefold() for collection in self._assistant.collections()}
        done = []
        for name in put:
            if name.strip().casefold() not in known:
                self._assistant.create_collection(name)
            done.append(f"{counted(self._assistant.put_in_collection(articles, name), 'article')} into {shown(name)}")
        for name in take:
            done.append(f"{counted(self._assistant.take_out(articles, name), 'article')} out of {shown(name)}")
        return f"Moved {', '.join(done)}." if done else "Nothing was changed."

    def _add_one(
        self,
        original: str,
        temporary: Path,
        user: str | None,
        collection: str | None,
        progress: Callable[[Progress], None],
        outcomes: list[FileOutcome],
    ) -> None:
        try:
            added = self._uploads.add(original, temporary, user, collection=collection, progress=progress)
            outcomes.extend(added.files)
        except (CiteSpanError, OSError) as error:
            outcomes.append(FileOutcome(original, "failed", message=str(error)))
        except Exception:
            _LOG.exception("an upload failed")
            outcomes.append(FileOutcome(original, "failed", message="Something unexpected went wrong; see the log."))
        finally:
            temporary.unlink(missing_ok=True)


def _texts(sent: Any) -> list[str]:
    """The texts among what a browser sent as a list."""
    return [one for one in sent if isinstance(one, str)] if isinstance(sent, list) else []


def _latest(steps: SimpleQueue[Progress]) -> Progress | None:
    latest = None
    while True:
        try:
            latest = steps.get_nowait()
        except Empty:
            return latest
