"""Real Elasticsearch servers for the tests that ask for them: started once, each test with indexes of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from elasticsearch import Elasticsearch

from search.engines.elasticsearch.connection import connect, read_address
from search.engines.elasticsearch.engine import ElasticsearchEngine
from tests.conftest import missing
from tests.servers.elasticsearch.cluster import Cluster, ClusterMissing, home, java, private_cluster

# Tests that others inherit: what they assert is explained like that of test modules.
pytest.register_assert_rewrite("tests.search.changes_contract", "tests.search.engine_contract")

PATIENCE = 30.0
"""Seconds: what these tests are about is the answer, on a machine that is busy with other tests."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Three nodes. Mark the test with `cluster`; whoever kills one starts it again."""
    try:
        java(), home()
    except ClusterMissing as reason:
        missing(str(reason))
    with private_cluster() as made:
        yield made


@dataclass
class Corner:
    """A test's own indexes on the cluster."""

    cluster: Cluster
    client: Elasticsearch
    prefix: str = field(default_factory=lambda: f"t{secrets.token_hex(6)}")

    @property
    def url(self) -> str:
        """For PORTAL_SEARCH_URL."""
        return f"{','.join(self.cluster.urls)}?index={self.prefix}"

    def engine(self, *, patience: float = PATIENCE, version: str = "") -> ElasticsearchEngine:
        return ElasticsearchEngine(self.client, prefix=self.prefix, patience=patience, version=version)

    def indexes(self) -> set[str]:
        """Without the one that holds the lock."""
        names = self.client.indices.get(index=f"{self.prefix}-*", expand_wildcards="all")
        return {name for name in names if not name.endswith("-lock")}


@contextmanager
def make_corner(cluster: Cluster) -> Iterator[Corner]:
    client = connect(read_address(",".join(cluster.urls)))
    made = Corner(cluster, client)
    try:
        yield made
    finally:
        names = [*made.indexes(), f"{made.prefix}-lock"]
        client.indices.delete(index=names, ignore_unavailable=True)
        client.close()


@pytest.fixture
def corner(cluster: Cluster) -> Iterator[Corner]:
    with make_corner(cluster) as made:
        yield made
