"""The servers of a measurement, all on loopback: started, waited for, and stopped again, whatever happens."""

import contextlib
import glob
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = {"nginx": "nginx", "redis-server": "redis-server", "wrk": "wrk", "postgres": "postgresql"}
BODY_BYTES = 1164
BIG_BODY_BYTES = 64 * 1024
START_SECONDS = 90
STOP_SECONDS = 20


class Failure(Exception):
    """The measurement cannot go on; the message says why."""


def program(name):
    """Debian keeps servers outside the PATH of most users."""
    versions = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda p: int(p.split("/")[4]))
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or (versions or [None])[-1]


def install_missing():
    missing = [package for name, package in PACKAGES.items() if not program(name)]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failure(f"these Debian packages are needed: {' '.join(missing)}")
    print(f"installing {' '.join(missing)}", file=sys.stderr)
    # a run level of 1 keeps the packages from starting servers of their own
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        subprocess.run(["apt-get", "-qq", *command], env=env, stdout=sys.stderr, check=True)


def fetch(url, token=None):
    """The status and the body; 0 and the cause where nothing answered."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError as error:
        return 0, str(error).encode()


def wait_until(what, holds, process=None, seconds=START_SECONDS):
    end = time.monotonic() + seconds
    while not holds():
        if process and process.poll() is not None:
            raise Failure(f"{what}: the process ended with {process.returncode}")
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {seconds} s")
        time.sleep(0.1)


class Stage(contextlib.ExitStack):
    """A folder, ports from a base on, and the servers; all gone when the block ends."""

    kinds = ()  # of tokens besides the usual ones

    def __init__(self, options):
        super().__init__()
        self.options = options
        self.folder = tempfile.mkdtemp(prefix="tiergate-bench-")
        self.callback(shutil.rmtree, self.folder, ignore_errors=True)
        os.chmod(self.folder, 0o755)
        self.ports = range(options.port_base, options.port_base + 5)
        self.port, self.admin_port, self.upstream_port, self.redis_port, self.postgres_port = self.ports
        self.gateway = self.nginx = self.redis = self.postgres = None

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self):
        self.start_stores()
        self.gateway = self.start_gateway("gateway", self.port, self.admin_port, os.path.join(HERE, "routes.yaml"))
        self._seed()

    def start_stores(self):
        """All but the gateway: keys and tokens, upstream, Redis, PostgreSQL."""
        self._refuse_taken_ports()
        os.makedirs(self.path("www"))
        with open(self.path("www/body.json"), "w") as file:
            file.write(body(BODY_BYTES))
        with open(self.path("www/big.json"), "w") as file:
            file.write(body(BIG_BODY_BYTES))
        print("making keys and tokens", file=sys.stderr)
        subprocess.run([self.options.java, os.path.join(HERE, "Tokens.java"), self.folder, *self.kinds], check=True)
        self.nginx = self._start_nginx()
        self.redis = self.start_redis("redis", self.redis_port)
        self.postgres = self._start_postgres()

    def tokens(self, name):
        return self.path(f"{name}.txt") if name else "-"

    def first_token(self, name):
        with open(self.tokens(name)) as file:
            return file.readline().strip()

    def one_token(self, name):
        """A file of the first token alone."""
        with open(self.path(f"{name}-one.txt"), "w") as file:
            file.write(self.first_token(name) + "\n")
        return file.name

    def forget_log(self, name="gateway"):
        """Refusals are logged one by one: the file is emptied between rounds, so that the disk stays out of it."""
        os.truncate(self.path(f"{name}.log"), 0)

    def _refuse_taken_ports(self):
        for port in self.ports:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise Failure(f"port {port} is taken; --port-base moves all") from None

    def run(self, name, command, stop=signal.SIGTERM, user=None, env=None):
        """Starts a server that ends with this process at the latest, also when this process is killed."""
        as_user = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        log = self.enter_context(open(self.path(f"{name}.log"), "ab"))
        process = subprocess.Popen(
            ["setpriv", *as_user, "--pdeathsig", "KILL", *command],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True)
        self.callback(self._stop, process, stop)
        return process

    @staticmethod
    def _stop(process, stop):
        if process.poll() is None:
            process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start_nginx(self):
        self.fill_in(os.path.join(HERE, "upstream.conf"), {"DIR": self.folder, "PORT": self.upstream_port})
        process = self.run("nginx", [
            program("nginx"), "-p", self.folder, "-e", self.path("nginx.log"), "-c", self.path("upstream.conf")])
        url = f"http://127.0.0.1:{self.upstream_port}/any"
        wait_until("nginx", lambda: fetch(url)[0] == 200, process)
        if len(fetch(url)[1]) != BODY_BYTES:
            raise Failure(f"another server answers on port {self.upstream_port}")
        return process

    def fill_in(self, template, values):
        """Writes the file into the folder, with each @NAME@ as it is this time; says where."""
        with open(template) as file:
            text = file.read()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        filled = self.path(os.path.basename(template))
        with open(filled, "w") as file:
            file.write(text)
        return filled

    def start_redis(self, name, port):
        process = self.spawn_redis(name, port)
        wait_until("Redis", lambda: listens(port), process)
        return process

    def spawn_redis(self, name, port):
        """The same, without waiting until it listens."""
        return self.run(name, [
            program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--dir", self.folder])

    def _start_postgres(self):
        data = self.path("postgres")
        os.mkdir(data)
        user = None
        if os.geteuid() == 0:  # which PostgreSQL refuses to be
            user = "postgres"
            shutil.chown(data, user, user)
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        with open(self.path("initdb.log"), "wb") as log:
            subprocess.run(
                [*as_user, program("initdb"), "-D", data, "-U", "tiergate", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
                stdout=log, stderr=log, check=True, cwd="/")
        process = self.run("postgres", [
            program("postgres"), "-D", data, "-p", str(self.postgres_port), "-h", "127.0.0.1", "-k", data, "-c", "fsync=off"],
            stop=signal.SIGINT, user=user)
        wait_until("PostgreSQL", lambda: self._psql("-c", "SELECT 1").returncode == 0, process)
        return process

    def _psql(self, *arguments):
        return subprocess.run(
            [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self._database(), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def _database(self):
        return f"postgresql://tiergate:unused@127.0.0.1:{self.postgres_port}/postgres"

    def start_gateway(self, name, port, admin_port, routes, extra=None):
        process = self.spawn_gateway(name, port, admin_port, routes, extra)
        self.await_ready(name, admin_port, process)
        return process

    def spawn_gateway(self, name, port, admin_port, routes, extra=None):
        """The same, without waiting until it is ready."""
        env = {name: value for name, value in os.environ.items()
               if not name.startswith(("TIERGATE_", "FEATURE_GATING_"))}
        env |= {
            "TIERGATE_HOST": "127.0.0.1", "TIERGATE_PORT": str(port), "TIERGATE_ADMIN_PORT": str(admin_port),
            "TIERGATE_DATABASE_URL": self._database(), "TIERGATE_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}",
            "TIERGATE_JWKS_URI": f"http://127.0.0.1:{self.upstream_port}/jwks.json",
            # whether Redis answers in 50 ms is up to the scheduler of a busy machine; a 503 would spoil the row
            "TIERGATE_REDIS_DEADLINE_MS": "2000", "TIERGATE_DATABASE_DEADLINE_MS": "5000",
            "SHOP_URL": f"http://127.0.0.1:{self.upstream_port}", **(extra or {}),
        }
        command = [self.options.java, *shlex.split(self.options.java_opts), "-jar", self.options.jar,
                   "run", "--routes", routes]
        return self.run(name, command, env=env)

    def await_ready(self, name, admin_port, process):
        ready = f"http://127.0.0.1:{admin_port}/ready"
        try:
            wait_until("the gateway", lambda: fetch(ready)[0] == 200, process)
        except Failure as failure:
            answer = fetch(ready)[1].decode(errors="replace")
            raise Failure(f"{failure}\n/ready: {answer}\nits log ends with\n{self.end_of_log(name)}") from None

    def end_of_log(self, name):
        with open(self.path(f"{name}.log"), errors="replace") as log:
            return "".join(log.readlines()[-20:])

    def _seed(self):
        seeded = self._psql("-f", os.path.join(HERE, "seed.sql"))
        if seeded.returncode:
            raise Failure(f"seed.sql: {seeded.stdout}")

    def sql(self, statement):
        done = self._psql("-A", "-t", "-c", statement)
        if done.returncode:
            raise Failure(f"{statement}: {done.stdout}")
        return done.stdout.strip()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def body(size):
    """A page of products, filled up to its size."""
    rows = ",".join(f'{{"id":{i},"name":"product {i}","price_cents":{100 * i}}}' for i in range(1, 21))
    start = f'{{"items":[{rows}],"note":"'
    return start + "x" * (size - len(start) - 2) + '"}'
