"""What /proc tells about a process, its children and the machine."""

import contextlib
import os
import platform

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1


def _stat(pid):
    """The fields of /proc/PID/stat after the command name, which may hold spaces; None once it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def tree(root):
    """The process and its descendants."""
    children = {}
    for entry in os.listdir("/proc"):
        fields = _stat(entry) if entry.isdigit() else None
        if fields:
            children.setdefault(int(fields[1]), []).append(int(entry))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_seconds(root):
    """User and system time that the tree has used so far."""
    return sum((int(f[11]) + int(f[12])) / TICKS for f in map(_stat, tree(root)) if f)


def thread_seconds(pid, prefix):
    """The same of those threads alone whose names begin so; the kernel keeps 15 characters of a name."""
    used = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/stat") as file:
            head, _, fields = file.read().rpartition(")")
            if head.partition("(")[2].startswith(prefix):
                used += sum(map(int, fields.split()[11:13])) / TICKS
    return used


def rss_mib(root):
    pages = sum(int(f[21]) for f in map(_stat, tree(root)) if f)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def busy_seconds():
    """CPU time that all processes of the machine have used, over all cores."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _wait, irq, softirq = map(int, file.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS


def describe():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown CPU")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{CORES} cores of {model}, {memory:.0f} GiB, {platform.system()} {platform.release()}"
