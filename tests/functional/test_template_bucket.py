"""The bucket as CloudFormation will see it: closed, forgetful, and open to browsers with an address."""

from pathlib import Path
from typing import Any

import pytest

from handler.domain.keeping import DAY_SECONDS, KEEPINGS
from tests.deployment import Deployment, settle, transform


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """What an owner gets who sets nothing."""
    path: Path = transform(tmp_path_factory.mktemp("bucket"))
    return settle(path)


@pytest.fixture(scope="module")
def bucket(deployment: Deployment) -> dict[str, Any]:
    """The bucket's own description."""
    properties: dict[str, Any] = deployment.resources["KeptBucket"]["Properties"]
    return properties


def test_everything_in_the_bucket_is_forgotten_in_its_time(bucket: dict[str, Any]) -> None:
    """The rules are those that the service counts by, and nothing lies outside of them."""
    rules = {
        rule["Prefix"]: rule["ExpirationInDays"] * DAY_SECONDS
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in rule
    }

    assert {f"{prefix}/": keeping.seconds for prefix, keeping in KEEPINGS.items()} == rules
    assert {"Enabled"} == {rule["Status"] for rule in bucket["LifecycleConfiguration"]["Rules"]}


def test_functions_reach_what_is_kept_and_nothing_else(deployment: Deployment) -> None:
    """A presigned address can do no more than its signer."""
    (statement,) = (each for each in deployment.statements("CutoutRole") if "s3:PutObject" in each["Action"])

    assert {f"${{KeptBucket.Arn}}/{prefix}/*" for prefix in KEEPINGS} == {
        resource["Fn::Sub"] for resource in statement["Resource"]
    }


def test_the_bucket_is_closed(deployment: Deployment, bucket: dict[str, Any]) -> None:
    """To everybody without a signature, and to everything that is not encrypted."""
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    (denied,) = deployment.resources["KeptBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert {True} == set(bucket["PublicAccessBlockConfiguration"].values())
    assert 4 == len(bucket["PublicAccessBlockConfiguration"])
    assert ["AES256"] == [rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in encryption]
    assert ("Deny", {"Bool": {"aws:SecureTransport": "false"}}) == (denied["Effect"], denied["Condition"])


def test_browsers_may_follow_a_link_and_post_a_form(bucket: dict[str, Any]) -> None:
    """After a redirect their origin is null and their first request's headers come along."""
    (rule,) = bucket["CorsConfiguration"]["CorsRules"]

    assert (["*"], ["*"]) == (rule["AllowedOrigins"], rule["AllowedHeaders"])
    assert {"GET", "HEAD", "POST"} == set(rule["AllowedMethods"])


def test_the_signing_secret_is_made_by_aws_and_read_by_one_role(deployment: Deployment) -> None:
    """It stands in no template and no function's variables; it outlives the stack, as webhooks do."""
    secret = deployment.resources["SigningSecret"]
    made = secret["Properties"]
    variables = deployment.resources["CutoutFunction"]["Properties"]["Environment"]["Variables"]
    readers = [
        statement["Resource"]
        for statement in deployment.statements("CutoutRole")
        if "secretsmanager:GetSecretValue" in statement["Action"]
    ]

    assert ("Retain", "Retain") == (secret["DeletionPolicy"], secret["UpdateReplacePolicy"])
    assert "SecretString" not in made
    assert made["GenerateSecretString"]["PasswordLength"] >= 43
    assert [{"Ref": "SigningSecret"}] == readers
    assert {"Ref": "SigningSecret"} == variables["CLEARCUT_SECRET_ID"]
