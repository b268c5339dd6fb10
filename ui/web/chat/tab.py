"""The Chat tab: a question box and the conversation."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from anyio import to_thread

from rag.errors import CiteSpanError
from ui.api.gate import Gate
from ui.web.chat.asking import Asking, Step, changed
from ui.web.chat.conversation import Conversation, from_json, to_json
from ui.web.chat.copying import conversation_as_markdown
from ui.web.chat.feedback import judged, save_test_question
from ui.web.chat.reach import reach_of
from ui.web.chat.scope import scope_from
from ui.web.chat.scope_panel import scope_bar, scope_panel, scope_rows, scope_told
from ui.web.chat.starters import StarterQuestions
from ui.web.chat.turns import conversation_view, error_card, suggestion_list, welcome
from ui.web.templates import read_file

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)


class ChatTab:
    """Builds the tab and answers its events; holds nothing of any user."""

    def __init__(self, assistant: Assistant, starters: StarterQuestions, gate: Gate) -> None:
        self._assistant = assistant
        self._starters = starters
        self._asking = Asking(assistant, starters, gate)

    def build_history(self) -> gr.HTML:
        """Put the list of conversations on the page; it is given the current one to keep as JSON."""
        return gr.HTML(
            None,
            html_template=read_file("chat/history.html"),
            js_on_load=read_file("chat/history.js"),
            server_functions=[export_markdown],
            apply_default_css=False,
            elem_id="history",
        )

    def build(self, page: gr.Blocks, tab: gr.Tab, saved: gr.HTML, preferences: gr.BrowserState) -> None:
        """Put the tab's components on ``page`` and wire their events.

        Args:
            saved: what ``build_history`` gave.
            preferences: what the user set on the Settings tab.
        """

        def scope_choices(request: Any) -> dict[str, str]:  # Gradio marks what it is given, and a method cannot be
            return self.scope_choices(request)

        state = gr.State(None)
        script = read_file("chat/conversation.js")
        view = gr.HTML("", js_on_load=script, apply_default_css=False, elem_id="conversation")
        beginning = gr.HTML("", js_on_load=script, apply_default_css=False, elem_id="beginning")
        with gr.Column(elem_id="composer"):
            scope = gr.HTML(
                "",
                js_on_load=read_file("chat/scope.js"),
                server_functions=[scope_choices],
                apply_default_css=False,
                elem_id="scope",
            )
            box = gr.Textbox(
                label="Your question",
                placeholder="Ask your articles",
                show_label=False,
                lines=1,
                max_lines=6,
                scale=1,
                container=False,
                submit_btn="Ask",
                elem_id="question-box",
            )
        quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking: dict[str, Any] = {**quietly, "concurrency_limit": None}  # the gate has the line, and shows it
        box.submit(self.ask, [box, state, preferences], [view, state, saved, box], **asking)
        for clicked in (view, beginning):
            clicked.submit(self.act, [state, preferences], [view, state, saved, box], **asking)
        opened = saved.select(self.open_saved, None, [view, state, scope], **quietly)
        loaded = page.load(self.restore, [saved], [view, state, scope], js=read_file("chat/restore.js"), **quietly)
        narrowed = scope.submit(self.set_scope, [state], [state, saved, scope], **quietly)
        returned = tab.select(self.returned, [state], [scope], **quietly)
        for event in (opened, loaded, narrowed, returned):
            event.then(self.beginning, [state], [beginning], **quietly)

    async def ask(
        self, question: str, conversation: Conversation | None, preferences: Any = None
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask what was typed, and empty the box at once."""
        first = True
        asked = self._asking.in_turn(question, conversation or Conversation(), preferences)
        async with aclosing(asked) as steps:
            async for step in steps:
                yield (*_outputs(step), "" if first else gr.skip())
                first = False

    async def act(
        self, conversation: Conversation | None, event: gr.EventData, preferences: Any = None
    ) -> AsyncIterator[tuple[Any, ...]]:
        """A click in the conversation: ask, search literally, retry, edit, judge, keep as a test question."""
        data = event._data if isinstance(event._data, dict) else {}
        action, turn_id, question = (str(data.get(name, "")) for name in ("action", "turn", "question"))
        conversation = conversation or Conversation()
        turn = conversation.find(turn_id)
        if action == "ask" and question:
            asked = self._asking.in_turn(question, conversation, preferences)
        elif action == "literal" and turn:
            asked = self._asking.in_turn(turn.question, conversation, preferences, instead_of=turn_id, literal=True)
        elif action in ("retry", "edit") and turn:
            asked = self._asking.in_turn(question or turn.question, conversation, preferences, instead_of=turn_id)
        elif action in ("right", "wrong") and turn and turn.answer:
            yield (*_outputs(changed(conversation.with_turn(judged(turn, action)))), gr.skip())
            return
        elif action == "save" and turn:
            store, right_answer = Path(self._assistant.store_path), str(data.get("answer") or "")
            kept = await to_thread.run_sync(save_test_question, store, conversation, turn, right_answer)
            yield (*_outputs(changed(conversation.with_turn(kept))), gr.skip())
            return
        else:
            return
        async with aclosing(asked) as steps:
            async for step in steps:
                yield (*_outputs(step), gr.skip())

    def set_scope(self, conversation: Conversation | None, event: gr.EventData) -> tuple[Conversation, str, str]:
        """Ask the next questions of the articles that were chosen."""
        data = event._data if isinstance(event._data, dict) else {}
        changed = replace(conversation or Conversation(), scope=scope_from(data.get("scope")))
        return changed, to_json(changed), self.scope_bar(changed)

    def returned(self, conversation: Conversation | None) -> str | dict[str, Any]:
        """The scope again, since the articles may have changed on another tab.

        The tab is also selected while the page loads. Then there is no conversation yet, and its scope is left to
        ``restore``, which may end before this.
        """
        return self.scope_bar(conversation) if conversation else gr.skip()

    def scope_bar(self, conversation: Conversation) -> str:
        """The scope of the conversation beside the question box; empty when the store cannot be read."""
        try:
            return scope_bar(reach_of(self._assistant, conversation.scope))
        except CiteSpanError as error:
            _LOG.warning("the scope cannot be shown: %s", error)
            return ""

    def scope_choices(self, request: Any) -> dict[str, str]:
        """What the scope's panel shows, as HTML: all of it, or what changes while the user chooses.

        Args:
            request: what the browser sent, so nothing in it is trusted: ``scope``, ``words`` to find articles by,
                ``panel`` and ``rows`` for what is wanted beside the size of the scope.
        """
        asked = request if isinstance(request, dict) else {}
        try:
            reach = reach_of(self._assistant, scope_from(asked.get("scope")))
        except CiteSpanError as error:
            return dict.fromkeys(("panel", "rows", "told"), error_card(str(error)))
        told = {"told": scope_told(reach)}
        if asked.get("panel"):
            told["panel"] = scope_panel(reach)
        if asked.get("rows"):
            told["rows"] = scope_rows(reach, str(asked.get("words") or ""))
        return told

    def open_saved(self, event: gr.EventData) -> tuple[str, Conversation, str]:
        """Show the conversation that was chosen from those the browser kept."""
        data = event._data if isinstance(event._data, dict) else {}
        return self.restore(data.get("record"))

    def restore(self, record: Any) -> tuple[str, Conversation, str]:
        """Show the conversation that the browser kept as ``record`` with its scope, or begin a new one."""
        conversation = from_json(record) or Conversation()
        return conversation_view(conversation), conversation, self.scope_bar(conversation)

    def beginning(self, conversation: Conversation | None) -> Iterator[str]:
        """What a conversation without turns shows: how to begin, then questions to begin with once they are found.

        Nothing while there is no conversation yet, as in ``returned``.
        """
        if conversation is None:
            return
        try:
            reach = reach_of(self._assistant, conversation.scope)
            articles = len(reach.articles)
            yield welcome(articles)
            if articles:
                questions = self._starters.find(reach.inside if reach.is_narrowed else None)
                yield welcome(articles) + suggestion_list(questions, "For example")
        except CiteSpanError as error:
            yield error_card(str(error))


def _outputs(step: Step) -> tuple[Any, ...]:
    html, conversation, saved = step
    return html, conversation, gr.skip() if saved is None else saved


def export_markdown(record: Any) -> str:
    """A conversation that the browser kept, as Markdown with footnotes; empty when ``record`` is not one."""
    conversation = from_json(record)
    return conversation_as_markdown(conversation) if conversation else ""
