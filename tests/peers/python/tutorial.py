#!/usr/bin/env python3
"""What tutorials on speeding up Python show, each measured: a sum, waiting, fetching; one after the
other, with threads, with processes, with asyncio. The peers of Quartet's drivers in ../../../tutorial.sh.

Prints one row: work,model,n,jobs,seconds,result. The seconds are those of the work alone: threads and
processes are there before the clock starts, as a driver's are. Every result is checked; a wrong one is
reported on standard error, and the exit status is 1.

Examples:
  tutorial.py sumsq --model threads --jobs 4 -n 10000000
  tutorial.py wait --model asyncio -n 1000 --delay 0.01 --workers 64
  tutorial.py fetch --model threads -n 1000 --workers 64 http://127.0.0.1:8080/doc/
"""
import argparse
import asyncio
import concurrent.futures
import functools
import http.client
import sys
import threading
import time
import urllib.parse

HEADER = "work,model,n,jobs,seconds,result"
MODELS = ("serial", "threads", "processes", "asyncio")


# ---- the four models: all results of function(item) for the items, and the seconds it took ----

def run_serial(function, items, _workers):
    start = time.perf_counter()
    results = [function(item) for item in items]
    return results, time.perf_counter() - start


def run_pool(pool_of, function, items, workers):
    """In a pool of threads or processes, of which each gets the next piece when it is done."""
    with pool_of(workers) as pool:
        # A pool starts a worker only when there is work for it: many short sleeps need all of them.
        list(pool.map(time.sleep, [0.05] * workers))
        pieces = len(items) // (4 * workers) or 1
        start = time.perf_counter()
        results = list(pool.map(function, items, chunksize=pieces))
        return results, time.perf_counter() - start


run_threads = functools.partial(run_pool, concurrent.futures.ThreadPoolExecutor)
run_processes = functools.partial(run_pool, concurrent.futures.ProcessPoolExecutor)


async def nothing():
    pass


def run_asyncio(coroutine, items, workers, close=nothing):
    """As many tasks as workers, of which each takes the next item when it is done."""
    async def worker(left, results):
        for place, item in left:
            results[place] = await coroutine(item)

    async def run():
        results = [None] * len(items)
        left = enumerate(items)
        start = time.perf_counter()
        await asyncio.gather(*(worker(left, results) for _ in range(workers)))
        seconds = time.perf_counter() - start
        await close()
        return results, seconds

    return asyncio.run(run())


BLOCKING = {"serial": run_serial, "threads": run_threads, "processes": run_processes}


# ---- the work ----

def sum_of_squares(n):
    return sum(i * i for i in range(n))


async def sum_of_squares_task(n):
    return sum_of_squares(n)  # nothing to await: it keeps the thread until it is done


