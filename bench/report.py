"""The measured figures as Markdown."""

import os
import re
import shlex
import subprocess
import sys
import time
from statistics import median

import machine
from stage import HERE, program

GATED_OVER_PLAIN = 1.6


def _say(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.strip()


def version(text):
    found = re.search(r"\d+(\.\d+)+", text)
    return found.group() if found else "?"


def java(options, name="bench/run"):
    said = _say([options.java, "-version"]).splitlines()
    commit = _say(["git", "-C", HERE, "describe", "--always", "--dirty"])
    return [
        f"- {machine.describe()}",
        f"- commit {commit}, {said[1] if len(said) > 1 else '?'}",
        f"- {time.strftime('%Y-%m-%d')}, `{' '.join([name, shlex.join(_flags())]).strip()}`",
    ]


def circumstances(options, name="bench/run"):
    versions = {
        "nginx": [program("nginx"), "-v"], "Redis": [program("redis-server"), "--version"],
        "PostgreSQL": [program("postgres"), "--version"], "wrk": [program("wrk"), "-v"]}
    return [
        *java(options, name),
        f"- load generator, upstream, Redis, PostgreSQL and gateway share the machine; flags of the JVM: "
        f"{f'`{options.java_opts}`' if options.java_opts else 'none'}",
        f"- {', '.join(f'{tool} {version(_say(command))}' for tool, command in versions.items())}",
    ]


def table(options, runs):
    """`runs` holds a list of runs for each scenario, in the order of the scenarios."""
    rounds = min(len(of) for of in runs.values())
    title, stores = (
        ("What the gateway's own APIs cost", "32 features; 10,000 stores with three overrides each, one RS256 token each, in turn.")
        if options.apis else
        ("What a request costs", "1,164 bytes of JSON from the upstream; 1,000 stores a row, one RS256 token each, in turn."))
    lines = [
        f"# {title}", "",
        f"Closed loop, {options.connections} connections, medians of {rounds} interleaved rounds of {options.seconds} s.",
        f"{stores} CPU is user and system time",
        "of the process, of which the event loops are the lasting part and the compiler a passing one; compare those columns:",
        "requests a second and latency depend on what else the machine does.", "",
        "| | answer | requests/s | p50 ms | p99 ms | gateway CPU µs/request | its event loops | ÷ plain | Redis CPU µs/request | RSS MiB "
        "| CPU of others |",
        "|---|---|---|---|---|---|---|---|---|---|---|"]
    plain = None
    for scenario, of in runs.items():
        def mid(field):
            return median(getattr(run, field) for run in of)
        cpu = mid("gateway_us")
        plain = plain or (cpu if scenario.tokens is None else None)
        ratio = f"{cpu / plain:.2f}" if plain else ""
        spread = f"{min(run.gateway_us for run in of):.0f} to {max(run.gateway_us for run in of):.0f}"
        status = ", ".join(map(str, scenario.status))
        lines.append(
            f"| {scenario.name} | {status} | {mid('rate'):,.0f} | {mid('p50_ms'):.1f} | {mid('p99_ms'):.1f} "
            f"| **{cpu:.0f}** ({spread}) | {mid('loops_us'):.0f} | {ratio} | {mid('redis_us'):.0f} | {mid('rss_mib'):.0f} "
            f"| {mid('others_percent'):.0f} % |")
    lines += ["", *targets({scenario.tokens: median(run.gateway_us for run in of) for scenario, of in runs.items()})]
    return "\n".join([*lines, *circumstances(options), ""])


def targets(cpu):
    if None not in cpu:
        return []
    plain, lines = cpu[None], []
    if "allow" in cpu:
        ratio = cpu["allow"] / plain
        lines.append(f"- gated at most {GATED_OVER_PLAIN} × plain: {ratio:.2f}, {verdict(ratio <= GATED_OVER_PLAIN)}")
    if "tier" in cpu:
        lines.append(f"- a 403 below plain: {cpu['tier'] / plain:.2f}, {verdict(cpu['tier'] < plain)}")
    return lines


def verdict(holds):
    return "met" if holds else "missed"


def memory(options, samples, growth):
    """`samples` are (requests, RSS MiB, live heap MiB, threads)."""
    lines = [
        f"# Memory over {samples[-1][0]:,} requests", "",
        "A quarter each let through, refused by tier, refused by limit, and with a bad token. Heap is what a full",
        "collection left.", "",
        "| requests | RSS MiB | live heap MiB | threads |", "|---|---|---|---|"]
    lines += [f"| {requests:,} | {rss:.0f} | {heap:.1f} | {threads} |" for requests, rss, heap, threads in samples]
    lines += ["", *(f"- {what}: {text}, {'flat' if flat else 'growing'}" for what, text, flat in growth)]
    return "\n".join([*lines, *circumstances(options), ""])


def write(name, text):
    with open(os.path.join(HERE, name), "w") as file:
        file.write(text)


def _flags():
    """As they were given, but for where the jar lay: the commit says what is in it."""
    flags = list(sys.argv[1:])
    if "--jar" in flags:
        at = flags.index("--jar")
        del flags[at:at + 2]
    return flags
