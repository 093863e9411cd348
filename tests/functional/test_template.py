"""The deployment as CloudFormation will see it: what SAM makes of template.yaml."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml
from fastapi.routing import APIRoute
from starlette.routing import Route

from handler.bootstrap.service import build
from handler.settings import Settings
from tests.fakes import FakeModel
from tools.environments import environment
from tools.sam import VARIABLES, run_sam

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
REQUEST_ID = "1b2c3d4e-0000-4000-8000-000000000000"
RETRIED = {"THROTTLED", "QUOTA_EXCEEDED", "INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE", "DEFAULT_5XX"}
STATUSES = {
    "INVALID_API_KEY": "401",
    "UNAUTHORIZED": "401",
    "ACCESS_DENIED": "403",
    "MISSING_AUTHENTICATION_TOKEN": "404",
    "REQUEST_TOO_LARGE": "413",
    "THROTTLED": "429",
    "QUOTA_EXCEEDED": "429",
    "INTEGRATION_FAILURE": "502",
    "INTEGRATION_TIMEOUT": "504",
}


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """The template as it is in the repository."""
    content: dict[str, Any] = cfn_yaml.load(str(TEMPLATE))
    return content


@pytest.fixture(scope="module")
def transformed_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the transformed template."""
    assignments = [f"{name}={value}" for name, value in VARIABLES.items()]
    python = environment("sam") / "bin" / "python"
    command = ["env", *assignments, str(python), "tools/transform_template.py", str(TEMPLATE)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    path = tmp_path_factory.mktemp("transformed") / "template.json"
    path.write_text(finished.stdout, "utf-8")
    return path


@pytest.fixture(scope="module")
def resources(transformed_path: Path) -> dict[str, Any]:
    """What will be made."""
    content: dict[str, Any] = json.loads(transformed_path.read_text("utf-8"))["Resources"]
    return content


@pytest.fixture(scope="module")
def api(resources: dict[str, Any]) -> dict[str, Any]:
    """The REST API's own description."""
    body: dict[str, Any] = resources["Api"]["Properties"]["Body"]
    return body


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
    routes = [route for route in app.routes if isinstance(route, APIRoute | Route)]
    expected = {
        (route.path, method) for route in routes for method in (route.methods or ()) if method != "HEAD"
    }

    found = {(path, method.upper()) for path, methods in api["paths"].items() for method in methods}

    assert expected == {(path, method) for path, method in found if method != "OPTIONS"}
    assert {("/v1/remove", "OPTIONS"), ("/v1/me", "OPTIONS")} <= found


def test_no_route_asks_for_a_gateway_key(api: dict[str, Any]) -> None:
    """Keys are the application's own, and health needs none."""
    assert [] == [
        (path, method)
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
        if operation.get("security")
    ]


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
    assert "4.5 MB" in content["details"]


def test_the_function_may_do_what_it_does_and_no_more(resources: dict[str, Any]) -> None:
    """Exact actions on exact things; X-Ray alone has none to name."""
    for policy in resources["CutoutRole"]["Properties"]["Policies"]:
        described = policy["Fn::If"][1] if "Fn::If" in policy else policy
        for statement in described["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert not any("*" in action for action in actions)
            assert (statement["Resource"] == "*") == all(action.startswith("xray:") for action in actions)


def test_a_parameters_default_is_its_settings_default(written: dict[str, Any]) -> None:
    """An owner who sets nothing gets the same service everywhere."""
    fields = {
        name.replace("_", ""): field.default
        for name, field in Settings.model_fields.items()
        if isinstance(field.default, int | float | str)
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


def test_the_books_survive_the_stack(resources: dict[str, Any]) -> None:
    """Money is kept, restorable and encrypted; what has expired goes by itself."""
    table = resources["AccountsTable"]
    properties = table["Properties"]

    assert ("Retain", "Retain") == (table["DeletionPolicy"], table["UpdateReplacePolicy"])
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert properties["SSESpecification"]["SSEEnabled"]
    assert {"AttributeName": "expires_at", "Enabled": True} == properties["TimeToLiveSpecification"]
