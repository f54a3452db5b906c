"""The servers of a fault: PostgreSQL for all of them; Redis, a line to it, a backend and gateways for each anew."""

import asyncio
import os
import re
import shutil
import struct
import subprocess
import time

from fault_books import Books
from fault_traffic import Backend, Clients, TcpLine
from stage import HERE, Failure, Stage, fetch, listens, program, wait_until

RATE, STORES = 300, 20
DEADLINE_MS = 50
FLUSH_SECONDS = 2.5  # in which a counter's change is in its durable copy at the latest
PATIENT_MS = 5_000
STEADY = 8  # seconds of traffic that the compilers of a new JVM want before latencies mean anything
LEEWAY_SECONDS = 600  # between the clocks of who signs tokens and who reads them, where those differ
DRAIN_DELAY = "3"  # seconds; longer than a probe takes to leave

LIMITED = """
WITH chosen AS (
    UPDATE stores SET time_zone = coalesce({zone}, time_zone) WHERE external_id IN ({stores}) RETURNING id),
overridden AS (
    INSERT INTO store_feature_overrides (store_id, feature_code, enabled, reason)
    SELECT id, 'analytics_dashboard', true, 'fault' FROM chosen RETURNING store_id, feature_code)
INSERT INTO store_override_limits (store_id, feature_code, limit_code, limit_value)
SELECT store_id, feature_code, '{code}', {limit} FROM overridden
"""
HOURLY = """
INSERT INTO limits (code, feature_code, name, "window")
VALUES ('dashboard_hourly', 'analytics_dashboard', 'Dashboard views an hour', 'hour') ON CONFLICT DO NOTHING
"""
# an hour of these zones ends at such a minute of UTC's
EDGES = {0: "UTC", 15: "Asia/Kathmandu", 30: "Asia/Kolkata"}
BUCKET = re.compile(r'(?m)^tiergate_event_loop_delay_seconds_bucket\{le="([^"]+)"} (\S+)$')
SUM = "local s=0 for _,k in ipairs(redis.call('KEYS',ARGV[1])) do s=s+tonumber(redis.call('HGET',k,ARGV[2]) or 0) end return s"


class FaultStage(Stage):
    """Two gateways' ports besides; stores are handed out, so that no fault sees another's counters."""

    def __init__(self, options):
        super().__init__(options)
        self.ports = range(options.port_base, options.port_base + 9)
        (self.second_port, self.second_admin_port, self.line_port, self.backend_port) = self.ports[5:]
        self.next_store = 1

    def start(self):
        self.start_stores()
        with open(self.tokens("allow")) as file:
            self.token_of = {f"allow-{number}": line.strip() for number, line in enumerate(file, 1)}
        self._stop(self.start_gateway("seeding", self.port, self.admin_port, os.path.join(HERE, "routes.yaml")), 15)
        self._seed()
        self.sql(HOURLY)

    def clock_library(self):
        """What gives a process a wall clock of its own; None where there is no C compiler."""
        compiler, library = shutil.which("cc") or shutil.which("gcc"), self.path("clock.so")
        if compiler and not os.path.exists(library):
            subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, os.path.join(HERE, "clock.c"), "-ldl"], check=True)
        return compiler and library


