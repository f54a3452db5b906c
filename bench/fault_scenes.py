"""The faults, one function each: what is broken when, and what must hold."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from fault_books import ABORTED, Check
from fault_stage import DEADLINE_MS, FLUSH_SECONDS, RATE, STORES
from stage import HERE, wait_until

WIDE = 1_000_000_000
UNGATED_RATE = 50
SLACK_MS = 50
LEASE_SECONDS, MOST_LEASE_SECONDS = 2, 4  # that units taken in advance last, and may last
AT_ONCE_MS = 50
SLOWER_MS = 5  # that a p99 of a thousand requests may be off by itself
TURN_MS = 20
BACK_SOON = 2.0
OPEN_SOON = 2.0
OPENED = "tiergate_redis_circuit_opened_total"
DROPPED_SECONDS = 5
SNAPSHOT_AGE = 1 / 6  # of the time of a scene
CROWD, CROWD_LIMIT = 200, 100
HOT = 5
HOT_RATIO = 1.5
DRAIN_SECONDS = 30
FORFEITED = "tiergate_lease_units_forfeited_total"
PROBE_SECONDS = 0.1


@dataclass(frozen=True)
class Outage:
    begun: float
    ended: float
    delays: dict  # looks at the event loops meanwhile, by the most seconds that they came late
    idle: tuple  # looks of a process that does nothing, and those of them that were late


async def f1_deny(scene):
    """Redis is killed and, a third later, started again, empty; on-limits-down: deny."""
    stores, full = scene.stores(STORES, WIDE), scene.stores(3, 5)
    for store in full * 6:
        await scene.clients.send(scene.port, store)
    await scene.copied(full, 5)
    scene.steady(stores + full)
    scene.clients.pace(UNGATED_RATE, lambda _: scene.port, lambda _: "nobody", "/plain")
    gone = await redis_gone(scene)
    killed, back = gone.begun, gone.ended
    recovery = await until(lambda: scene.books.count(lambda line: line.good and line.counted and line.at > back))
    await scene.rest()
    refused = scene.books.those(lambda line: line.unavailable)
    lost = forgotten(scene, killed, back + recovery)
    return [
        *scene.books.invariants(),
        scene.books.never_over(full, 5), scene.books.not_too_little(full, 5),
        await scene.books.counters(scene.charged, kept=scene.kept, lost=lost, unheard=len(refused)),
        Check("refused in 50 ms, with Retry-After", f"p99 {scene.books.p99_ms(lambda line: line.unavailable):.1f} ms",
              all(line.retry_after for line in refused) and scene.books.p99_ms(lambda line: line.unavailable) < AT_ONCE_MS),
        *ungated(scene, gone),
        Check("orders pass 2 s after the restart", f"{recovery:.2f} s", recovery < BACK_SOON)]


async def f1_allow(scene):
    """The same with on-limits-down: allow: what was left passes, then 503."""
    limit = int(RATE / STORES * scene.seconds / 2)
    stores = scene.stores(STORES, limit)
    scene.steady(stores)
    gone = await redis_gone(scene)
    await scene.rest()
    unseen, counted = len(scene.books.unseen), scene.metric('tiergate_forwarded_total{decision="fail-open"}')
    refused = scene.books.count(lambda line: line.unavailable and gone.begun < line.at < gone.ended)
    # one event loop may fill a store, and lease of it, before the other has told what it let pass
    overshoot = int(RATE / STORES * (FLUSH_SECONDS + LEASE_SECONDS)) + 1
    return [
        *scene.books.invariants(), scene.books.never_over(stores, limit, overshoot),
        scene.books.not_too_little(stores, limit, loss=int(scene.metric(FORFEITED))),
        Check("what passed unseen is counted exactly", f"{unseen:,} at the backend, {counted:,.0f} in the metric",
              unseen == counted),
        Check("what was left passes, then nothing", f"{unseen:,} passed, {refused:,} refused", unseen > 0 and refused > 0)]


async def redis_gone(scene):
    await asyncio.sleep(scene.seconds / 3)
    return await outage(scene, signal.SIGKILL, scene.seconds / 3, scene.start_redis)


async def outage(scene, sign, seconds, end):
    idle = subprocess.Popen([sys.executable, os.path.join(HERE, "fault_idle.py"), str(TURN_MS)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    before = await asyncio.to_thread(scene.loop_delays)
    begun = time.monotonic()
    scene.redis.send_signal(sign)
    await asyncio.sleep(seconds)
    after = await asyncio.to_thread(scene.loop_delays)
    looks, late = (await asyncio.to_thread(idle.communicate))[0].split()
    end()
    return Outage(begun, time.monotonic(), {most: count - before[most] for most, count in after.items()}, (int(looks), int(late)))


def forgotten(scene, killed, back):
    """The most that Redis can have forgotten: all that was admitted since the last copy that is certain."""
    return scene.books.count(lambda line: line.good and killed - FLUSH_SECONDS <= line.at <= back)


async def f2(scene):
    """Redis hangs (SIGSTOP) for half of the time."""
    scene.steady(scene.stores(STORES, WIDE))
    scene.clients.pace(UNGATED_RATE, lambda _: scene.port, lambda _: "nobody", "/plain")
    await asyncio.sleep(scene.seconds / 4)
    hung = await outage(scene, signal.SIGSTOP, scene.seconds / 2, lambda: scene.redis.send_signal(signal.SIGCONT))
    await scene.rest()
    return [*scene.books.invariants(), await scene.books.counters(scene.charged, kept=scene.kept), in_time(scene),
            *ungated(scene, hung)]


async def f3(scene):
    """The line to Redis is 20 ms slower and loses 30 %, for a third of the time."""
    stores, narrow = scene.stores(STORES, WIDE), scene.stores(3, 50)
    scene.steady(stores + narrow)
    await asyncio.sleep(scene.seconds / 3)
    scene.line.delay, scene.line.loss = 0.02, 0.3
    opened = await breaker_opened(scene)
    await asyncio.sleep(max(0.0, scene.seconds / 3 - opened))
    scene.line.heal()
    await scene.rest()
    return [
        *scene.books.invariants(), scene.books.never_over(narrow, 50), scene.books.not_too_little(narrow, 50),
        await scene.books.counters(scene.charged, kept=scene.kept), in_time(scene),
        Check("the breaker opens within 2 s", f"{opened:.1f} s", opened <= OPEN_SOON)]


async def breaker_opened(scene):
    begun = time.monotonic()
    while await asyncio.to_thread(scene.metric, OPENED) == 0 and time.monotonic() < begun + scene.seconds / 3:
        await asyncio.sleep(PROBE_SECONDS)
    return time.monotonic() - begun


async def f4(scene):
    """FLUSHALL in the midst of a window."""
    def flush():
        scene.operator("FLUSHALL")
        scene.operator("SCRIPT", "FLUSH")

    return await forgetful(scene, flush, (200, 429))


async def f4_old(scene):
    """Redis is killed in the midst of a window, and comes back with an old snapshot."""
    def come_back():
        scene.redis.kill()
        scene.redis.wait()
        scene.start_redis()
        wait_until("Redis", lambda: scene.operator("PING") == "PONG", scene.redis)

    return await forgetful(scene, come_back, (200, 429, 503))


async def forgetful(scene, lose, fine):
    """In the middle of the time the counters are lost, or as they were in the snapshot."""
    rate = 2 * RATE // STORES
    limit = int(rate * scene.seconds * 0.6)
    one, others = scene.stores(1, limit), scene.stores(STORES - 1, WIDE)
    scene.clients.pace(rate, lambda _: scene.port, lambda _: one[0])
    scene.clients.pace(RATE - rate, lambda _: scene.port, lambda number: others[number % len(others)])
    await asyncio.sleep(scene.seconds * (1 / 2 - SNAPSHOT_AGE))
    scene.operator("SAVE")
    await asyncio.sleep(scene.seconds * SNAPSHOT_AGE)
    await asyncio.to_thread(lose)
    os.remove(scene.stage.path("dump.rdb"))
    await scene.rest()
    wrong = scene.books.count(lambda line: line.status not in fine)
    return [
        *scene.books.invariants(), scene.books.never_over(one, limit, overshoot=int(FLUSH_SECONDS * rate) + 1),
        scene.books.not_too_little(one, limit, loss=int(scene.metric(FORFEITED))),
        Check("no error", f"{wrong:,} answers other than {', '.join(map(str, fine))}", wrong == 0)]


async def f5(scene):
    """Replies of Redis are dropped for five seconds, and sent again by TCP."""
    scene.steady(scene.stores(STORES, WIDE))
    await asyncio.sleep(scene.seconds / 3)
    scene.line.hush()
    await asyncio.sleep(min(DROPPED_SECONDS, scene.seconds / 2))
    scene.line.heal()
    await scene.rest()
    return [*scene.books.invariants(), await scene.books.counters(scene.charged, kept=scene.kept), in_time(scene)]


async def f6(scene):
    """200 clients at once over two gateways, a limit of 100, many times."""
    runs = 10 if scene.quick else 50
    stores = scene.stores(runs, CROWD_LIMIT)
    for store in stores:
        await asyncio.gather(*(scene.clients.send(scene.ports[number % 2], store) for number in range(CROWD)))
    await scene.clients.stop()
    right = sum(units == CROWD_LIMIT for units in scene.books.admitted().values())
    return [*scene.books.invariants(), scene.books.never_over(stores, CROWD_LIMIT),
            Check("exactly 100 are admitted", f"in {right} of {runs} runs", right == runs), await scene.books.counters(scene.charged, kept=scene.kept)]


async def f7(scene):
    """One of two gateways is killed with units that it holds; its clients go to the other."""
    limit = int(RATE / STORES * scene.seconds * 0.7)
    stores = scene.stores(STORES, limit)
    scene.steady(stores, lambda number: scene.ports[number // STORES % 2 if scene.gateways[1].poll() is None else 0])
    await asyncio.sleep(scene.seconds / 2)
    scene.gateways[1].send_signal(signal.SIGKILL)
    scene.gateways[1].wait()
    await scene.rest()
    unknown = scene.books.count(lambda line: line.status == ABORTED)
    counted, admitted = {store: scene.charged(store) for store in stores}, scene.books.admitted()
    lost, lease = max(counted[store] - admitted.get(store, 0) for store in stores), RATE // STORES * MOST_LEASE_SECONDS
    return [
        *scene.books.invariants(), scene.books.never_over(stores, limit),
        scene.books.not_too_little(stores, limit, loss=lost + unknown),
        Check("no more is lost than a lease", f"at most {lost:,} of a store, a lease is at most {lease:,}", lost <= lease + unknown),
        Check("no counter is over", f"at most {max(counted.values()):,} of {limit:,}", max(counted.values()) <= limit)]


async def f8(scene):
    """The clock of one gateway is 120 s ahead and jumps back by 600 s, that of the other is 120 s behind."""
    limit = int(RATE / STORES * scene.seconds / 2)
    stores = scene.stores(STORES, limit)
    scene.steady(stores, lambda number: scene.ports[number // STORES % 2])
    await asyncio.sleep(scene.seconds / 3)
    scene.clock(0, -480)
    await scene.rest()
    refused = scene.books.count(lambda line: line.status == 401)
    endless = sum(int(scene.operator("EVAL", "local n=0 for _,k in ipairs(redis.call('KEYS',ARGV[1])) do "
                                     "if redis.call('PTTL',k)<0 then n=n+1 end end return n", "0", scene.keys(store)))
                  for store in stores)
    return [
        *scene.books.invariants(), scene.books.never_over(stores, limit), scene.books.not_too_little(stores, limit),
        await scene.books.counters(scene.charged, kept=scene.kept),
        Check("tokens are good within the leeway", f"{refused:,} refused", refused == 0),
        Check("every counter ends", f"{endless} without an end", endless == 0)]


async def f9(scene):
    """Twice the limit around the edge of an hour."""
    edge, zone = scene.edge()
    limit = int(RATE / STORES * scene.seconds / 4)
    stores = scene.stores(STORES, limit, code="dashboard_hourly", zone=zone)
    await asyncio.sleep(max(0.0, edge - time.time() - scene.seconds / 2))
    scene.steady(stores)
    await asyncio.sleep(max(0.0, edge - time.time()) + scene.seconds / 2)
    await scene.clients.stop()
    windows = [scene.windows(store, "dashboard_hourly") for store in stores]
    most = max(max(units) for units in windows)
    return [
        *scene.books.invariants(), scene.books.never_over(stores, limit, overshoot=limit),
        Check("each window admits its limit and no more", f"{min(map(len, windows))} windows, at most {most:,} of {limit:,}",
              most <= limit and all(len(units) == 2 for units in windows)),
        await scene.books.counters(lambda store: sum(scene.windows(store, "dashboard_hourly")))]


async def f16(scene):
    """SIGTERM under keep-alive traffic and one slow answer, behind a probe that leaves within a second."""
    stores, gone, left = scene.stores(STORES, WIDE), False, asyncio.Event()
    scene.steady(stores, rate=200)
    await asyncio.sleep(scene.seconds / 3)
    slow = asyncio.ensure_future(scene.clients.send(scene.port, stores[0], "/gated/slow"))
    await asyncio.sleep(PROBE_SECONDS)
    told = time.monotonic()
    scene.gateways[0].send_signal(signal.SIGTERM)
    while not gone:
        await asyncio.sleep(PROBE_SECONDS)
        gone = await asyncio.to_thread(scene.ready) != 200
    await scene.clients.stop()
    await slow
    while scene.gateways[0].poll() is None and time.monotonic() < told + 2 * DRAIN_SECONDS:
        await asyncio.sleep(PROBE_SECONDS)
    took, code = time.monotonic() - told, scene.gateways[0].poll()
    broken = scene.books.count(lambda line: not line.good)
    wrong = sum(scene.charged(store) != units for store, units in scene.books.admitted().items())
    return [
        *scene.books.invariants(),
        Check("nothing that was accepted is lost", f"{broken} of {len(scene.books.sent):,}", broken == 0),
        Check("the process ends by itself", f"code {code} after {took:.1f} s", code == 0 and took < DRAIN_SECONDS),
        Check("I6 what it held is back at once", f"{wrong} counters differ", wrong == 0)]


async def f19(scene):
    """One store at five times its load."""
    stores = scene.stores(STORES, WIDE)
    each = RATE / STORES
    scene.steady(stores)
    await asyncio.sleep(scene.seconds / 2)
    begun = time.monotonic()
    scene.clients.pace((HOT - 1) * each, lambda _: scene.port, lambda _: stores[0])
    await scene.rest()
    quiet = scene.books.p99_ms(lambda line: line.store != stores[0] and begun - scene.seconds / 4 < line.at < begun)
    noisy = scene.books.p99_ms(lambda line: line.store != stores[0] and line.at > begun)
    wrong = scene.books.count(lambda line: line.store != stores[0] and not line.good)
    return [
        *scene.books.invariants(), await scene.books.counters(scene.charged, kept=scene.kept),
        Check("no other store has an error", f"{wrong:,}", wrong == 0),
        Check("p99 of the others less than 1.5 ×", f"{quiet:.1f} ms, then {noisy:.1f} ms", noisy < HOT_RATIO * quiet)]


def in_time(scene):
    p99 = scene.books.p99_ms(lambda line: line.counted)
    return Check("p99 within the deadline and 50 ms", f"{p99:.1f} ms of {DEADLINE_MS + SLACK_MS}", p99 <= DEADLINE_MS + SLACK_MS)


def ungated(scene, outage):
    wrong = scene.books.count(lambda line: not line.counted and not line.good)
    before, meanwhile, after = (scene.books.p99_ms(lambda line: not line.counted and begin <= line.at < end) for begin, end in (
        (scene.began, outage.begun), (outage.begun, outage.ended), (outage.ended, time.monotonic())))
    return [
        Check("no ungated request has an error", f"{wrong:,}", wrong == 0),
        Check(f"no ungated request is slower: p99 within {SLOWER_MS} ms of before and after",
              f"{before:.1f} ms before, {meanwhile:.1f} ms meanwhile, {after:.1f} ms after",
              meanwhile <= min(before, after) + SLOWER_MS),
        held(outage)]


def held(outage):
    """Strict where the machine has time for all."""
    looks = max(outage.delays.values())
    late, (idle_looks, idle_late) = looks - outage.delays[TURN_MS / 1000], outage.idle
    within = min(most for most, count in outage.delays.items() if count == looks)
    return Check(
        f"no event loop is held for {TURN_MS} ms, but by the machine",
        f"{late:,.0f} of {looks:,.0f} looks came later, all within {within * 1000:g} ms; "
        f"{idle_late:,} of {idle_looks:,} of a process that does nothing",
        looks > 0 and late / looks <= idle_late / max(1, idle_looks))


async def until(holds):
    begin = time.monotonic()
    while not holds() and time.monotonic() < begin + 30:
        await asyncio.sleep(0.01)
    return time.monotonic() - begin


# patient: where Redis is well, what a busy machine does to 50 ms is not the fault's
FAULTS = {
    "F1": ("Redis killed, deny", f1_deny, {}),
    "F1a": ("Redis killed, allow", f1_allow, {"allow": True}),
    "F2": ("Redis hung", f2, {}),
    "F3": ("slow and lossy line to Redis", f3, {"by_line": True}),
    "F4": ("Redis flushed", f4, {"patient": True}),
    "F4a": ("Redis back with an old snapshot", f4_old, {"patient": True}),
    "F5": ("replies dropped", f5, {"by_line": True}),
    "F6": ("check and take at once", f6, {"patient": True, "gateways": 2}),
    "F7": ("a gateway killed", f7, {"patient": True, "gateways": 2}),
    "F8": ("clocks wrong", f8, {"patient": True, "gateways": 2, "clocks": (120, -120)}),
    "F9": ("edge of a window", f9, {"patient": True}),
    "F16": ("SIGTERM", f16, {"patient": True}),
    "F19": ("hot store", f19, {"patient": True}),
}
