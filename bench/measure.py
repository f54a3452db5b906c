"""One run of wrk, with what it cost the gateway and Redis."""

import json
import os
import resource
import subprocess
import time
from dataclasses import dataclass

import machine
from stage import HERE, Failure, program


@dataclass(frozen=True, eq=False)
class Scenario:
    name: str
    path: str
    tokens: str | None
    status: dict  # share of the answers by status


SCENARIOS = [
    Scenario("plain proxying", "/plain", None, {200: 1}),
    Scenario("gated, one daily limit", "/gated", "allow", {200: 1}),
    Scenario("refused by tier", "/gated", "tier", {403: 1}),
    Scenario("refused by limit", "/gated", "limit", {429: 1}),
    Scenario("bad token", "/gated", "bad", {401: 1}),
]
APIS = [
    Scenario("GET /api/v1/store/features", "/api/v1/store/features", "apis", {200: 1}),
    Scenario("GET …/features/available", "/api/v1/store/features/available", "apis", {200: 1}),
    Scenario("GET …/features/{code}/check", "/api/v1/store/features/white_label/check", "apis", {200: 1}),
    Scenario("GET /api/v1/store/usage", "/api/v1/store/usage", "apis", {200: 1}),
    Scenario("GET /api/user/features", "/api/user/features", "apis", {200: 1}),
]
WARM_UP_SECONDS = 60  # at most, each row
EVENT_LOOPS = "vert.x-eventloo"
MIXED = Scenario("mixed", "/gated", "mixed", {200: 0.25, 403: 0.25, 429: 0.25, 401: 0.25})


@dataclass(frozen=True)
class Run:
    requests: int
    rate: float
    p50_ms: float
    p99_ms: float
    gateway_us: float
    loops_us: float
    redis_us: float
    rss_mib: float
    others_percent: float
    statuses: dict


def wrk(url, path, tokens, connections, seconds, rate=None):
    """`tokens` is a file of them, or "-"; `rate` is of requests a second, without one as many as there is an answer for."""
    command = [program("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s",
               "-s", os.path.join(HERE, "rotate.lua"), url, "--", path, tokens, *([str(rate)] if rate else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds + 30)
    result = [line[len("RESULT "):] for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not result:
        raise Failure(f"wrk said no result:\n{done.stdout}")
    answer = json.loads(result[0])
    answer["statuses"] = {int(status): n for status, n in answer["statuses"].items()}
    return answer


def wrk_of(stage, scenario, seconds):
    return wrk(stage.url(scenario.path), scenario.path, stage.tokens(scenario.tokens), stage.options.connections, seconds)


def refuse_wrong_statuses(scenario, answer):
    """Every answer must be the expected one; of several kinds each must have its share, but for those under way at the end."""
    statuses, total = answer["statuses"], sum(answer["statuses"].values())
    slack = 0.01 * total + 64 if len(scenario.status) > 1 else 0
    right = statuses.keys() == scenario.status.keys() and all(
        abs(statuses[status] - share * total) <= slack for status, share in scenario.status.items())
    if not right or answer["socket_errors"]:
        raise Failure(f"{scenario.name}: wrong answers: {statuses}, socket errors: {answer['socket_errors']}")


def warm_up(stage, scenario, requests):
    """By count, because the compiler counts too. Also uses the limits up, so that what follows is refused only."""
    sent, end = 0, time.monotonic() + WARM_UP_SECONDS
    while sent < requests and time.monotonic() < end:
        stage.forget_log()
        sent += wrk_of(stage, scenario, 3)["requests"]
    refuse_wrong_statuses(scenario, wrk_of(stage, scenario, 2))


def _used(stage):
    wrk_time = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours = [machine.cpu_seconds(process.pid) for process in (stage.gateway, stage.redis, stage.nginx, stage.postgres)]
    loops = machine.thread_seconds(stage.gateway.pid, EVENT_LOOPS)
    return machine.busy_seconds(), wrk_time.ru_utime + wrk_time.ru_stime, loops, *ours


def run(stage, scenario, seconds):
    stage.forget_log()
    before, start = _used(stage), time.monotonic()
    answer = wrk_of(stage, scenario, seconds)
    wall = time.monotonic() - start
    busy, wrk_time, loops, gateway, redis, nginx, postgres = (b - a for a, b in zip(before, _used(stage)))
    refuse_wrong_statuses(scenario, answer)
    others = busy - wrk_time - gateway - redis - nginx - postgres
    requests = max(1, answer["requests"])
    return Run(
        requests=answer["requests"],
        rate=answer["requests"] / (answer["micros"] / 1e6),
        p50_ms=answer["p50"] / 1000,
        p99_ms=answer["p99"] / 1000,
        gateway_us=gateway / requests * 1e6,
        loops_us=loops / requests * 1e6,
        redis_us=redis / requests * 1e6,
        rss_mib=machine.rss_mib(stage.gateway.pid),
        others_percent=100 * max(0.0, others) / (wall * machine.CORES),
        statuses=answer["statuses"])
