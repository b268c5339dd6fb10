"""``citespan chat``: the web page."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from ui.terminal.command import Command, Context, Outcome


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, metavar="N", help="the port to listen on, 0 for a free one (default: setting ui.port)"
    )
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        help="the address to listen on (default: setting ui.host, this computer only); any other needs --auth",
    )
    parser.add_argument(
        "--auth",
        type=Path,
        metavar="FILE",
        help="let in only people who have a password in this file, which citespan password writes "
        "(default: setting ui.password_file)",
    )
    parser.add_argument("--mcp", action="store_true", help="serve the MCP server at /mcp as well")
    parser.add_argument("--no-browser", action="store_true", help="do not open the page in a browser")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; ports are 0 to 65535")
    return int(text)


def _run(context: Context) -> None:
    try:
        _serve(context)
    except KeyboardInterrupt:  # how a person stops it, from its first moment on: done, not failed
        context.tell("Stopped.")


def _serve(context: Context) -> None:
    """Serves until interrupted."""
    from ui.web.app import serve

    arguments = context.arguments

    def ready(address: str) -> None:
        places = {"url": address, "api": f"{address}api/docs", "mcp": f"{address}mcp" if arguments.mcp else None}
        lines = [f"The chat is at {address} (Ctrl-C stops it)", f"For programs: {places['api']}"]
        wanted = arguments.port if arguments.port is not None else context.settings().ui.port
        if wanted and f":{wanted}/" not in address:
            context.tell(f"Port {wanted} is taken, so another was chosen")
        if places["mcp"]:
            lines.append(f"MCP server: {places['mcp']}")
        context.publish(Outcome(document=places, text="\n".join(lines)))

    with context.assistant(create=True) as assistant:
        page = serve(
            assistant,
            host=arguments.host,
            port=arguments.port,
            password_file=arguments.auth,
            mcp=arguments.mcp,
            open_browser=not arguments.no_browser,
            on_ready=ready,
            block=False,
        )
        try:
            threading.Event().wait()
        finally:
            page.close(verbose=False)


COMMAND = Command(
    name="chat",
    summary="open the chat in the browser",
    description="Serves the chat page on this computer until Ctrl-C and opens it in the browser.",
    add_arguments=_add_arguments,
    run=_run,
)