class Scene:
    """One fault's servers, clients and books."""

    def __init__(self, stage, options, allow=False, gateways=1, patient=False, by_line=False, clocks=None):
        self.stage, self.quick, self.seconds = stage, options.quick, options.seconds
        self.books = Books()
        self.clients = Clients(self.books, stage.token_of)
        self.backend = Backend(self.books)
        self.line = TcpLine(stage.line_port, stage.redis_port)
        self.redis_port = stage.line_port if by_line else stage.redis_port
        self.count, self.clocks, self.allow, self.patient = gateways, clocks, allow, patient
        self.ports = (stage.port, stage.second_port)
        self.port, self.admin_ports, self.gateways = stage.port, (stage.admin_port, stage.second_admin_port), []

    async def open(self):
        stage = self.stage
        self.redis = stage.redis
        if self.redis.poll() is not None:
            self.start_redis()
            wait_until("Redis", lambda: listens(stage.redis_port), self.redis)
        self.operator("FLUSHALL")
        await self.backend.listen(stage.backend_port)
        await self.line.listen()
        for number in range(self.count):
            name = f"gateway-{number + 1}"
            process = stage.spawn_gateway(name, self.ports[number], self.admin_ports[number],
                                          os.path.join(HERE, "faults.yaml"), self._environment(number))
            self.gateways.append(process)
        for number, process in enumerate(self.gateways):
            await self._ready(number, process)
        await self._warm_up()

    async def _ready(self, number, process):
        end = time.monotonic() + 90
        while await asyncio.to_thread(self.ready, number) != 200:
            if process.poll() is not None or time.monotonic() > end:
                raise Failure(f"gateway-{number + 1} is not ready; its log ends with\n{self.stage.end_of_log(f'gateway-{number + 1}')}")
            await asyncio.sleep(0.1)

    async def _warm_up(self):
        """With books of its own, which are thrown away."""
        stores = self.stores(STORES, 1_000_000_000)
        books, self.books.sent, self.books.lines = (self.books.sent, self.books.lines), {}, {}
        warm = Clients(self.books, self.stage.token_of)
        for port in self.ports[:self.count]:
            warm.pace(RATE, lambda _, port=port: port, lambda number: stores[number % STORES])
        await asyncio.sleep(STEADY / 4 if self.quick else STEADY)
        await warm.stop()
        self.books.sent, self.books.lines = books
        self.books.received.clear()
        self.books.unseen.clear()
        self.before = [await asyncio.to_thread(self._metrics, number) for number in range(self.count)]

    def _environment(self, number):
        stage = self.stage
        extra = {
            "SHOP_URL": f"http://127.0.0.1:{stage.backend_port}", "TIERGATE_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}",
            "TIERGATE_REDIS_DEADLINE_MS": str(PATIENT_MS if self.patient else DEADLINE_MS), "TIERGATE_DRAIN_DELAY": DRAIN_DELAY,
            "ON_LIMITS_DOWN": "allow" if self.allow else "deny"}
        if self.clocks:
            self.clock(number, self.clocks[number])
            extra |= {"LEEWAY": f"{LEEWAY_SECONDS}s", "LD_PRELOAD": stage.clock_library(), "CLOCK_FILE": stage.path(f"clock-{number}")}
        return extra

    def clock(self, number, seconds):
        """From now on that gateway's wall clock is off by so much."""
        with open(os.open(self.stage.path(f"clock-{number}"), os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.write(struct.pack("=q", seconds))

    def close(self):
        for process in self.gateways:
            process.kill()
            process.wait()
        self.backend.close()
        self.line.close()

    def start_redis(self):
        self.redis = self.stage.redis = self.stage.spawn_redis("redis", self.stage.redis_port)

    def stores(self, count, limit, code="dashboard_views", zone=None):
        first, self.stage.next_store = self.stage.next_store, self.stage.next_store + count
        stores = [f"allow-{number}" for number in range(first, first + count)]
        named = ", ".join(f"'{store}'" for store in stores)
        self.stage.sql(LIMITED.format(stores=named, code=code, limit=limit, zone=f"'{zone}'" if zone else "NULL"))
        return stores

    def steady(self, stores, port_of=None, rate=RATE):
        self.began = time.monotonic()
        self.clients.pace(rate, port_of or (lambda _: self.port), lambda number: stores[number % len(stores)])

    async def rest(self):
        """What is left of the time, and every answer."""
        await asyncio.sleep(max(1.0, self.began + self.seconds - time.monotonic()) if hasattr(self, "began") else self.seconds / 2)
        await self.clients.stop()

    async def copied(self, stores, value):
        named = ", ".join(f"'{store}'" for store in stores)
        query = f"SELECT count(*) FROM usage_counters WHERE value = {value} AND store IN ({named})"
        for _ in range(100):
            if await asyncio.to_thread(self.stage.sql, query) == str(len(stores)):
                return
            await asyncio.sleep(0.1)
        raise Failure("the counters are not copied")

    def operator(self, *words):
        done = subprocess.run([program("redis-cli"), "-p", str(self.stage.redis_port), *words], capture_output=True, text=True)
        return done.stdout.strip()

    @staticmethod
    def keys(store, code="dashboard_views"):
        return f"tg:{{{store}}}:{code}:*"

    def charged(self, store):
        return int(self.operator("EVAL", SUM, "0", self.keys(store), "c"))

    def kept(self, store, code="dashboard_views"):
        """Each counter of a store as Redis has it."""
        names = self.operator("KEYS", self.keys(store, code)).split()
        return "; ".join(" ".join(self.operator("HGETALL", name).split()) for name in names)

    def windows(self, store, code):
        names = self.operator("KEYS", self.keys(store, code)).split()
        return [int(self.operator("HGET", name, "c")) for name in names]

    def edge(self):
        """The next end of an hour in some zone, in seconds since the epoch, and the zone."""
        now = time.time()
        hour = now - now % 3600
        ends = sorted((end + minute * 60, zone) for end in (hour, hour + 3600) for minute, zone in EDGES.items())
        return next((end, zone) for end, zone in ends if end > now + self.seconds / 2)

    def ready(self, number=0):
        return fetch(f"http://127.0.0.1:{self.admin_ports[number]}/ready")[0]

    def metric(self, series, number=0):
        """What was added to it since the fault began."""
        return value(self._metrics(number), series) - value(self.before[number], series)

    def loop_delays(self):
        """Of the first gateway since it began: how many looks at its event loops came at most so many seconds late."""
        return {float(most): float(count) for most, count in BUCKET.findall(self._metrics(0))}

    def _metrics(self, number):
        return fetch(f"http://127.0.0.1:{self.admin_ports[number]}/metrics")[1].decode()


def value(metrics, series):
    found = re.search(rf"(?m)^{re.escape(series)} (\S+)$", metrics)
    return float(found[1]) if found else 0.0
