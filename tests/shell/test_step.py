"""A long step of quickstart.sh and check.sh (step in scripts/setup.sh) shows on a terminal that it lives: the
seconds that it has taken and the last line of its log; elsewhere it prints one line. Argument: the sources.
"""
import os
import pty
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

SETUP = os.path.join(os.path.abspath(sys.argv[1]), "scripts/setup.sh")
# The step ends when its progress has been seen, or after 20 s.
SCRIPT = """
root=%s
source %s
mkdir -p "$logs"
work() { printf 'first\\n[ 50%%%%] Building\\033[2J thing.c\\r\\n'; for ((i = 0; i < 200; i++)); do
  [[ ! -e "$root/seen" ]] || break; sleep 0.1; done; return %d; }
step "a long step" long work
echo "status $?"
"""


class Step(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def seen(self):
        with open(os.path.join(self.folder, "seen"), "w", encoding="ascii"):
            pass

    def start(self, status, **more):
        script = SCRIPT % (shlex.quote(self.folder), shlex.quote(SETUP), status)
        return subprocess.Popen(["bash", "-c", script], stdin=subprocess.DEVNULL,
                                env={**os.environ, "TERM": "xterm"}, **more)

    def on_terminal(self, status):
        try:
            terminal, inner = pty.openpty()
        except OSError as error:
            self.skipTest("no pseudo-terminals here: %s" % error)
        child = self.start(status, stdout=inner, stderr=inner)
        os.close(inner)
        output = b""
        try:
            while more := os.read(terminal, 4096):
                output += more
                if re.search(rb"\d s  .*thing\.c", output):
                    self.seen()
        except OSError:
            pass  # the other side is closed
        os.close(terminal)
        child.wait()
        return output.decode()

    def test_terminal(self):
        text = self.on_terminal(0)
        self.assertRegex(text, r"\ra?.*a long step \.\.\. +\d+ s  \[ 50%\] Building\[2J thing\.c")
        self.assertNotIn("\x1b[2J", text)
        self.assertRegex(text, r"\r\x1b\[Ka long step \.\.\. +\d+\.\d s\r?\n")
        self.assertIn("status 0", text)

    def test_failure(self):
        text = self.on_terminal(3)
        self.assertIn("failed after", text)
        self.assertIn("status 3", text)

    def test_no_terminal(self):
        self.seen()
        child = self.start(0, stdout=subprocess.PIPE, text=True)
        text, _ = child.communicate(timeout=50)
        self.assertRegex(text, r"\Aa long step \.\.\. +\d+\.\d s\nstatus 0\n\Z")

    def test_link_of_an_installation(self):
        """A build folder has a link whose target exists after `cmake --install` only; the next run goes on."""
        os.makedirs(os.path.join(self.folder, "build", "link"))
        os.symlink("../libexec/none", os.path.join(self.folder, "build", "link", "quartet"))
        script = f"root={shlex.quote(self.folder)}\nsource {shlex.quote(SETUP)}\nprepare_folders"
        done = subprocess.run(["bash", "-ec", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
