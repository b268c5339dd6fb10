"""``citespan chat``: the web page."""

from __future__ import annotations

import argparse
import threading

from rag.commands.command import Command, Context, Outcome


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, metavar="N", help="the port to listen on, 0 for a free one (default: setting ui.port)"
    )
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        help="the address to listen on (default: setting ui.host, this computer only); "
        "with another one, anybody who reaches it can read, add and remove articles",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the page in a browser")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; ports are 0 to 65535")
    return int(text)


def _run(context: Context) -> None:
    from ui.app import serve

    def ready(address: str) -> None:
        context.publish(Outcome(document={"url": address}, text=f"The chat is at {address} (Ctrl-C stops it)"))

    arguments = context.arguments
    with context.assistant(create=True) as assistant:
        page = serve(
            assistant,
            host=arguments.host,
            port=arguments.port,
            open_browser=not arguments.no_browser,
            on_ready=ready,
            block=False,
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:  # how a person stops it: done, not failed
            context.tell("stopped")
        finally:
            page.close(verbose=False)


COMMAND = Command(
    name="chat",
    summary="open the chat in the browser",
    description="Serves the chat page on this computer until Ctrl-C and opens it in the browser.",
    add_arguments=_add_arguments,
    run=_run,
)
