"""The one set of partitions: a project is a partition. Keys are made by `domain.fingerprint.project_key` and never deleted."""

from dagster import DynamicPartitionsDefinition

projects = DynamicPartitionsDefinition(name="projects")
