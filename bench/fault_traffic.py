"""Clients at a steady rate, a backend that notes ids, and a line to Redis that can be slow, lossy or silent; one event loop."""

import asyncio
import contextlib
import json
import random
import re
import time

HEAD_END = b"\r\n\r\n"
SENT_AGAIN = 0.2  # seconds; what Linux waits at least before it sends again what was not acknowledged
PATIENCE = 30
SLOW_SECONDS = 5
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


def field(head, name):
    found = re.search(rb"(?im)^" + name + rb":[ \t]*([^\r\n]*)", head)
    return found.group(1).decode() if found else ""


class Backend:
    """Answers 200; a path that ends in /slow after five seconds."""

    def __init__(self, books):
        self.books, self.server = books, None

    async def listen(self, port):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    def close(self):
        if self.server:
            self.server.close()

    async def _serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(HEAD_END)
                self.books.forwarded(field(head, b"x-ledger-id"), field(head, b"x-tiergate-decision"))
                if head.split(b" ", 2)[1].endswith(b"/slow"):
                    await asyncio.sleep(SLOW_SECONDS)
                writer.write(ANSWER)
        writer.close()


class Clients:
    """Keep-alive connections; nothing is ever sent twice."""

    def __init__(self, books, tokens):
        self.books, self.tokens, self.idle, self.tasks, self.paces, self.stopped = books, tokens, {}, set(), [], False

    def pace(self, rate, port_of, store_of, path="/gated/a"):
        """So many requests a second, each at its own time however slow the answers are."""
        self.paces.append(asyncio.ensure_future(self._pace(rate, port_of, store_of, path)))

    async def _pace(self, rate, port_of, store_of, path):
        begin, number = time.monotonic(), 0
        while not self.stopped:
            due = begin + number / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            task = asyncio.ensure_future(self.send(port_of(number), store_of(number), path, due))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            number += 1

    async def stop(self):
        self.stopped = True
        await asyncio.gather(*self.paces)
        await asyncio.gather(*self.tasks)
        for connections in self.idle.values():
            for _, writer in connections:
                writer.close()

    async def send(self, port, store, path="/gated/a", due=None):
        counted = path.startswith("/gated")
        number = self.books.sending(store, counted, due or time.monotonic())
        token = f"Authorization: Bearer {self.tokens[store]}\r\n" if counted else ""
        request = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\nX-Ledger-Id: {number}\r\n{token}\r\n"
        try:
            return await asyncio.wait_for(self._exchange(port, number, request.encode()), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            return self.books.answered(number, 0)

    async def _exchange(self, port, number, request):
        idle = self.idle.setdefault(port, [])
        reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            head = await reader.readuntil(HEAD_END)
            body = await reader.readexactly(int(field(head, b"content-length") or 0))
        except BaseException:
            writer.close()
            raise
        if field(head, b"connection").lower() == "close":
            writer.close()
        else:
            idle.append((reader, writer))
        status = int(head.split(b" ", 2)[1])
        return self.books.answered(number, status, reason(status, body), bool(field(head, b"retry-after")))


def reason(status, body):
    if status < 300:
        return ""
    try:
        return json.loads(body).get("reason", "")
    except ValueError:
        return ""


class TcpLine:
    """No byte is ever altered, left out or overtaken, as with real TCP: what is lost comes late, and all behind it too."""

    def __init__(self, port, target):
        self.port, self.target, self.chance = port, target, random.Random(1)
        self.delay, self.loss, self.heard, self.server = 0.0, 0.0, None, None

    async def listen(self):
        self.heard = asyncio.Event()
        self.heard.set()
        self.server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    def heal(self):
        self.delay = self.loss = 0.0
        self.heard.set()

    def close(self):
        if self.server:
            self.heal()
            self.server.close()

    def hush(self):
        """Requests pass, and answers are kept."""
        self.heard.clear()

    async def _accept(self, reader, writer):
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass(reader, back, False), self._pass(there, writer, True))

    async def _pass(self, reader, writer, answers):
        under_way = asyncio.Queue()
        giving = asyncio.ensure_future(self._give(under_way, writer, answers))
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                lost = self.loss and self.chance.random() < self.loss
                under_way.put_nowait((piece, time.monotonic() + self.delay + (SENT_AGAIN if lost else 0)))
        under_way.put_nowait((b"", 0))
        await giving

    async def _give(self, under_way, writer, answers):
        with contextlib.suppress(OSError):
            while True:
                piece, due = await under_way.get()
                if not piece:
                    break
                if due > time.monotonic():
                    await asyncio.sleep(due - time.monotonic())
                if answers:
                    await self.heard.wait()
                writer.write(piece)
        writer.close()
