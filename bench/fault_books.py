"""Both sides' books of a fault: each request as its sender saw it, each id as the backend got it, and what must hold of them."""

import asyncio
import collections
import time
from dataclasses import dataclass

NEVER_FORWARDED = (401, 403, 429)
ABORTED = 0


@dataclass(frozen=True)
class Sent:
    store: str
    counted: bool
    due: float


@dataclass(frozen=True)
class Line:
    id: str
    store: str
    counted: bool
    status: int  # 0 where the connection broke before an answer
    reason: str
    retry_after: bool
    took: float  # seconds from when it was due
    at: float

    @property
    def good(self):
        return 200 <= self.status < 300

    @property
    def unavailable(self):
        return self.reason == "limits_unavailable"


@dataclass(frozen=True)
class Check:
    what: str
    found: str
    holds: bool


class Books:
    def __init__(self):
        self.sent, self.lines, self.received, self.unseen = {}, {}, [], []

    def sending(self, store, counted, due):
        number = f"q{len(self.sent) + 1}"
        self.sent[number] = Sent(store, counted, due)
        return number

    def answered(self, number, status, reason="", retry_after=False):
        request, now = self.sent[number], time.monotonic()
        line = Line(number, request.store, request.counted, status, reason, retry_after, now - request.due, now)
        self.lines[number] = line
        return line

    def forwarded(self, number, decision):
        self.received.append(number)
        if decision == "fail-open":
            self.unseen.append(number)

    def those(self, which):
        return [line for line in self.lines.values() if which(line)]

    def count(self, which):
        return len(self.those(which))

    def p99_ms(self, which):
        took = sorted(line.took for line in self.those(which))
        return took[len(took) * 99 // 100] * 1000 if took else 0.0

    def admitted(self):
        """Counted requests of each store that the backend got."""
        counts = collections.Counter(self.sent[number].store for number in self.received
                                     if number in self.sent and self.sent[number].counted)
        return {store: counts[store] for store in {sent.store for sent in self.sent.values() if sent.counted}}

    def outcomes(self):
        names = collections.Counter(
            "broken off" if line.status == ABORTED else f"{line.status} {line.reason}".strip() for line in self.lines.values())
        return ", ".join(f"{count:,} × {name}" for name, count in sorted(names.items()))

    def invariants(self):
        """I1, I2, I5 and I7, which hold whatever breaks."""
        twice = len(self.received) - len(set(self.received))
        strangers = sum(number not in self.sent for number in self.received)
        outside = {line.id for line in self.lines.values() if line.status in NEVER_FORWARDED} & set(self.received)
        silent = self.count(lambda line: not line.good and line.status != ABORTED and not line.reason)
        open_ones = len(self.sent) - len(self.lines)
        return [
            Check("I1 each request has one outcome", f"{open_ones} without", open_ones == 0),
            Check("I2 the backend got nothing unsent, and nothing twice", f"{strangers} unsent, {twice} twice",
                  strangers == 0 and twice == 0),
            Check("I5 what was refused stayed outside", f"{len(outside)} got in", not outside),
            Check("I7 every refusal says why", f"{silent} do not", silent == 0)]

    def never_over(self, stores, limit, overshoot=0):
        most = max(self.admitted().get(store, 0) for store in stores)
        text = f"at most {most:,} of {limit:,}" + (f", {overshoot:,} declared besides" if overshoot else "")
        return Check("I3 never over", text, most <= limit + overshoot)

    def not_too_little(self, stores, limit, loss=0):
        """A 429 says that the limit is reached; so it has to be."""
        admitted, short = self.admitted(), 0
        for store in stores:
            decided = self.count(lambda line: line.store == store and (line.good or line.status == 429))
            short = max(short, min(limit, decided) - admitted.get(store, 0))
        text = f"at most {max(0, short):,} short" + (f", {loss:,} declared" if loss else "")
        return Check("I4 not too little", text, short <= loss)

    async def counters(self, charged, lost=0, unheard=0, kept=lambda store: ""):
        """`charged` asks Redis of a store, `kept` shows what it has; waits, as units held in advance come back when they
        are not used for a while."""
        end, wrong = time.monotonic() + 20, self.admitted()
        while wrong and time.monotonic() < end:
            found = {store: await asyncio.to_thread(charged, store) for store in wrong}
            wrong = {store: units for store, units in wrong.items() if not -lost <= found[store] - units <= unheard}
            await asyncio.sleep(0.1 if wrong else 0)
        declared = f", {lost:,} lost and {unheard:,} unheard declared" if lost or unheard else ""
        first = next(iter(wrong), None)
        found = "within" if declared else "to the unit"
        if first:
            found = f"{len(wrong)} differ; {first}: {charged(first):,} counted, {self.admitted()[first]:,} admitted; {kept(first)}"
        return Check("I6 counters are what was admitted", found + declared, not wrong)
