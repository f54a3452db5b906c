"""The gate's pure parts by JMH, as Markdown: nanoseconds, and bytes allocated."""

import glob
import json
import os
import subprocess
import sys
import tempfile

import report
from stage import HERE, Failure

MODULE = os.path.join(HERE, "jmh", "target")
FULL = ["-f", "2", "-wi", "5", "-w", "1s", "-i", "5", "-r", "1s"]
QUICK = ["-f", "1", "-wi", "1", "-w", "200ms", "-i", "2", "-r", "200ms"]
MANY_OVER_FEW = 1.2
OWN_PART_NANOS, OWN_PART_BYTES = 3_000, 500
JVM = ["-Xmx512m"]


def run(options):
    with tempfile.TemporaryDirectory(prefix="tiergate-jmh-") as folder:
        found = os.path.join(folder, "result.json")
        command = [options.java, "-cp", classpath(), "org.openjdk.jmh.Main", "-prof", "gc", "-rf", "json", "-rff", found, "-foe", "true",
                   "-jvm", options.java, "-jvmArgs", " ".join(JVM), *(QUICK if options.quick else FULL)]
        if subprocess.run(command, stdout=sys.stderr, cwd=folder).returncode:
            raise Failure("JMH failed; it says why above")
        with open(found) as file:
            measured = json.load(file)
    text = table(options, measured)
    print(text)
    if not options.quick:
        report.write("report-jmh.md", text)
    return 0


def classpath():
    listed = os.path.join(MODULE, "classpath.txt")
    if not os.path.exists(listed):
        raise Failure("bench/jmh is not built; build it: mvn -pl bench/jmh -am package -DskipTests")
    with open(listed) as file:
        return os.pathsep.join([os.path.join(MODULE, "classes"), *file.read().split(os.pathsep)])


def table(options, measured):
    lines = ["# What the gate's pure parts cost", "", "One thread, no network. Error is JMH's, at 99.9 %.", "",
             "| | | ns | error | bytes allocated |", "|---|---|---|---|---|"]
    for one in measured:
        nanos = one["primaryMetric"]
        parameters = ", ".join(f"{name} {value}" for name, value in one.get("params", {}).items())
        error = f"± {float(nanos['scoreError']):,.0f}" if nanos["scoreError"] != "NaN" else ""
        lines.append(f"| {name_of(one)} | {cell(parameters)} | {nanos['score']:,.0f} | {error} | {allocated(one):,.0f} |")
    return "\n".join([*lines, "", *targets(measured), *report.java(options), ""])


def name_of(one):
    return ".".join(one["benchmark"].split(".")[-2:]).replace("_", " ")


def cell(text):
    return text.replace("|", "\\|")


def allocated(one):
    normal = [metric["score"] for name, metric in one["secondaryMetrics"].items() if name.endswith("gc.alloc.rate.norm")]
    return normal[0] if normal else 0


def targets(measured):
    nanos = {(name_of(one), *one.get("params", {}).values()): one["primaryMetric"]["score"] for one in measured}
    lines = []
    few, many = nanos.get(("MatchRoute.match", "10")), nanos.get(("MatchRoute.match", "10000"))
    if few and many:
        ratio = many / few
        lines.append(f"- matching 10,000 routes at most {MANY_OVER_FEW} × matching 10: {ratio:.2f}, {report.verdict(ratio <= MANY_OVER_FEW)}")
    none, ten = nanos.get(("ChainOfPlugins.allowed", "0")), nanos.get(("ChainOfPlugins.allowed", "10"))
    if none and ten:
        lines.append(f"- each further plugin that answers at once: {(ten - none) / 10:,.0f} ns")
    for one in measured:
        if name_of(one) == "GateRequest.allowed":
            cost, size = one["primaryMetric"]["score"], allocated(one)
            lines += [f"- the gate's own part under {OWN_PART_NANOS:,} ns: {cost:,.0f}, {report.verdict(cost < OWN_PART_NANOS)}",
                      f"- and under {OWN_PART_BYTES} bytes: {size:,.0f}, {report.verdict(size < OWN_PART_BYTES)}"]
    return lines