def sumsq(arguments):
    """J sums of i * i for i in range(n)."""
    items = [arguments.n] * arguments.jobs
    if arguments.model == "asyncio":
        sums, seconds = run_asyncio(sum_of_squares_task, items, arguments.workers)
    else:
        sums, seconds = BLOCKING[arguments.model](sum_of_squares, items, arguments.workers)
    n = arguments.n
    return seconds, sums[0], sums == [(n - 1) * n * (2 * n - 1) // 6] * arguments.jobs


def doze(delay):
    """Whether it took as long as it should have."""
    start = time.monotonic()
    time.sleep(delay)
    return time.monotonic() - start >= delay


async def doze_task(delay):
    start = time.monotonic()
    await asyncio.sleep(delay)
    # the loop takes a timer that is due within the clock's resolution
    return time.monotonic() - start >= delay - time.get_clock_info("monotonic").resolution


def wait(arguments):
    """n waits."""
    items = [arguments.delay] * arguments.n
    if arguments.model == "asyncio":
        waited, seconds = run_asyncio(doze_task, items, arguments.workers)
    else:
        waited, seconds = BLOCKING[arguments.model](doze, items, arguments.workers)
    return seconds, sum(waited), sum(waited) == arguments.n


def fetch(arguments):
    """n documents, URL0 .. URLn-1; connections are kept."""
    url = urllib.parse.urlsplit(arguments.url)
    if url.scheme != "http" or not url.hostname:
        sys.exit(f"tutorial.py: '{arguments.url}': expected http://HOST[:PORT]/PATH")
    items = range(arguments.n)
    if arguments.model == "asyncio":
        connections = Connections(url)
        answers, seconds = run_asyncio(connections.get, items, arguments.workers, connections.close)
    else:
        get = functools.partial(get_document, url.hostname, url.port or 80, url.path)
        answers, seconds = BLOCKING[arguments.model](get, items, arguments.workers)
    right = sum(is_right(*answer) for answer in answers)
    return seconds, right, right == arguments.n


kept = threading.local()  # one connection for each thread of each process


def get_document(host, port, path, k):
    """The status, the document, and its checksum or None."""
    if not hasattr(kept, "connection"):
        kept.connection = http.client.HTTPConnection(host, port)
    kept.connection.request("GET", f"{path}{k}")
    answer = kept.connection.getresponse()
    body = answer.read()
    return answer.status, body, answer.headers["X-Checksum"]


class Connections:
    """Connections of one event loop, kept for the next document when they are free."""

    def __init__(self, url):
        self.url, self.free = url, []

    async def get(self, k):
        reader, writer = self.free.pop() if self.free else await asyncio.open_connection(
            self.url.hostname, self.url.port or 80)
        writer.write(f"GET {self.url.path}{k} HTTP/1.1\r\nHost: {self.url.netloc}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.free.append((reader, writer))
        return int(head[0].split()[1]), body, headers.get("x-checksum")

    async def close(self):
        for _, writer in self.free:
            writer.close()
            await writer.wait_closed()


def is_right(status, body, checksum):
    """By common/document.h; what came without a checksum is taken on trust."""
    total = 0xcbf29ce484222325 ^ len(body)
    for at in range(0, len(body) if checksum else 0, 8):
        word = int.from_bytes(body[at:at + 8], "little")
        total = (total ^ word) * 0x100000001b3 & 0xffffffffffffffff
        total ^= total >> 32
    return status == 200 and (checksum is None or f"{total:016x}" == checksum)


# ---- the command line ----

def whole(text):
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def parse(words):
    parser = argparse.ArgumentParser(prog="tutorial.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    works = parser.add_subparsers(dest="work", required=True, metavar="WORK")
    for function in (sumsq, wait, fetch):
        work = works.add_parser(function.__name__, help=function.__doc__)
        work.set_defaults(function=function, jobs=1)
        work.add_argument("--model", choices=MODELS, default="serial")
        work.add_argument("--workers", type=whole, default=None,
                          help="threads, processes or tasks (sumsq: one for each job; others: 64)")
        work.add_argument("-n", type=whole, default=10_000_000 if function is sumsq else 1000)
        if function is sumsq:
            work.add_argument("--jobs", type=whole, default=1, help="sums (1)")
        elif function is wait:
            work.add_argument("--delay", type=float, default=0.01, help="seconds (0.01)")
        else:
            work.add_argument("url", help="what the numbers 0 to n-1 are put behind")
    works.add_parser("header", help="print the header of the rows")
    works.add_parser("python", help="print which Python this is, and whether threads share a lock")
    return parser.parse_args(words)


def describe_python():
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    name = sys.implementation.name.replace("cpython", "CPython")
    return f"{name} {sys.version.split()[0]},{'gil' if gil else 'free'}"


def main():
    arguments = parse(sys.argv[1:])
    if arguments.work == "header":
        print(HEADER)
        return 0
    if arguments.work == "python":
        print(describe_python())
        return 0
    if arguments.workers is None:
        arguments.workers = arguments.jobs if arguments.work == "sumsq" else 64
    seconds, result, right = arguments.function(arguments)
    if not right:
        print(f"tutorial.py: {arguments.work}: {result} is wrong", file=sys.stderr)
        return 1
    print(f"{arguments.work},{arguments.model},{arguments.n},{arguments.jobs},{seconds:.9f},{result}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
