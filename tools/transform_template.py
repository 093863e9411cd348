"""
Prints template.yaml as CloudFormation will see it; runs where the SAM tools are, whose parts do it.

After the template's path come parameters as NAME=VALUE.
"""

import json
import sys
from pathlib import Path

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/clearcut:latest"


def main(path: Path, parameters: dict[str, str]) -> None:
    """Transform as a deployment does, with an image that is built and pushed already."""
    template = yaml_parse(path.read_text("utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["ImageUri"] = IMAGE
    print(json.dumps(Translator({}, Parser()).translate(template, parameters), indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), dict(pair.split("=", 1) for pair in sys.argv[2:]))
