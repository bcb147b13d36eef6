"""The program `delay_server`, as a process. Arguments: the program; unittest's own.

Nothing here depends on how long something takes, but that nothing is answered before its time.
"""
import http.client
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

import model

SERVER = os.path.abspath(sys.argv[1])
PATIENCE = 60  # seconds after which something hangs


class Server:
    """A server for the time of one test."""

    def __init__(self, test, *arguments, **options):
        self.process = subprocess.Popen(
            [SERVER, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            stdin=options.pop("stdin", subprocess.DEVNULL), **options)
        test.addCleanup(self.stop)
        self.test = test
        self.line = self.process.stdout.readline()
        test.assertRegex(self.line, r"^listening on http://[0-9a-f.:\[\]]+:\d+\n$")
        self.port = int(self.line.rsplit(":", 1)[1])

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.ends()

    def ends(self):
        """It ends by itself, rightly (the sanitizers would say otherwise)."""
        out, err = self.process.communicate(timeout=PATIENCE)
        self.test.assertEqual((self.process.returncode, out, err), (0, "", ""))

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def client(self):
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self.test.addCleanup(client.close)
        return client

    def get(self, path, client=None, method="GET", **more):
        client = client or self.client()
        client.request(method, path, **more)
        answer = client.getresponse()
        return answer.status, answer.headers, answer.read()

    def stats(self, client=None):
        status, headers, body = self.get("/stats", client)
        self.test.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        return json.loads(body)

    def talk(self, data, close=True):
        """What comes back until the server closes; `close`: after saying that no more will come."""
        with self.connect() as connection:
            connection.sendall(data)
            if close:
                connection.shutdown(socket.SHUT_WR)
            return read_all(connection)


def read_all(connection):
    """Until the end, which has to be an orderly one."""
    pieces = []
    while data := connection.recv(1 << 16):
        pieces.append(data)
    return b"".join(pieces)


def ask(k, *headers):
    return "\r\n".join([f"GET /doc/{k} HTTP/1.1", "Host: test", *headers, "", ""]).encode()


def answers(data):
    """The answers in a stream: status, headers, body."""
    found = []
    while data:
        head, data = data.split(b"\r\n\r\n", 1)
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(headers["content-length"])
        found.append((int(first.split()[1]), headers, data[:length]))
        data = data[length:]
    return found


class Usage(unittest.TestCase):
    def run_server(self, *arguments, **options):
        return subprocess.run([SERVER, *arguments], timeout=PATIENCE, text=True,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              stdout=options.pop("stdout", subprocess.PIPE), **options)

    def test_words(self):
        done = self.run_server("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        for option in ("latency jitter body connections errors drop seed bind port "
                       "until-stdin-closes version help").split():
            self.assertIn(f"--{option} ", done.stdout)
        self.assertIn("Examples:", done.stdout)
        done = self.run_server("--version")
        self.assertRegex(done.stdout, r"^delay_server \(Quartet\) \d+\.\d+\.\d+\n$")

    def test_bad_usage(self):
        for words, message in (
                ("--latency 5", "--latency: '5': has no unit (ns, us, ms, s, m or h)"),
                ("--latency=-1s", "--latency: '-1s': below 0"),
                ("--latency 2h", "--latency: '2h': above 1h"),
                ("--jitter 1x", "--jitter: '1x': unexpected 'x'"
                 "; accepted: 50ms, 1.5s, 10us, 200ns, 10m, 2h"),
                ("--body 2Gi", "--body: '2Gi': above 1073741824"),
                ("--body 1.5", "--body: '1.5': not a whole number"),
                ("--connections 0", "--connections: '0': below 1"),
                ("--errors 1.1", "--errors: '1.1': above 1"),
                ("--drop nan", "--drop: 'nan': unexpected 'n'; accepted: 3, 0.25, 1e-3"),
                ("--seed -1", "--seed: '-1': below 0"),
                ("--port 65536", "--port: '65536': above 65535"),
                ("--port", "--port: needs a value; see 'delay_server --help'"),
                ("--bind localhost",
                 "--bind: 'localhost': expected an address such as 127.0.0.1 or ::1"),
                ("--latncy 5ms", "unknown option '--latncy'; did you mean '--latency'?"),
                ("--colour", "unknown option '--colour'; see 'delay_server --help'"),
                ("-z", "unknown option '-z'; see 'delay_server --help'"),
                ("--help=3", "--help: takes no value; see 'delay_server --help'"),
                ("8080", "unexpected argument '8080'; see 'delay_server --help'"),
                ("--until-stdin-closes",
                 "--until-stdin-closes: standard input is not a pipe, socket or terminal"),
        ):
            done = self.run_server(*words.split())
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (2, "", f"delay_server: {message}\n"), words)

    def test_what_the_machine_cannot(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = self.run_server("--port", str(port))
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (3, "", f"delay_server: cannot listen on 127.0.0.1, port {port}: "
                                     "address already in use\n"))
        done = self.run_server("--bind", "192.0.2.1")  # reserved for documentation: no host has it
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("cannot listen on 192.0.2.1, port 0: ", done.stderr)
        done = self.run_server("--connections", "100", preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (64, 64)))
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (3, "", "delay_server: --connections: only 64 files may be open "
                                 "(ulimit -n)\n"))
        with open("/dev/full", "w", encoding="ascii") as full:
            for words in ((), ("--help",), ("--version",)):
                done = self.run_server(*words, stdout=full)
                self.assertEqual(done.returncode, 3)
                self.assertIn("cannot write to standard output: No space left", done.stderr)


