"""The gateway and its peers, side by side on loopback: the same tokens, the same stores, the same upstream."""

import glob
import os
import platform
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass

from stage import BODY_BYTES, HERE, Failure, Stage, fetch, listens, program, wait_until

PEERS = os.path.join(HERE, "peers")
SPRING = os.path.join(PEERS, "spring")
SPRING_JAR = os.path.join(SPRING, "target", "spring-gate.jar")
NGINX_MODULES = "/usr/lib/nginx/modules"
HAPROXY = "haproxy"
LUA = ("libnginx-mod-http-lua", "lua-resty-core", "lua-resty-lrucache", "lua-nginx-redis", "lua-cjson")
H2LOAD = "nghttp2-client"
GATED = {"allow": "/gated", "tier": "/gated", "limit": "/gated", "bad": "/gated"}
STATUS = {"plain": 200, "allow": 200, "hs256": 200, "tier": 403, "limit": 429, "bad": 401}
DAILY = 3  # of the stores that are refused by limit


@dataclass(frozen=True, eq=False)
class Gate:
    """A server under measurement. `paths` holds a path for each kind of work that it does; the kind names the tokens."""

    name: str
    process: subprocess.Popen
    redis: subprocess.Popen | None
    redis_port: int
    port: int
    h2_port: int
    paths: dict
    core_only: bool = False  # stands in the first table only
    log: str | None = None  # grows with each refusal
    on_jvm: bool = False

    def url(self, path, h2=False):
        return f"http://127.0.0.1:{self.h2_port if h2 else self.port}{path}"


class Arena(Stage):
    """The stage, and beside it each peer that can be had; `missing` says of the others why not."""

    kinds = ("peers",)

    def __init__(self, options):
        super().__init__(options)
        first = options.port_base + len(self.ports)
        self.ports = range(options.port_base, first + 14)
        (self.ring_port, self.ring_admin_port, self.hs256_port, self.hs256_admin_port, self.peer_redis_port, self.spring_port, *pairs) = self.ports[5:]
        self.pairs = list(zip(pairs[::2], pairs[1::2]))
        self.gates, self.missing = [], {}

    def start(self):
        lacking = install(HAPROXY, *LUA, H2LOAD)
        super().start()
        self.peer_redis = self.start_redis("peer-redis", self.peer_redis_port)
        self._write_entitlements()
        with open(self.path("hs256.secret")) as file:
            self.secret = file.read()
        self.values = {
            "DIR": self.folder, "HERE": PEERS, "UPSTREAM_PORT": self.upstream_port, "REDIS_PORT": self.peer_redis_port,
            "HS256_SECRET": self.secret, "NGINX_MODULES": NGINX_MODULES, "MULTIARCH": f"{platform.machine()}-linux-gnu"}
        self.fill_in(os.path.join(PEERS, "nginx-common.conf"), self.values)
        self._ours()
        self._nginx("nginx, plain", "nginx.conf", {"plain": "/plain"}, None)
        self._unless(lacking, [HAPROXY], "HAProxy", self._haproxies)
        self._unless(lacking, LUA, "nginx with a Lua gate", lambda: self._nginx(
            "nginx with a Lua gate", "nginx-lua.conf", {**GATED, "hs256": "/gated"}, self.peer_redis))
        self._spring()
        if H2LOAD in lacking:
            self.missing["HTTP/2 rows"] = lacking[H2LOAD]

    def _unless(self, lacking, packages, name, start):
        reasons = [lacking[package] for package in packages if package in lacking]
        if reasons:
            self.missing[name] = ", ".join(reasons)
        else:
            start()

    def _ours(self):
        self.gates.append(Gate("Tiergate", self.gateway, self.redis, self.redis_port, self.port, self.port,
                               {"plain": "/plain", **GATED}, log="gateway", on_jvm=True))
        self._ours_by_io_uring()
        process = self.start_gateway("gateway-hs256", self.hs256_port, self.hs256_admin_port,
                                     os.path.join(PEERS, "tiergate-hs256.yaml"), {"HS256_SECRET": self.secret})
        self.gates.append(Gate("Tiergate", process, self.redis, self.redis_port, self.hs256_port, self.hs256_port,
                               {"hs256": "/gated"}, log="gateway-hs256", on_jvm=True))

    def _ours_by_io_uring(self):
        """Counts the same stores in the same Redis, so what is to be refused by limit is used up before it is asked."""
        log = "gateway-io_uring"
        try:
            process = self.start_gateway(log, self.ring_port, self.ring_admin_port, os.path.join(HERE, "routes.yaml"),
                                         {"TIERGATE_IO_URING": "true"})
        except Failure as failure:
            self.missing["Tiergate, io_uring"] = str(failure)
            return
        self.gates.append(Gate("Tiergate, io_uring", process, self.redis, self.redis_port, self.ring_port, self.ring_port,
                               {"plain": "/plain", "allow": "/gated", "tier": "/gated", "bad": "/gated"}, core_only=True,
                               log=log, on_jvm=True))

    def _nginx(self, name, template, paths, redis):
        port, h2_port = self.pairs.pop()
        conf = self.fill_in(os.path.join(PEERS, template), {**self.values, "PORT": port, "H2_PORT": h2_port})
        log = template.replace(".conf", "-peer")
        self._peer(name, log, [program("nginx"), "-p", self.folder, "-e", self.path(f"{log}.log"), "-c", conf],
                   port, h2_port, paths, redis)

    def _haproxies(self):
        for name, template, paths in (
                ("HAProxy, plain", "haproxy-plain.cfg", {"plain": "/plain"}),
                ("HAProxy gate", "haproxy-gate.cfg", {**GATED, "hs256": "/gated"})):
            port, h2_port = self.pairs.pop()
            cfg = self.fill_in(os.path.join(PEERS, template), {**self.values, "PORT": port, "H2_PORT": h2_port})
            self._peer(name, template.replace(".cfg", ""), [program("haproxy"), "-db", "-f", cfg], port, h2_port, paths, None)

    def _spring(self):
        reason = build_spring()
        if reason:
            self.missing["Spring Cloud Gateway"] = reason
            return
        env = os.environ | {
            "PEER_PORT": str(self.spring_port), "PEER_REDIS_PORT": str(self.peer_redis_port),
            "PEER_UPSTREAM_PORT": str(self.upstream_port), "PEER_FOLDER": self.folder}
        command = [self.options.java, *shlex.split(self.options.java_opts), "-jar", SPRING_JAR]
        gate = self._peer("Spring Cloud Gateway, own filter", "spring", command, self.spring_port, self.spring_port,
                          {"plain": "/plain", **GATED, "hs256": "/gated"}, self.peer_redis, env, on_jvm=True)
        self.gates.append(Gate("Spring Cloud Gateway, stock limiter", gate.process, self.peer_redis, self.peer_redis_port,
                               self.spring_port, self.spring_port, {"allow": "/stock", "limit": "/stock-three"}, core_only=True,
                               on_jvm=True))

    def _peer(self, name, log, command, port, h2_port, paths, redis, env=None, on_jvm=False):
        process = self.run(log, command, env=env)
        try:
            wait_until(name, lambda: listens(port), process)
        except Failure as failure:
            raise Failure(f"{failure}\nits log ends with\n{self.end_of_log(log)}") from None
        gate = Gate(name, process, redis, self.peer_redis_port, port, h2_port, paths, on_jvm=on_jvm)
        self.gates.append(gate)
        return gate

    def _write_entitlements(self):
        """What seed.sql tells ours, for the peers: maps of HAProxy, hashes in Redis."""
        stores = [(f"{kind}-{n}", order, limit)
                  for kind, order, limit in (("allow", 2, 10**9), ("tier", 1, 10**9), ("limit", 2, DAILY))
                  for n in range(1, 1001)]
        for name, column in (("orders.map", 1), ("limits.map", 2)):
            with open(self.path(name), "w") as file:
                file.writelines(f"{store[0]} {store[column]}\n" for store in stores)
        commands = "".join(f"HSET ent:{store} order {order} limit {limit}\n" for store, order, limit in stores)
        subprocess.run([program("redis-cli"), "-p", str(self.peer_redis_port)], input=commands, text=True,
                       stdout=subprocess.DEVNULL, check=True)

    def check(self):
        """Each gate must really gate before its speed counts for anything."""
        for gate in self.gates:
            for kind, path in gate.paths.items():
                self._check_limit(gate, path) if kind == "limit" else self._check_kind(gate, kind, path)
            gated = gate.paths.get("allow")
            if gated and fetch(gate.url(gated))[0] != 401:
                raise Failure(f"{gate.name}: lets through who shows no token")

    def _check_kind(self, gate, kind, path):
        token = None if kind == "plain" else self.first_token(kind)
        try:
            wait_until(kind, lambda: fetch(gate.url(path), token)[0] == STATUS[kind], gate.process, seconds=20)
        except Failure as failure:
            status, text = fetch(gate.url(path), token)
            raise Failure(f"{gate.name}: {failure}; the answer is {status} {text.decode(errors='replace')[:300]}") from None
        if STATUS[kind] == 200 and len(fetch(gate.url(path), token)[1]) != BODY_BYTES:
            raise Failure(f"{gate.name}: {kind}: not the upstream's body")

    def _check_limit(self, gate, path):
        with open(self.tokens("limit")) as file:
            token = file.readlines()[-1].strip()
        statuses = [fetch(gate.url(path), token)[0] for _ in range(DAILY + 1)]
        if statuses != [200] * DAILY + [429]:
            raise Failure(f"{gate.name}: {DAILY} a day, then 429: the answers are {statuses}")


