"""The gateway beside its peers, as Markdown."""

import re
import subprocess
import zipfile
from statistics import median

import peers_work
import report
from peers_gates import SPRING_JAR
from stage import program

OURS = "Tiergate"
BY_IO_URING = "Tiergate, io_uring"
LUA, HAPROXY, SPRING = "nginx with a Lua gate", "HAProxy gate", "Spring Cloud Gateway, own filter"
COMMANDS_A_REQUEST = 0.05
REDIS_MICROS = 2


def tables(options, missing, runs, pairs):
    """Both hold a list of runs for each (work, gate), `runs` with the works in their order, `pairs` those of the targets."""
    works = list(dict.fromkeys(work for work, _ in runs))
    lines = [
        "# What a request costs beside peers", "",
        "The work: verify the token, look the store's tier up, count against one daily limit, proxy to an upstream; or refuse. 1,000",
        "stores a kind of answer, one token each, in turn (one store where it says so). 1,164 bytes of JSON unless it says 64 KiB.",
        f"Closed loop, 64 connections unless it says otherwise (HTTP/2: 8 of 8 streams); medians of {options.rounds} interleaved",
        f"rounds of {options.seconds} s, each behind a second of the same. At a fixed rate latency is what the gate took, without the wait of a request sent late.", "",
        "CPU is user and system time of the gateway's processes, least to most in brackets: compare this column, and rows of one",
        "table only. Requests a second and latency depend on what else the machine does.", "",
        *summary([work for work in works if work.core], runs)]
    for work in works:
        lines += ["", f"## {work.name[0].upper()}{work.name[1:]}", "", *table(work, runs)]
    lines += ["", "## Targets", "", *targets(options, runs, pairs), "", "## Circumstances", ""]
    lines += [f"- not measured: {name}: {' '.join(reason.split())}" for name, reason in missing.items()]
    lines += [*notes(), *report.circumstances(options, "bench/compare"), versions(missing)]
    return "\n".join([*lines, ""])


def summary(works, runs):
    """CPU of all gates for the kinds of answers, at a glance."""
    if len(works) < 2:
        return []
    names = list(dict.fromkeys(gate.name for work, gate in runs if work in works))
    lines = ["| CPU µs/request | " + " | ".join(work.name for work in works) + " |", "|---" * (len(works) + 1) + "|"]
    for name in names:
        cells = [figure(runs, work.name, name, "cpu_us") for work in works]
        lines.append(f"| {name} | " + " | ".join("" if cell is None else f"{cell:.0f}" for cell in cells) + " |")
    return lines


def table(work, runs):
    lines = ["| | requests/s | p50 ms | p99 ms | CPU µs/request | ÷ ours | Redis CPU µs | Redis commands | Redis round trips "
             "| RSS MiB | CPU of others |", "|---" * 11 + "|"]
    ours = figure(runs, work.name, OURS, "cpu_us")
    for (of, gate), samples in runs.items():
        if of != work:
            continue

        def mid(field):
            return median(getattr(run, field) for run in samples)
        spread = f"{min(run.cpu_us for run in samples):.0f} to {max(run.cpu_us for run in samples):.0f}"
        redis = [f"{mid('redis_us'):.1f}", f"{mid('redis_commands'):.3f}", f"{mid('redis_reads'):.3f}"] if gate.redis else ["", "", ""]
        ratio = f"{mid('cpu_us') / ours:.2f}" if ours else ""
        lines.append(" | ".join([
            f"| {gate.name}", f"{mid('rate'):,.0f}", f"{mid('p50_ms'):.2f}", f"{mid('p99_ms'):.2f}",
            f"**{mid('cpu_us'):.0f}** ({spread})", ratio, *redis, f"{mid('rss_mib'):.0f}", f"{mid('others_percent'):.0f} % |"]))
    return lines


def figure(runs, work, gate, field):
    """The median; None for a row that was not measured."""
    found = [samples for (of, by), samples in runs.items() if (of.name, by.name) == (work, gate)]
    return median(getattr(run, field) for run in found[0]) if found else None


