"""Both ways to deploy: with the books' own keys alone, and with API Gateway's keys besides."""

import pytest

from handler.dialects import DIALECTS
from tests.deployment import ROOT, Deployment, settle, transform

OWN = {"AuthorizerFunction", "AuthorizerPermission", "AuthorizerLogs", "AuthorizerRole", "UsagePlan"}
# Not those of dialects whose clients have no key, nor those that a token opens.
CHARGING_PATHS = (
    "/v1/remove",
    "/v1/jobs",
    "/v1.0/removebg",
    "/v1/tools/remove-bg/",
    "/api/tasks/visual/segmentation",
    "/v3/remove-bg/process-image/",
)
ROUTES = [route for dialect in DIALECTS for route in dialect.routes if route.path in CHARGING_PATHS]
CHARGING = {(path, "post") for route in ROUTES for path in route.paths}


@pytest.fixture(scope="module", params=["off", "required"])
def keys(request: pytest.FixtureRequest) -> str:
    """The parameter's value."""
    value: str = request.param
    return value


@pytest.fixture(scope="module")
def deployment(keys: str, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """What SAM and CloudFormation make of it."""
    return settle(transform(tmp_path_factory.mktemp(keys), GatewayKeys=keys), GatewayKeys=keys)


def secured(deployment: Deployment) -> dict[tuple[str, str], list[str]]:
    """What each method that asks for anything asks for."""
    return {
        (path, method): [name for scheme in operation["security"] for name in scheme]
        for path, methods in deployment.api["paths"].items()
        for method, operation in methods.items()
        if operation.get("security")
    }


def test_charging_methods_alone_ask_for_a_gateway_key(deployment: Deployment, keys: str) -> None:
    """Health, pages and preflights never do; nothing does where the owner did not ask for it."""
    charging = CHARGING if keys == "required" else ()

    assert {method: ["presented_key", "gateway_key"] for method in charging} == secured(deployment)


def test_what_gateway_keys_need_is_made_with_them_only(deployment: Deployment, keys: str) -> None:
    """An owner without them has nothing more to pay for or to guard."""
    assert (OWN if keys == "required" else set()) == OWN & deployment.resources.keys()
    assert ("UsagePlanId" in deployment.outputs) == (keys == "required")


def test_the_key_check_names_the_key_that_is_counted(deployment: Deployment, keys: str) -> None:
    """The gateway alone would read x-api-key only; with Bearer, no header is there for sure."""
    schemes = deployment.api["securityDefinitions"]

    source = deployment.api["x-amazon-apigateway-api-key-source"]
    assert ("AUTHORIZER" if keys == "required" else "HEADER") == source
    if keys == "off":
        assert {"gateway_key"} == schemes.keys()
        return
    authorizer = schemes["presented_key"]["x-amazon-apigateway-authorizer"]
    assert ("request", 0) == (authorizer["type"], authorizer["authorizerResultTtlInSeconds"])
    assert "identitySource" not in authorizer
    assert "${AuthorizerFunction.Arn}" in authorizer["authorizerUri"]["Fn::Sub"]
    permission = deployment.resources["AuthorizerPermission"]["Properties"]
    assert {"Ref": "AuthorizerFunction"} == permission["FunctionName"]
    assert permission["SourceArn"]["Fn::Sub"].endswith(":${Api}/authorizers/*")


def test_the_plan_has_a_rate_and_a_quota_on_the_one_stage(deployment: Deployment, keys: str) -> None:
    """A plan that is on no stage opens nothing."""
    if keys == "off":
        assert "UsagePlan" not in deployment.resources
        return
    plan = deployment.resources["UsagePlan"]["Properties"]

    assert [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiStage"}}] == plan["ApiStages"]
    assert {"RateLimit", "BurstLimit"} == plan["Throttle"].keys()
    assert {"Limit": {"Ref": "PlanRequestsPerMonth"}, "Period": "MONTH"} == plan["Quota"]


def test_each_function_starts_a_module_of_the_one_image(deployment: Deployment) -> None:
    """A command that names nothing fails at the first event only."""
    made = deployment.resources.values()
    functions = [row["Properties"] for row in made if row["Type"] == "AWS::Lambda::Function"]
    commands = [each["ImageConfig"]["Command"][0] for each in functions if "ImageConfig" in each]

    assert 1 == len({each["Code"]["ImageUri"] for each in functions})
    assert len(functions) - 1 == len(commands)
    for command in commands:
        name, _, function = command.rpartition(".")
        assert f"def {function}(" in (ROOT / f"{name.replace('.', '/')}.py").read_text("utf-8")


def test_the_sweeper_runs_by_the_clock(deployment: Deployment) -> None:
    """Whether or not a request comes."""
    rule = deployment.resources["SweeperFunctionSchedule"]["Properties"]

    assert "rate(5 minutes)" == rule["ScheduleExpression"]
    assert [{"Fn::GetAtt": ["SweeperFunction", "Arn"]}] == [target["Arn"] for target in rule["Targets"]]
