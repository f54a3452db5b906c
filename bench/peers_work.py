"""What the gates are given to do, and one run of it: wrk, or h2load for HTTP/2."""

import os
import re
import resource
import subprocess
import time
from dataclasses import dataclass
from statistics import quantiles

import machine
import measure
from peers_gates import STATUS
from stage import BIG_BODY_BYTES, Failure, fetch, program

CONNECTIONS = 64
STORES = 1_000
MOST_WARM_UP = 60
SETTLE_SECONDS = 1  # of the same work before each run, which others were done before
PAIR_SECONDS = 2  # of a run for the ratios of the targets
PAIR_SETTLE_SECONDS = 4  # leases begin anew, and entitlements are read again, where a row was away for minutes
H2_CONNECTIONS = 8
H2_STREAMS = 8
OWN_COMMANDS = ("info", "hello", "auth", "ping", "client", "config")  # of redis-cli here, and of connections that begin


@dataclass(frozen=True)
class Work:
    """`kind` names the path, and the tokens where `tokens` does not; `busy`: one store sends all; `rate` is of requests a
    second, None for as many as there is an answer for."""

    name: str
    kind: str
    tokens: str | None = None
    busy: bool = False
    connections: int = CONNECTIONS
    rate: int | None = None
    h2: bool = False
    big: bool = False
    core: bool = False

    def done_by(self, gate):
        return self.kind in gate.paths and (self.core or not gate.core_only)

    def tokens_file(self, arena):
        name = self.tokens or (None if self.kind == "plain" else self.kind)
        return arena.one_token(name) if self.busy else arena.tokens(name)

    def path(self, gate):
        return gate.paths[self.kind] + ("/big" if self.big else "")


def works(rate):
    return [
        Work("plain proxying", "plain", core=True),
        Work("plain proxying of the same tokens", "plain", tokens="allow", core=True),
        Work("allowed, HS256", "hs256", core=True),
        Work("allowed, RS256", "allow", core=True),
        Work("403 by tier, RS256", "tier", core=True),
        Work("429 by limit, RS256", "limit", core=True),
        Work("401, bad signature, RS256", "bad", core=True),
        Work("allowed, one busy store", "allow", busy=True),
        Work("allowed, 1 connection", "allow", connections=1),
        Work("allowed, 512 connections", "allow", connections=512),
        Work(f"plain proxying at {rate:,} requests/s", "plain", rate=rate),
        Work(f"allowed at {rate:,} requests/s", "allow", rate=rate),
        Work("plain proxying, HTTP/2", "plain", h2=True),
        Work("allowed, HTTP/2, one store", "allow", h2=True),
        Work("plain proxying, 64 KiB", "plain", big=True),
        Work("allowed, 64 KiB", "allow", big=True),
    ]


@dataclass(frozen=True)
class Run:
    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    redis_us: float
    redis_commands: float
    redis_reads: float
    rss_mib: float
    others_percent: float


def run(arena, gate, work, seconds, settle=SETTLE_SECONDS):
    if gate.log:
        arena.forget_log(gate.log)
    _drive(arena, gate, work, settle)
    before, start = _used(arena, gate), time.monotonic()
    answer = _drive(arena, gate, work, seconds)
    wall = time.monotonic() - start
    busy, load, cpu, redis, commands, reads, *rest = (b - a for a, b in zip(before, _used(arena, gate)))
    _refuse_wrong(gate, work, answer)
    requests = max(1, answer["requests"])
    return Run(
        rate=requests / (answer["micros"] / 1e6),
        p50_ms=answer["p50"] / 1000,
        p99_ms=answer["p99"] / 1000,
        cpu_us=cpu / requests * 1e6,
        redis_us=redis / requests * 1e6,
        redis_commands=commands / requests,
        redis_reads=reads / requests,
        rss_mib=machine.rss_mib(gate.process.pid),
        others_percent=100 * max(0.0, busy - load - cpu - redis - sum(rest)) / (wall * machine.CORES))


def warm_up(arena, gate, work, seconds):
    """Also uses the limits up, so that what follows is refused only."""
    if gate.log:
        arena.forget_log(gate.log)
    answer = _drive(arena, gate, work, seconds)
    while work.kind == "limit" and not _used_up(answer):
        if seconds > MOST_WARM_UP:
            raise Failure(f"{gate.name}: the limits are not used up")
        seconds *= 2
        answer = _drive(arena, gate, work, seconds)


