"""Puts the interfaces for programs together, to be served by the same application as the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount

from ui.api.gate import Gate
from ui.api.links import link_route
from ui.api.mcp import Lifespan, build_mcp, mcp_routes
from ui.api.operations import Operations
from ui.api.rest import build_rest
from ui.api.uploads import UploadLimits

if TYPE_CHECKING:
    from rag.settings import UiSettings


@dataclass(frozen=True, slots=True)
class Programs:
    """What the serving application needs: routes that come before the page's, and a lifespan around its serving."""

    routes: Sequence[BaseRoute]
    lifespan: Lifespan | None = None


def build_programs(
    operations: Operations, settings: UiSettings, gate: Gate, *, mcp: bool = False, with_login: bool = False
) -> Programs:
    """REST at ``/api`` and, when asked for, MCP at ``/mcp``; the questions of both wait in ``gate``.

    Raises:
        MissingExtraError: MCP is asked for and its SDK is not installed.
    """
    limits = UploadLimits.of(settings)
    rest = Mount("/api", build_rest(operations, gate, limits, with_login=with_login))
    if not mcp:
        return Programs([rest, link_route()])
    routes, lifespan = mcp_routes(build_mcp(operations, gate))
    return Programs([rest, link_route(), *routes], lifespan)