def targets(options, runs, pairs):
    lines = [
        f"Ratios of CPU a request, taken in each of {options.pair_rounds} rounds of {peers_work.PAIR_SECONDS} s, each behind {peers_work.PAIR_SETTLE_SECONDS} s of the same, whose rows",
        "stand within two minutes of each other, those of one gate side by side: the machine's slow half minutes hit both or",
        "neither. Medians, least to most in brackets.", "",
        *costs(pairs, OURS), "", f"By io_uring ({BY_IO_URING}):", "", *costs(pairs, BY_IO_URING), "", "Redis:", ""]
    for what, field, most in (("Redis commands", "redis_commands", COMMANDS_A_REQUEST), ("Redis CPU µs", "redis_us", REDIS_MICROS)):
        value = figure(runs, "allowed, one busy store", OURS, field)
        said = "not measured" if value is None else f"{value:.3f}, {report.verdict(value <= most)}"
        lines.append(f"- {what} a request of a busy store: at most {most}: {said}")
    return lines


def comparisons(ours):
    """What is held against what, each a (work, gate) by name, and the most that it may cost; None where that is not bound."""
    allowed, refused, plain = "allowed, RS256", "403 by tier, RS256", "plain proxying"
    return [
        ("allowed, against our own plain proxying", (allowed, ours), (plain, ours), 1.2),
        ("allowed, against our own plain proxying of the same tokens", (allowed, ours),
         ("plain proxying of the same tokens", ours), None),
        ("allowed, against the Lua gate", (allowed, ours), (allowed, LUA), 0.5),
        ("allowed, against the HAProxy gate", (allowed, ours), (allowed, HAPROXY), 0.65),
        ("allowed, against Spring Cloud Gateway", (allowed, ours), (allowed, SPRING), 0.12),
        ("403, against the Lua gate", (refused, ours), (refused, LUA), 0.5),
        ("allowed, against nginx without a gate", (allowed, ours), (plain, "nginx, plain"), None),
    ]


def in_comparisons(rows):
    """Those that targets are about, the rows of a gate beside each other."""
    wanted = {row for ours in (OURS, BY_IO_URING) for _, one, other, _ in comparisons(ours) for row in (one, other)}
    found = [(work, gate) for work, gate in rows if (work.name, gate.name) in wanted]
    gates = list(dict.fromkeys(gate for _, gate in found))
    return sorted(found, key=lambda row: gates.index(row[1]))


def costs(pairs, ours):
    """CPU of one gate of ours against the others."""
    samples = {(work.name, gate.name): of for (work, gate), of in pairs.items()}
    lines = []
    for what, one, other, most in comparisons(ours):
        ratios = [a.cpu_us / b.cpu_us for a, b in zip(samples.get(one, []), samples.get(other, []))]
        if not ratios:
            lines.append(f"- {what}: not measured")
            continue
        ratio, spread = median(ratios), f"({min(ratios):.2f} to {max(ratios):.2f})"
        if most is None:
            lines.append(f"- {what}: {ratio:.2f} × the CPU {spread}")
        else:
            lines.append(f"- {what}: at most {most} × the CPU: {ratio:.2f} {spread}, {report.verdict(ratio <= most)}")
    return lines


def notes():
    return [
        "- HAProxy counts in a table of its own process, which no other node sees; ours, the Lua gate and Spring's count for all nodes",
        "- the stock limiter of Spring Cloud Gateway looks no tier up and counts by the second; the others count by the day",
        "- the peers verify each token anew, ours remembers those it has seen; HS256 runs in a second process of ours",
        "- Redis commands include those that scripts run; a round trip is one read from a client",
    ]


def versions(missing):
    known = []
    for name, command in (("HAProxy", ["haproxy", "-v"]), ("h2load", ["h2load", "--version"])):
        found = program(command[0])
        if found:
            said = subprocess.run([found, command[1]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
            known.append(f"{name} {report.version(said)}")
    for package in ("libnginx-mod-http-lua", "lua-resty-core"):
        said = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
        if said.returncode == 0:
            known.append(f"{package} {said.stdout}")
    if "Spring Cloud Gateway" not in missing:
        known.append(f"Spring Cloud Gateway {spring_version()}")
    return f"- {', '.join(known)}"


def spring_version():
    with zipfile.ZipFile(SPRING_JAR) as jar:
        names = re.findall(r"spring-cloud-gateway-server-webflux-([\d.]+)\.jar", "\n".join(jar.namelist()))
    return names[0] if names else "?"