def _used_up(answer):
    """Each run begins with the first store, so one that came round saw all."""
    return answer["statuses"].keys() == {STATUS["limit"]} and answer["requests"] > STORES


def check(arena, gate, work):
    """One request of the work's own protocol and size."""
    if work.h2:
        _refuse_wrong(gate, work, h2load(arena, gate, work, requests=H2_CONNECTIONS * H2_STREAMS))
    elif work.big:
        token = None if work.kind == "plain" else arena.first_token(work.kind)
        status, body = fetch(gate.url(work.path(gate)), token)
        if (status, len(body)) != (200, BIG_BODY_BYTES):
            raise Failure(f"{gate.name}: {work.name}: {status} with {len(body)} bytes")


def _drive(arena, gate, work, seconds):
    if work.h2:
        return h2load(arena, gate, work, seconds=seconds)
    path = work.path(gate)
    return measure.wrk(gate.url(path), path, work.tokens_file(arena), work.connections, seconds, work.rate)


def h2load(arena, gate, work, seconds=None, requests=None):
    """Knows one set of headers only, so one token; prior knowledge, as it does with http://."""
    log = arena.path("h2load.log")
    if os.path.exists(log):
        os.remove(log)
    token = [] if work.kind == "plain" else ["-H", f"authorization: Bearer {arena.first_token(work.kind)}"]
    amount = ["-D", str(seconds)] if seconds else ["-n", str(requests)]
    command = [program("h2load"), "-t1", f"-c{H2_CONNECTIONS}", f"-m{H2_STREAMS}", *amount, f"--log-file={log}", *token,
               gate.url(work.path(gate), h2=True)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=(seconds or 10) + 30)
    if "Application protocol: h2c" not in done.stdout:
        raise Failure(f"{gate.name}: {work.name}: no HTTP/2:\n{done.stdout}")
    return _read_h2load(log, done.stdout, seconds)


def _read_h2load(log, output, seconds):
    """A line a request: when it began, the status, and the microseconds that it took."""
    statuses, micros = {}, []
    with open(log) as file:
        for line in file:
            _, status, took = line.split()
            statuses[int(status)] = statuses.get(int(status), 0) + 1
            micros.append(int(took))
    if len(micros) < 2:
        raise Failure(f"h2load has no answers:\n{output}")
    percentiles = quantiles(micros, n=100)
    wall = seconds or float(re.search(r"finished in ([\d.]+)", output)[1]) or 1
    # those under way at the end are no errors
    broken = 0 if seconds else int(re.search(r"(\d+) errored", output)[1])
    return {"requests": len(micros), "micros": wall * 1e6, "p50": percentiles[49], "p99": percentiles[98],
            "statuses": statuses, "socket_errors": broken}


def _refuse_wrong(gate, work, answer):
    if answer["statuses"].keys() != {STATUS[work.kind]} or answer["socket_errors"]:
        raise Failure(f"{gate.name}: {work.name}: wrong answers: {answer['statuses']}, socket errors: {answer['socket_errors']}")


def _used(arena, gate):
    load = resource.getrusage(resource.RUSAGE_CHILDREN)
    redis = machine.cpu_seconds(gate.redis.pid) if gate.redis else 0
    commands, reads = redis_counts(gate.redis_port) if gate.redis else (0, 0)
    others = [process for process in (arena.nginx, arena.postgres) if process is not gate.process]
    return (machine.busy_seconds(), load.ru_utime + load.ru_stime, machine.cpu_seconds(gate.process.pid), redis, commands, reads,
            *(machine.cpu_seconds(process.pid) for process in others))


def redis_counts(port):
    """Commands that Redis has run, those inside scripts too, and how often it read from a client: the round trips."""
    info = subprocess.run([program("redis-cli"), "-p", str(port), "INFO", "all"], stdout=subprocess.PIPE, text=True, check=True)
    calls = sum(int(n) for name, n in re.findall(r"cmdstat_([^:|]+)(?:\|[^:]*)?:calls=(\d+)", info.stdout) if name not in OWN_COMMANDS)
    return calls, int(re.search(r"total_reads_processed:(\d+)", info.stdout)[1])
