"""The deployment as CloudFormation will see it: what SAM makes of template.yaml."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from handler.bootstrap.service import build
from handler.settings import Settings
from tests.deployment import TEMPLATE, Deployment, settle, transform, written_template
from tests.fakes import FakeModel
from tools.sam import run_sam

REQUEST_ID = "1b2c3d4e-0000-4000-8000-000000000000"
RETRIED = {
    "THROTTLED",
    "QUOTA_EXCEEDED",
    "INTEGRATION_TIMEOUT",
    "INTEGRATION_FAILURE",
    "AUTHORIZER_FAILURE",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "DEFAULT_5XX",
}
STATUSES = {
    "INVALID_API_KEY": "401",
    "UNAUTHORIZED": "401",
    "ACCESS_DENIED": "403",
    "MISSING_AUTHENTICATION_TOKEN": "404",
    "REQUEST_TOO_LARGE": "413",
    "THROTTLED": "429",
    "QUOTA_EXCEEDED": "429",
    "INTEGRATION_FAILURE": "502",
    "AUTHORIZER_FAILURE": "503",
    "AUTHORIZER_CONFIGURATION_ERROR": "503",
    "INTEGRATION_TIMEOUT": "504",
}


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """The template as it is in the repository."""
    return written_template()


@pytest.fixture(scope="module")
def transformed_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the transformed template."""
    return transform(tmp_path_factory.mktemp("transformed"))


@pytest.fixture(scope="module")
def deployment(transformed_path: Path) -> Deployment:
    """What an owner gets who sets nothing."""
    return settle(transformed_path)


@pytest.fixture(scope="module")
def api(deployment: Deployment) -> dict[str, Any]:
    """The REST API's own description."""
    return deployment.api


def test_sam_finds_no_fault() -> None:
    """With its linter."""
    assert "is a valid SAM Template" in run_sam("validate", "--lint", "--template", str(TEMPLATE))


def test_the_linter_finds_no_fault(transformed_path: Path) -> None:
    """Neither in what is written nor in what SAM makes of it."""
    linter = str(Path(sys.executable).parent / "cfn-lint")
    finished = subprocess.run(
        [linter, str(TEMPLATE), str(transformed_path)], capture_output=True, text=True, check=False
    )

    assert (0, "") == (finished.returncode, finished.stdout)


def test_the_gateway_has_every_route_of_the_application_and_no_other(
    api: dict[str, Any], tmp_path: Path
) -> None:
    """A route that the gateway does not know is a 404 in AWS only."""
    app = build(Settings(home=tmp_path), model=FakeModel()).app
    # Files have addresses of the bucket there.
    routes = [
        route
        for route in app.routes
        if isinstance(route, APIRoute | Route) and not route.path.startswith("/files/")
    ]
    # The framework answers HEAD for pages of its own; dialects say themselves where they do.
    expected = {
        (route.path.replace(":path}", "+}"), method)
        for route in routes
        for method in (route.methods or ())
        if method != "HEAD" or isinstance(route, APIRoute)
    }

    found = {(path, method.upper()) for path, methods in api["paths"].items() for method in methods}

    assert expected == {(path, method) for path, method in found if method != "OPTIONS"}
    assert {("/v1/remove", "OPTIONS"), ("/v1/me", "OPTIONS")} <= found


def test_the_one_stage_is_the_one_with_limits(deployment: Deployment) -> None:
    """SAM left to itself makes another, which has no throttle; and it overlooks a change of a parameter."""
    made = {name: row for name, row in deployment.resources.items() if row["Type"].startswith("AWS::ApiG")}
    (name,) = (name for name, row in made.items() if row["Type"] == "AWS::ApiGateway::Deployment")

    assert "StageName" not in made[name]["Properties"]
    assert {"Api", name, "ApiStage"} == made.keys()
    assert written_template()["Resources"]["Api"]["Properties"]["AlwaysDeploy"] is True


def test_every_type_is_binary(api: dict[str, Any]) -> None:
    """A picture arrives whole whatever the caller accepts."""
    assert ["*/*"] == api["x-amazon-apigateway-binary-media-types"]


def test_the_gateways_own_errors_have_the_native_shape(api: dict[str, Any]) -> None:
    """A caller cannot tell who refused."""
    for name, response in api["x-amazon-apigateway-gateway-responses"].items():
        body = response["responseTemplates"]["application/json"]
        body = body.replace("$context.requestId", REQUEST_ID).replace("$context.error.messageString", '"why"')
        content = json.loads(body)
        headers = {key.rpartition(".")[2]: value for key, value in response["responseParameters"].items()}

        assert (
            {"code", "message", "request_id"} <= set(content) <= {"code", "message", "details", "request_id"}
        ), name
        assert REQUEST_ID == content["request_id"], name
        assert ("context.requestId", "'*'") == (
            headers["X-Request-ID"],
            headers["Access-Control-Allow-Origin"],
        ), name
        assert (name in RETRIED) == ("Retry-After" in headers), name


def test_the_gateways_own_errors_have_the_contracts_statuses(api: dict[str, Any]) -> None:
    """The defaults keep theirs, for a status there would be everyone's."""
    responses = api["x-amazon-apigateway-gateway-responses"]

    assert STATUSES == {name: responses[name]["statusCode"] for name in STATUSES}
    assert "statusCode" not in {**responses["DEFAULT_4XX"], **responses["DEFAULT_5XX"]}


def test_a_request_that_is_too_large_is_told_what_fits(api: dict[str, Any]) -> None:
    """The application never sees such a request."""
    responses = api["x-amazon-apigateway-gateway-responses"]

    content = json.loads(responses["REQUEST_TOO_LARGE"]["responseTemplates"]["application/json"])

    assert "image_too_large" == content["code"]
    assert all(words in content["details"] for words in ("4.5 MB", "POST /v1/uploads", "upload_id"))


def test_a_parameters_default_is_its_settings_default(written: dict[str, Any]) -> None:
    """An owner who sets nothing gets the same service everywhere."""
    fields = {
        # A template has no booleans, only their names.
        name.replace("_", ""): str(default).lower() if isinstance(default, bool) else default
        for name, field in Settings.model_fields.items()
        if isinstance(default := field.default, int | float | str)
    }
    defaults = {name.lower(): row["Default"] for name, row in written["Parameters"].items()}
    shared = fields.keys() & defaults.keys()

    assert {name: fields[name] for name in shared} == {name: defaults[name] for name in shared}
    assert {"threads", "maxbytes", "maxpixels", "holdseconds", "loglevel", "requestspersecond"} <= shared


def test_time_limits_stand_one_inside_the_other(written: dict[str, Any]) -> None:
    """A function that outlives its gateway, or its hold, would charge for nothing."""
    timeout, hold = written["Parameters"]["TimeoutSeconds"], written["Parameters"]["HoldSeconds"]

    assert timeout["Default"] == Settings.model_fields["deadline_seconds"].default
    assert timeout["MaxValue"] < 29
    assert timeout["MaxValue"] < hold["MinValue"]


def test_the_books_survive_the_stack(deployment: Deployment) -> None:
    """Money is kept, restorable and encrypted; what has expired goes by itself."""
    table = deployment.resources["AccountsTable"]
    properties = table["Properties"]

    assert ("Retain", "Retain") == (table["DeletionPolicy"], table["UpdateReplacePolicy"])
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert properties["SSESpecification"]["SSEEnabled"]
    assert {"AttributeName": "expires_at", "Enabled": True} == properties["TimeToLiveSpecification"]