def install(*packages):
    """Installs what lacks; says of each package that is still not there why."""
    lacking = [package for package in packages if not installed(package)]
    if not lacking:
        return {}
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return {package: f"Debian's {package} is not installed" for package in lacking}
    print(f"installing {' '.join(lacking)}", file=sys.stderr)
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")  # no servers of their own
    subprocess.run(["apt-get", "-qq", "update"], stdout=sys.stderr, env=env)
    for package in lacking:  # one by one: what cannot be had does not keep the others out
        subprocess.run(["apt-get", "-qq", "install", "-y", "--no-install-recommends", package], stdout=sys.stderr, env=env)
    return {package: f"Debian's {package} cannot be installed" for package in lacking if not installed(package)}


def installed(package):
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
    return bool(shutil.which("dpkg-query")) and subprocess.run(query, capture_output=True, text=True).stdout == "installed"


def build_spring():
    """Why there is no Spring Cloud Gateway; None where there is."""
    sources = glob.glob(os.path.join(SPRING, "src", "**", "*.*"), recursive=True) + [os.path.join(SPRING, "pom.xml")]
    if os.path.exists(SPRING_JAR) and os.path.getmtime(SPRING_JAR) > max(map(os.path.getmtime, sources)):
        return None
    if not shutil.which("mvn"):
        return "there is no mvn to build it with"
    print("building Spring Cloud Gateway", file=sys.stderr)
    built = subprocess.run(["mvn", "-q", "-B", "-DskipTests", "-f", SPRING, "package"], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    return None if built.returncode == 0 else f"its build failed: {built.stdout.strip()[-300:]}"
