"""The REST interface keeps what its OpenAPI document promises, whatever is sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.integration.served import TOWNS, application, bridge_text, open_assistant
from ui.api.gate import Gate
from ui.api.operations import Operations
from ui.api.rest import build_rest
from ui.api.uploads import UploadLimits

EXAMPLES = 12
"""Of each operation: what single values do is in the unit tests."""
REFUSED_FOR_REASONS_NO_SCHEMA_CAN_SAY = ["2xx", "404", "413", "422"]
"""A range outside an article, dates in the wrong order, a filter that names nothing, a file that is no article, a body
over the limit."""
REFUSED_FOR_WHAT_THE_SCHEMA_SAYS = ["400", "404", "405", "413", "415", "422"]
"""413: a body over the limit is not read, so its other faults are not looked for."""
NAME = "testserver"
"""How schemathesis calls the host of an application that it runs itself."""


class Served:
    """The application, once there is a store to serve; its document is the same without one."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


served = Served()
schema = schemathesis.openapi.from_dict(
    build_rest(Operations(None), Gate(1, 1), UploadLimits(1, 1)).openapi(),  # type: ignore[arg-type]
    config=schemathesis.Config.from_dict(
        {
            "checks": {
                "positive_data_acceptance": {"expected-statuses": REFUSED_FOR_REASONS_NO_SCHEMA_CAN_SAY},
                "negative_data_rejection": {"expected-statuses": REFUSED_FOR_WHAT_THE_SCHEMA_SAYS},
            }
        }
    ),
)
schema.app = served


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("contract")
    with open_assistant(folder, ui={"host_names": [NAME]}) as assistant:
        for town in TOWNS[:3]:
            (folder / f"{town}.txt").write_text(bridge_text(town), encoding="utf-8")
            assistant.add(folder / f"{town}.txt")
        served.app = application(assistant)
        yield


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_every_response_is_as_documented(case: Case) -> None:
    case.call_and_validate()
