"""Real Elasticsearch nodes for the tests: the server's core from Maven Central, on loopback, gone afterwards.

    with private_cluster() as cluster:          # three nodes, answering
        cluster.urls                            # one address per node
        cluster.nodes[0].kill()                 # SIGKILL: as when its machine loses power
        cluster.nodes[0].start(); cluster.wait()

One process per node, so that a test can kill one. A Java runtime (17 or later) and, the first time, Maven are all it needs:
the jars are kept in a cache folder of the user, named by the pom.xml that lists them.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
POM = HERE / "pom.xml"
SERVER = HERE / "TestCluster.java"
MODULE = "transport-netty4"
OLDEST_JAVA = 17
START_SECONDS = 240
"""What three nodes may take on a machine that is busy with other tests; alone they need nine."""
FETCH_SECONDS = 600
# The small heap is plenty for some thousand documents; the quick compiler, as no node lives for long.
JAVA_OPTIONS = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8")
SETTINGS = {
    "cluster.name": "portal-tests",
    "network.host": "127.0.0.1",
    "node.roles": "master,data",
    # A full disk of the machine is nothing that these tests are about.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    # A killed node is noticed and its shards are taken up at once, not after a minute.
    "cluster.fault_detection.leader_check.interval": "500ms",
    "cluster.fault_detection.follower_check.interval": "500ms",
    "discovery.request_peers_timeout": "1s",
}


class ClusterMissing(Exception):
    """What the nodes need is not on this machine; the message says what to install."""


# What it needs --------------------------------------------------------------------------------------------------------


def java() -> str:
    """The Java program: the one named by PORTAL_TEST_JAVA, of JAVA_HOME, or on the PATH."""
    home = os.environ.get("JAVA_HOME")
    program = (
        os.environ.get("PORTAL_TEST_JAVA")
        or (shutil.which(str(Path(home) / "bin" / "java")) if home else None)
        or shutil.which("java")
    )
    if not program:
        raise ClusterMissing("Java is not installed: apt install default-jre-headless")
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < OLDEST_JAVA:
        raise ClusterMissing(
            f"{program} is not Java {OLDEST_JAVA} or later: apt install default-jre-headless"
        )
    return program


def cache() -> Path:
    """Where the jars are kept: named by what it is made from, so a new version makes another."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "portal-tests" / f"elasticsearch-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"


def lacking() -> list[str]:
    """Debian's packages that the cluster still needs; empty: it can run."""
    packages = []
    try:
        java()
    except ClusterMissing:
        packages.append("default-jre-headless")
    if not cache().is_dir() and not shutil.which("mvn"):
        packages.append("maven")
    return packages


def home() -> Path:
    """The home that all nodes share (class path, module, empty configuration), fetched with Maven the first time."""
    made = cache()
    if made.is_dir():
        return made
    if os.environ.get("PORTAL_TEST_INSTALL") == "no":
        raise ClusterMissing(
            "Elasticsearch's jars are not here, and PORTAL_TEST_INSTALL=no forbids to fetch them"
        )
    if not shutil.which("mvn"):
        raise ClusterMissing(
            "Elasticsearch's jars are not here, and Maven is not installed: apt install maven"
        )
    made.parent.mkdir(parents=True, exist_ok=True)
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            making = Path(tempfile.mkdtemp(dir=made.parent, prefix="making-"))
            try:
                fetch(making)
                making.rename(made)
            finally:
                shutil.rmtree(making, ignore_errors=True)
    return made