class Documents(unittest.TestCase):
    def check_document(self, answer, k, seed, size):
        status, headers, body = answer
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Length"], str(size))
        self.assertEqual(body, model.document(k, seed, size))
        self.assertEqual(headers["X-Checksum"], f"{model.checksum(body):016x}")

    def test_sizes_and_seeds(self):
        for size, text in ((0, "0"), (1, "1"), (7, "7"), (8, "8"), (1000, "1e3"), (65536, "64Ki"),
                           (65537, "65537"), (1 << 20, "2^20")):
            for seed in (0, 1, 2**63 - 1):
                server = Server(self, "--latency", "0", "--body", text, "--seed", str(seed))
                client = server.client()
                for k in (0, 7, 2**63 - 1) if size < 1 << 20 else (5,):
                    self.check_document(server.get(f"/doc/{k}", client), k, seed, size)
                server.stop()

    def test_defaults(self):
        server = Server(self)
        start = time.monotonic()
        self.check_document(server.get("/doc/3"), 3, 1, 1024)
        self.assertGreaterEqual(time.monotonic() - start, 0.005)
        self.assertEqual(server.stats()["connections_limit"], 10000)

    def test_head(self):
        server = Server(self, "--latency", "0")
        client = server.client()
        status, headers, body = server.get("/doc/3", client, "HEAD")
        self.assertEqual((status, headers["Content-Length"], body), (200, "1024", b""))
        self.check_document(server.get("/doc/3", client), 3, 1, 1024)  # the stream is in step

    def test_never_early(self):
        latency, jitter, seed = 3_000_000, 20_000_000, 9
        server = Server(self, "--latency", "3ms", "--jitter", "20ms", "--seed", str(seed))
        early = []

        def fetch(part):
            client = server.client()
            for k in range(part, 60, 6):
                start = time.monotonic_ns()
                server.get(f"/doc/{k}", client)
                taken = time.monotonic_ns() - start
                if taken < model.delay_ns(k, seed, latency, jitter):
                    early.append(k)

        threads = [threading.Thread(target=fetch, args=(part,)) for part in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(early, [])
        stats = server.stats()
        self.assertEqual(stats["documents"], 60)
        self.assertGreaterEqual(stats["late_s"], stats["late_most_s"])
        self.assertGreater(stats["late_most_s"], 0)

    def test_many_wait_at_once(self):
        server = Server(self, "--latency", "1h")
        connections = [server.connect() for _ in range(100)]
        for k, connection in enumerate(connections):
            self.addCleanup(connection.close)
            connection.sendall(ask(k))
        client = server.client()
        while server.stats(client)["waiting"] < 100:
            time.sleep(0.01)
        self.assertEqual(server.stats(client)["documents"], 0)
        server.stop()  # without waiting for an hour

    def test_errors_and_drops(self):
        errors, drop, seed = 0.2, 0.1, 5
        server = Server(self, "--latency", "100us", "--errors", str(errors), "--drop", str(drop),
                        "--seed", str(seed))
        count = {"documents": 0, "errors": 0, "drops": 0}
        for k in range(200):
            with self.subTest(k=k):
                if model.below(k, seed, model.DROP, drop):
                    self.assertEqual(server.talk(ask(k), close=False), b"")
                    count["drops"] += 1
                elif model.below(k, seed, model.ERROR, errors):
                    self.assertEqual(server.get(f"/doc/{k}")[0], 500)
                    count["errors"] += 1
                else:
                    self.check_document(server.get(f"/doc/{k}"), k, seed, 1024)
                    count["documents"] += 1
        self.assertGreater(min(count.values()), 5)
        stats = server.stats()
        self.assertEqual({name: stats[name] for name in count}, count)
        self.assertEqual(stats["requests"], 201)
        self.assertEqual(stats["connections_accepted"], 201)

    def test_all_fail_all_drop(self):
        server = Server(self, "--latency", "0", "--errors", "1")
        client = server.client()
        self.assertEqual([server.get(f"/doc/{k}", client)[0] for k in range(10)], [500] * 10)
        server = Server(self, "--latency", "0", "--errors", "1", "--drop", "1")
        self.assertEqual(server.talk(ask(1), close=False), b"")
        self.assertEqual(server.stats()["drops"], 1)


class Connections(unittest.TestCase):
    def test_keep_alive(self):
        server = Server(self, "--latency", "0")
        client = server.client()
        for k in range(50):
            self.assertEqual(server.get(f"/doc/{k}", client)[0], 200)
        stats = server.stats(client)
        self.assertEqual((stats["connections_accepted"], stats["connections_open"],
                          stats["connections_most"], stats["documents"]), (1, 1, 1, 50))
        self.assertEqual(stats["requests"], 51)
        self.assertGreater(stats["sent_bytes"], 50 * 1024)
        self.assertGreaterEqual(stats["wall_s"], stats["busy_s"])
        self.assertGreater(stats["busy_s"], 0)
        self.assertGreater(stats["cpu_s"], 0)

    def test_close_when_asked(self):
        server = Server(self, "--latency", "0")
        found, = answers(server.talk(ask(1, "Connection: close") + ask(2), close=False))
        self.assertEqual((found[0], found[1]["connection"]), (200, "close"))
        found, = answers(server.talk(b"GET /doc/1 HTTP/1.0\r\n\r\n", close=False))
        self.assertEqual((found[0], found[1]["connection"]), (200, "close"))
        keep = b"GET /doc/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        found = answers(server.talk(2 * keep))
        self.assertEqual([(status, headers["connection"]) for status, headers, _ in found],
                         2 * [(200, "keep-alive")])

    def test_pipelining(self):
        for latency in "0", "100us":
            server = Server(self, "--latency", latency)
            count = 1000  # more than a connection's buffer holds
            found = answers(server.talk(b"".join(ask(k) for k in range(count))))
            self.assertEqual(len(found), count)
            for k, (status, _, body) in enumerate(found):
                self.assertEqual(status, 200)
                self.assertEqual(body[:64], model.document(k, 1, 64))

    def test_pieces(self):
        server = Server(self, "--latency", "0")
        with server.connect() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"\r\n" + ask(1, "X-More: a") + ask(2):
                connection.send(bytes([byte]))
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual([status for status, _, _ in answers(read_all(connection))], [200, 200])

    def test_limit(self):
        server = Server(self, "--latency", "0", "--connections", "3")
        clients = [server.client() for _ in range(3)]
        for client in clients:
            self.assertEqual(server.get("/doc/1", client)[0], 200)
        for _ in range(2):
            with server.connect() as one_too_many:
                self.assertTrue(self.is_closed(one_too_many))
        stats = server.stats(clients[0])
        self.assertEqual((stats["connections_refused"], stats["connections_limit"],
                          stats["connections_open"], stats["connections_most"]), (2, 3, 3, 3))
        clients.pop().close()
        while server.stats(clients[0])["connections_open"] > 2:
            time.sleep(0.01)
        self.assertEqual(server.get("/doc/1")[0], 200)

    def test_fewer_files_than_connections(self):
        server = Server(self, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                    (64, 64)))
        limit = server.stats()["connections_limit"]  # by a client that stays
        self.assertEqual(limit, 32)
        connections = [server.connect() for _ in range(2 * limit)]
        for connection in connections:
            self.addCleanup(connection.close)
        self.assertEqual(sum(self.is_closed(connection) for connection in connections),
                         limit + 1)

    @staticmethod
    def is_closed(connection):
        try:
            connection.sendall(b"GET /stats HTTP/1.1\r\nHost: a\r\n\r\n")
            return connection.recv(1) == b""
        except ConnectionError:
            return True

    def test_one_who_does_not_read(self):
        size = 1 << 23  # more than the kernel keeps for one that reads so little
        server = Server(self, "--latency", "0", "--body", str(size))
        with server.connect() as slow:
            slow.sendall(ask(1) + ask(2, "Connection: close"))
            self.assertEqual(server.stats()["documents"], 0)  # others are served meanwhile
            self.assertEqual(len(server.get("/doc/3")[2]), size)
            found = answers(read_all(slow))
        self.assertEqual([len(body) for _, _, body in found], [size, size])
        self.assertEqual(found[1][1]["x-checksum"], f"{model.checksum(found[1][2]):016x}")

    def test_those_who_leave(self):
        server = Server(self, "--latency", "1ms", "--body", "1Mi")
        client = server.client()
        rest = random.Random(3)
        for k in range(60):
            with server.connect() as connection:
                if k % 2:  # closing then sends a reset
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          b"\1\0\0\0\0\0\0\0")
                connection.sendall((3 * ask(k))[:rest.randrange(200)])
                if k % 3 == 0:
                    connection.settimeout(0.01)
                    try:
                        connection.recv(100)
                    except OSError:
                        pass
        while server.stats(client)["connections_open"] > 1:
            time.sleep(0.01)
        self.balance(server.stats(client))

    def balance(self, stats):
        """Every request is counted exactly once, except the current one."""
        self.assertEqual(stats["requests"], 1 + sum(stats[name] for name in (
            "documents", "errors", "drops", "bad", "others", "lost")))

    def test_random_bytes(self):
        server = Server(self, "--latency", "0")
        rest = random.Random(17)
        pieces = [ask(1), b"\r\n", b"GET /doc/", b" HTTP/1.1\r\n", b"Host: a\r\n", b"\r\n\r\n",
                  b"Content-Length: 10\r\n", b"POST /stats HTTP/1.1\r\n", b"\0", b"Connection: close"]
        for round_ in range(400):
            if round_ % 2:
                data = rest.randbytes(rest.randrange(1, 3000))
            else:
                data = b"".join(rest.choice(pieces + [rest.randbytes(rest.randrange(1, 20))])
                                for _ in range(rest.randrange(1, 40)))
            for status, _, _ in answers(server.talk(data)):
                self.assertIn(status, (200, 400, 404, 405, 411, 431, 505))
        client = server.client()
        self.assertEqual(server.get("/doc/1", client)[2], model.document(1, 1, 1024))
        while server.stats(client)["connections_open"] > 1:
            time.sleep(0.01)
        stats = server.stats(client)
        self.assertGreater(stats["bad"], 100)
        self.balance(stats)


