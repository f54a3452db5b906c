"""What the commands share: which Java and which jar, and that they end, whatever hangs."""

import os
import shutil
import signal
import subprocess
import sys

from stage import HERE, Failure

SPARE_SECONDS = 300


def add_common(parser, java_opts=""):
    jar = os.path.join(HERE, "..", "dist", "target", "tiergate.jar")
    parser.add_argument("--jar", default=jar, help="default dist/target/tiergate.jar")
    parser.add_argument("--java", default=java(), help="default %(default)s")
    parser.add_argument("--java-opts", default=java_opts, metavar="FLAGS",
                        help="for the gateway, such as -XX:StartFlightRecording:filename=/tmp/gate.jfr; default %(default)r")


def java():
    home = os.environ.get("JAVA_HOME")
    return os.path.join(home, "bin", "java") if home else shutil.which("java") or "java"


def refuse_missing_jar(parser, chosen):
    if not os.path.exists(chosen.jar):
        parser.error(f"no {os.path.normpath(chosen.jar)}; build it: mvn -pl dist -am package -DskipTests")


def guarded(name, work):
    """The command's exit code; whatever was started is gone by then."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        return work()
    except (Failure, subprocess.SubprocessError) as failure:
        print(f"{name}: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def bound(seconds):
    """Whatever hangs, this ends."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(int(seconds) + SPARE_SECONDS)


def _interrupt(_signal, _frame):
    raise KeyboardInterrupt


def _give_up(_signal, _frame):
    raise Failure("it took too long")
