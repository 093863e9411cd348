"""The deployment as CloudFormation will see it: what SAM makes of template.yaml, and what is left of that."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from tools.environments import environment
from tools.sam import VARIABLES

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
_NOTHING = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What will be made, its conditions settled."""

    resources: dict[str, Any]
    outputs: dict[str, Any]

    @property
    def api(self) -> dict[str, Any]:
        """The REST API's own description."""
        body: dict[str, Any] = self.resources["Api"]["Properties"]["Body"]
        return body

    def statements(self, role: str) -> list[dict[str, Any]]:
        """What a role may do, its actions as a list."""
        policies = self.resources[role]["Properties"]["Policies"]
        found = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
        return [
            {**each, "Action": [each["Action"]] if isinstance(each["Action"], str) else each["Action"]}
            for each in found
        ]


def written_template() -> dict[str, Any]:
    """The template as it is in the repository."""
    content: dict[str, Any] = cfn_yaml.load(str(TEMPLATE))
    return content


def transform(folder: Path, **parameters: str) -> Path:
    """A file of what SAM makes of the template."""
    assignments = [f"{name}={value}" for name, value in VARIABLES.items()]
    python = str(environment("sam") / "bin" / "python")
    command = ["env", *assignments, python, "tools/transform_template.py", str(TEMPLATE)]
    command += [f"{name}={value}" for name, value in parameters.items()]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    path = folder / "template.json"
    path.write_text(finished.stdout, "utf-8")
    return path


def settle(path: Path, **parameters: str) -> Deployment:
    """What CloudFormation makes of a transformed template with these parameters."""
    content = json.loads(path.read_text("utf-8"))
    values = {name: row["Default"] for name, row in content["Parameters"].items()} | parameters
    conditions = {name: _holds(rule, values) for name, rule in content["Conditions"].items()}

    def made(section: str) -> dict[str, Any]:
        rows = content[section].items()
        return {
            name: _settled(row, conditions)
            for name, row in rows
            if conditions.get(row.get("Condition"), True)
        }

    return Deployment(made("Resources"), made("Outputs"))


def _holds(rule: dict[str, Any], values: dict[str, Any]) -> bool:
    if "Fn::Not" in rule:
        return not _holds(rule["Fn::Not"][0], values)
    reference, expected = rule["Fn::Equals"]
    return bool(values[reference["Ref"]] == expected)


def _settled(node: Any, conditions: dict[str, bool]) -> Any:  # noqa: ANN401 # a template's any node
    if isinstance(node, list):
        return [made for each in node if (made := _settled(each, conditions)) != _NOTHING]
    if not isinstance(node, dict):
        return node
    if "Fn::If" in node:
        name, then, otherwise = node["Fn::If"]
        return _settled(then if conditions[name] else otherwise, conditions)
    settled = {name: _settled(each, conditions) for name, each in node.items()}
    return {name: each for name, each in settled.items() if each != _NOTHING}
