"""Stores in the owner's AWS account: one DynamoDB table, one bucket, and API Gateway's keys."""