class Refusals(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, "--latency", "0")

    def refuses(self, data, *statuses, close=False):
        """These statuses; the connection is then closed by the server."""
        found = answers(self.server.talk(data, close=close))
        self.assertEqual([status for status, _, _ in found], list(statuses), data[:100])
        self.assertEqual(found[-1][1]["connection"], "close")
        self.assertTrue(found[-1][2].startswith(str(statuses[-1]).encode()))

    def test_statuses_that_close(self):
        self.refuses(b"nonsense\r\n\r\n", 400)
        self.refuses(b"GET /doc/1 HTTP/1.1\r\n\r\n", 400)  # no Host
        self.refuses(ask(1) + b"\x16\x03\x01", 200, 400)  # TLS does not end with an empty line
        self.refuses(b"GET /doc/1 HTTP/3.0\r\nHost: a\r\n\r\n", 505)
        self.refuses(b"POST /doc/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                     b"3\r\nabc\r\n0\r\n\r\n", 411)
        self.refuses(b"POST /doc/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
                     + 100000 * b"x", 405)
        self.refuses(b"GET /doc/1 HTTP/1.1\r\nX: " + 8000 * b"x" + 200000 * b"y", 431)
        self.refuses(b"GET /" + (1 << 24) * b"x", 431)  # who sends on gets the answer all the same
        self.refuses(9000 * b"\r\n", 431)
        self.refuses(ask(1) + b"GET /doc/1 HTTP/1.1\r\n" + 1000 * b"A: header\r\n", 200, 431)

    def test_statuses_that_keep(self):
        client = self.server.client()
        for path in "/", "/doc", "/doc/", "/doc/x", "/doc/-1", "/doc/9223372036854775808", "/Stats":
            self.assertEqual(self.server.get(path, client)[0], 404)
        for method in "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get":
            status, headers, _ = self.server.get("/doc/1", client, method)
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
        stats = self.server.stats(client)
        self.assertEqual((stats["connections_accepted"], stats["others"], stats["bad"]), (1, 13, 0))

    def test_the_end_of_half_a_request(self):
        self.assertEqual(self.server.talk(b"GET /doc/1 HT"), b"")
        self.assertEqual(self.server.talk(b""), b"")

    def test_longest_head(self):
        filler = 8192 - len(ask(1, "X: "))
        found = answers(self.server.talk(ask(1, "X: " + filler * "x")))
        self.assertEqual([status for status, _, _ in found], [200])


class Ends(unittest.TestCase):
    def test_signals(self):
        for number in signal.SIGTERM, signal.SIGINT:
            server = Server(self, "--latency", "1h", "--body", "16Mi")
            with server.connect() as idle, server.connect() as waiting:
                waiting.sendall(ask(1))
                client = server.client()
                while server.stats(client)["waiting"] < 1:
                    time.sleep(0.01)
                server.process.send_signal(number)
                server.ends()
                self.assertEqual((read_all(idle), read_all(waiting)), (b"", b""))

    def test_standard_input(self):
        server = Server(self, "--until-stdin-closes", stdin=subprocess.PIPE)
        server.process.stdin.write("words are overlooked\n")
        server.process.stdin.flush()
        self.assertEqual(server.get("/doc/1")[0], 200)
        server.ends()  # closes it

    def test_without_it_standard_input_does_not_matter(self):
        server = Server(self, stdin=subprocess.PIPE)
        server.process.stdin.close()
        server.process.stdin = None
        self.assertEqual(server.get("/doc/1")[0], 200)

    def test_a_driver_that_is_killed(self):
        """Its pipe closes whatever it died of."""
        driver = subprocess.Popen(
            [sys.executable, "-c",
             "import subprocess, sys, time\n"
             "server = subprocess.Popen([sys.argv[1], '--until-stdin-closes'], text=True,\n"
             "                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
             "print(server.stdout.readline(), end='', flush=True)\n"
             "time.sleep(1000)\n", SERVER],
            stdout=subprocess.PIPE, text=True)
        port = int(driver.stdout.readline().rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(ask(1))
            self.assertTrue(connection.recv(1))  # it was accepted
            driver.kill()
            driver.communicate(timeout=PATIENCE)
            read_all(connection)  # until the server has closed it

    def test_port_and_address(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = Server(self, "--port", str(port))
        self.assertEqual(server.line, f"listening on http://127.0.0.1:{port}\n")
        try:
            with socket.socket(socket.AF_INET6) as six:
                six.bind(("::1", 0))
        except OSError:
            self.skipTest("no IPv6 here")
        server = Server(self, "--bind", "::1")
        self.assertEqual(server.line, f"listening on http://[::1]:{server.port}\n")
        client = http.client.HTTPConnection("::1", server.port, timeout=PATIENCE)
        self.addCleanup(client.close)
        self.assertEqual(server.get("/doc/1", client)[0], 200)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