def fetch(folder: Path) -> None:
    """Brings the jars and lays them out as the server expects."""
    libraries = folder / "lib"
    module = folder / "modules" / MODULE
    module.mkdir(parents=True)
    (folder / "config").mkdir()
    # A copy: Maven may leave a folder beside the file that it works on.
    pom = shutil.copy(POM, folder / POM.name)
    try:
        result = subprocess.run(
            ["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={libraries}"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ClusterMissing(f"Maven did not bring Elasticsearch's jars in {FETCH_SECONDS} seconds") from None
    if result.returncode:
        raise ClusterMissing(f"Maven did not bring Elasticsearch's jars: {result.stdout[-1500:]}")
    for jar in [*libraries.glob("netty-*.jar"), *libraries.glob(f"{MODULE}-*.jar")]:
        jar.rename(module / jar.name)
    version = next(module.glob(f"{MODULE}-*.jar")).stem.removeprefix(f"{MODULE}-")
    descriptor = {
        "name": MODULE,
        "description": "HTTP and transport between nodes",
        "version": version,
        "elasticsearch.version": version,
        "java.version": str(OLDEST_JAVA),
        "classname": "org.elasticsearch.transport.netty4.Netty4Plugin",
        "extended.plugins": "",
        "has.native.controller": "false",
    }
    (module / "plugin-descriptor.properties").write_text(
        "".join(f"{name}={value}\n" for name, value in descriptor.items()), encoding="ascii"
    )


# The nodes ------------------------------------------------------------------------------------------------------------


def free_ports(count: int) -> list[int]:
    """Ports that are free now. Below those that the system gives to clients: a killed node finds its own free again."""
    ports: list[int] = []
    for port in random.sample(range(20_000, 30_000), 500):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == count:
            return ports
    raise RuntimeError(f"No {count} free ports between 20000 and 30000")


@dataclass
class Node:
    name: str
    command: list[str]
    folder: Path
    http_port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Does not wait: nodes form the cluster together (`Cluster.wait`)."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
            )

    def kill(self) -> None:
        """SIGKILL; returns when the process is gone."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: takes connections and answers nobody, as a machine that is far too busy."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process = None

    def check(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(
                f"{self.name} ended by itself:\n{self.log.read_text('utf-8', 'replace')[-4000:]}"
            )


@dataclass
class Cluster:
    nodes: list[Node] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        return [node.url for node in self.nodes]

    def health(self) -> dict[str, Any]:
        """As the first node that answers sees it; empty: none does."""
        for node in self.nodes:
            if node.process is not None:
                with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                    connection = http.client.HTTPConnection("127.0.0.1", node.http_port, timeout=5)
                    with contextlib.closing(connection):
                        connection.request("GET", "/_cluster/health?timeout=1s")
                        return dict(json.load(connection.getresponse()))
        return {}

    def wait(self, *, seconds: float = START_SECONDS) -> None:
        """Until every node that was started belongs to the cluster and every shard has its copies."""
        wanted = sum(node.process is not None for node in self.nodes)
        # With nodes missing on purpose some copies have no place to be.
        colours = {"green"} if wanted == len(self.nodes) else {"green", "yellow"}
        deadline = time.monotonic() + seconds
        while (said := self.health()).get("number_of_nodes") != wanted or said.get("status") not in colours:
            for node in self.nodes:
                node.check()
            if time.monotonic() > deadline:
                logs = "\n".join(node.log.read_text("utf-8", "replace")[-1500:] for node in self.nodes)
                raise RuntimeError(f"The cluster was not whole after {seconds:.0f} s: {said}\n{logs}")
            time.sleep(0.2)

    def start(self) -> None:
        for node in self.nodes:
            if node.process is None:
                node.start()
        self.wait()

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()


def make_nodes(folder: Path, count: int) -> list[Node]:
    program, server_home = java(), home()
    ports = free_ports(2 * count)
    seeds = ",".join(f"127.0.0.1:{port}" for port in ports[count:])
    names = [f"node-{number}" for number in range(1, count + 1)]
    nodes = []
    for name, http_port, transport_port in zip(names, ports[:count], ports[count:], strict=True):
        data = folder / name
        data.mkdir()
        settings = {
            **SETTINGS,
            "path.home": str(server_home),
            "path.data": str(data),
            "node.name": name,
            "http.port": str(http_port),
            "transport.port": str(transport_port),
            "discovery.seed_hosts": seeds,
            "cluster.initial_master_nodes": ",".join(names),
        }
        options = [*JAVA_OPTIONS, f"-Djava.io.tmpdir={data}", "-cp", f"{server_home}/lib/*"]
        arguments = [f"{name}={value}" for name, value in settings.items()]
        nodes.append(Node(name, [program, *options, str(SERVER), *arguments], folder, http_port))
    return nodes


@contextlib.contextmanager
def private_cluster(count: int = 3) -> Iterator[Cluster]:
    """`count` nodes that answer; killed and their data removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="portal-es-"))
    try:
        cluster = Cluster(make_nodes(folder, count))
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
