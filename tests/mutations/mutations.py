#!/usr/bin/env python3
"""Plants small faults in the sources, one at a time, and shows that a driver's exit status reports each.

    mutations.py [--source DIR] [--build DIR] [--only REGEX] [--sample N] [--table FILE]
    mutations.py --list | --check

The tree is copied, built once, and each command must exit with 0 there. Then each fault is planted in
the copy, the drivers are built again, and its commands run at default options until one exits with 1:
verification failed. A fault that none of them reports is a survivor.

A fault is Fault(name, file, old, new, commands): in the file, the text `old`, which is there exactly
once, becomes `new`. Commands are separated by ';'; "mpi 2 x" stands for "mpirun -np 2 mpi_driver x".

Examples:
    tests/mutations/mutations.py --only 'stencil|halo'
    tests/mutations/mutations.py --table docs/mutations.md       all of them; takes some minutes
    tests/mutations/mutations.py --sample 8                      every n-th, as CI does

Exit status: 0 all were reported; 1 some survived; 2 usage error; 3 a build failed, or an unchanged
driver did.
"""
import argparse
import datetime
import filecmp
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from faults import FAULTS

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVERS = ["serial_driver", "omp_driver", "async_driver", "mpi_driver", "delay_server"]
TIME_LIMIT_S = 120
BEGIN, END = "<!-- mutations -->", "<!-- end of mutations -->"


def fail(status, text):
    print(f"mutations.py: {text}", file=sys.stderr)
    sys.exit(status)


def copy_tree(source, target):
    """What git knows, with what is not committed yet. In a folder that was kept only what differs is
    written, with a new time: or the build would not see that a planted fault is gone."""
    names = subprocess.run(["git", "-C", source, "ls-files", "-z", "--cached", "--others",
                            "--exclude-standard"], check=True, capture_output=True).stdout
    for name in filter(None, os.fsdecode(names).split("\0")):
        path = os.path.join(source, name)
        copy = os.path.join(target, name)
        if not os.path.isfile(path) or (os.path.isfile(copy) and filecmp.cmp(path, copy, False)):
            continue
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        shutil.copy(path, copy)


class Tree:
    """The copy, and its build folder."""

    def __init__(self, source, folder):
        self.source, self.build = os.path.join(folder, "source"), os.path.join(folder, "build")
        copy_tree(source, self.source)
        generator = ["-G", "Ninja"] if shutil.which("ninja") else []
        self.call(["cmake", "-S", self.source, "-B", self.build, "-DCMAKE_BUILD_TYPE=Release",
                   "-DCMAKE_C_FLAGS=-w",  # what a fault leaves unused is no error
                   *generator])
        self.drivers = [name for name in DRIVERS if self.make([name]) == 0]
        if "serial_driver" not in self.drivers:
            fail(3, "the unchanged tree does not build")

    def call(self, command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            fail(3, f"{shlex.join(command)}:\n{done.stdout}{done.stderr}")

    def make(self, targets):
        done = subprocess.run(["cmake", "--build", self.build, "-j", "2", "--target", *targets],
                              capture_output=True, text=True)
        self.log = done.stdout + done.stderr
        return done.returncode

    def command(self, text):
        """The argument list of one command of a fault, or None where its driver was not built."""
        words = shlex.split(text)
        if words[0] == "mpi":
            start = [os.environ.get("QUARTET_MPIRUN", "mpirun"), "-np", words[1],
                     *(["--oversubscribe"] if int(words[1]) > (os.cpu_count() or 1) else [])]
            words = ["mpi_driver", *words[2:]]
        else:
            start = []
        if words[0] not in self.drivers:
            return None
        return [*start, os.path.join(self.build, words[0]), *words[1:]]

    def drivers_of(self, fault):
        """What must be rebuilt for its commands."""
        words = [shlex.split(text)[0] for text in commands_of(fault)]
        named = {"mpi_driver" if word == "mpi" else word for word in words}
        return [name for name in self.drivers if name in named] or self.drivers

    def status(self, command):
        try:
            return subprocess.run(command, cwd=self.build, capture_output=True,
                                  timeout=TIME_LIMIT_S).returncode
        except subprocess.TimeoutExpired:
            return -1


def commands_of(fault):
    return [command.strip() for command in fault.commands.split(";")]


def check_unchanged(tree, faults):
    """Every command must be right in the unchanged tree, or its fault shows nothing."""
    for text in sorted({command for fault in faults for command in commands_of(fault)}):
        command = tree.command(text)
        if command is not None and (status := tree.status(command)) != 0:
            fail(3, f"unchanged, '{text}' exits with {status}")


def text_of(source, fault):
    """The text of its file, which must have what the fault replaces, once."""
    with open(os.path.join(source, fault.file), encoding="utf-8") as file:
        text = file.read()
    if text.count(fault.old) != 1:
        fail(2, f"{fault.name}: {fault.file} has the text {text.count(fault.old)} times, "
                f"not once: {fault.old!r}")
    return text


def plant(tree, fault):
    """Returns the file's text as it was."""
    text = text_of(tree.source, fault)
    write(os.path.join(tree.source, fault.file), text.replace(fault.old, fault.new))
    return text


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def outcome_of(tree, fault):
    """(killed, what reported it or how its commands ended)"""
    before = plant(tree, fault)
    try:
        if tree.make(tree.drivers_of(fault)) != 0:
            print(f"{fault.name}: does not build:\n{tree.log}", file=sys.stderr)
            return False, "does not build"
        ends = []
        for text in commands_of(fault):
            command = tree.command(text)
            if command is None:
                continue
            status = tree.status(command)
            if status == 1:
                return True, text
            ends.append(f"{text}: {'no end' if status == -1 else f'exit status {status}'}")
        return (False, "; ".join(ends)) if ends else (None, "not tried: no such driver")
    finally:
        write(os.path.join(tree.source, fault.file), before)


def row_of(fault, killed, what):
    shown = f"`{what}`" if killed else what if killed is None else f"**survived** ({what})"
    return f"| {fault.name} | `{fault.file}` | {shown} |"


def summary_of(rows):
    """How many faults of these rows were planted, and how many of them were reported."""
    ends = [row.split(" | ")[2] for row in rows]
    survived = sum(end.startswith("**survived**") for end in ends)
    tried = sum(not end.startswith("not tried") for end in ends)
    return f"{tried} faults planted, {tried - survived} reported, {survived} survived"


def parts_of(path):
    """The text of the file before the table, the table with its marks, and the text after it."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        fail(2, f"{path}: has no lines '{BEGIN}' and '{END}'")
    return text[:begin], text[begin:end], text[end:]


def rows_in(table):
    """The rows of a table by the names of their faults."""
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return {line[2:].split(" | ")[0]: line for line in lines[1:]}


def put_table(path, results):
    """Replaces the rows of these results; those of faults that are no longer in the list go."""
    before, table, after = parts_of(path)
    rows = rows_in(table) | {fault.name: row_of(fault, *end) for fault, *end in results}
    rows = [rows[fault.name] for fault in FAULTS if fault.name in rows]
    lines = [BEGIN, "", f"{summary_of(rows)}; the last run was on {datetime.date.today()}.", "",
             "| fault | file | reported by |", "|---|---|---|", *rows, ""]
    write(path, before + "\n".join(lines) + "\n" + after)


def check_table(path):
    """The table must have a row of each fault and no other, and their number."""
    table = parts_of(path)[1]
    rows = rows_in(table)
    remedy = f"run mutations.py --only NAME --table {path}"
    for name in sorted(rows.keys() ^ {fault.name for fault in FAULTS}):
        what = "a row of no fault" if name in rows else "no row of"
        fail(2, f"{path}: has {what} '{name}'; {remedy}")
    if f"\n{summary_of(rows.values())}; " not in table:
        fail(2, f"{path}: the table's rows are '{summary_of(rows.values())}', and its first line "
                f"does not state that; {remedy}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default=os.path.dirname(os.path.dirname(HERE)),
                        help="the tree (default: this one)")
    parser.add_argument("--build", help="the folder of the copy and its build; kept (default: "
                                        "temporary)")
    parser.add_argument("--only", default="", help="faults whose name or file this matches")
    parser.add_argument("--sample", type=int, help="run N faults, evenly spread over the list")
    parser.add_argument("--table", help="put the results into the table of this file, where rows "
                                        "of other faults stay")
    parser.add_argument("--list", action="store_true", help="list the faults, plant none")
    parser.add_argument("--check", action="store_true",
                        help="only look whether the sources still have each fault's text, and the "
                             "table in docs/mutations.md a row of each")
    return parser.parse_args()


def chosen(options):
    faults = [fault for fault in FAULTS
              if re.search(options.only, fault.name) or re.search(options.only, fault.file)]
    if options.sample and options.sample < len(faults):
        step = len(faults) / options.sample
        faults = [faults[int(i * step)] for i in range(options.sample)]
    return faults


def run(options, folder):
    faults = chosen(options)
    tree = Tree(options.source, folder)
    check_unchanged(tree, faults)
    results, start = [], time.monotonic()
    for number, fault in enumerate(faults, 1):
        killed, what = outcome_of(tree, fault)
        results.append((fault, killed, what))
        left = (time.monotonic() - start) / number * (len(faults) - number)
        word = "reported" if killed else "not tried" if killed is None else "SURVIVED"
        print(f"{number}/{len(faults)} {word}: {fault.name} ({what}); {left / 60:.0f} min left",
              flush=True)
    print(summary_of([row_of(*result) for result in results]))
    if options.table:
        put_table(options.table, results)
    return 1 if any(killed is False for _, killed, _ in results) else 0


def main():
    if os.geteuid() == 0:  # Open MPI refuses root without both
        os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    options = arguments()
    if options.check:
        for fault in FAULTS:
            text_of(options.source, fault)
        check_table(os.path.join(options.source, "docs", "mutations.md"))
        print(f"{len(FAULTS)} faults can be planted")
        return 0
    if options.list:
        for fault in chosen(options):
            print(f"{fault.name}: {fault.file}: {fault.commands}")
        return 0
    if options.build:
        os.makedirs(options.build, exist_ok=True)
        return run(options, options.build)
    with tempfile.TemporaryDirectory() as folder:
        return run(options, folder)


if __name__ == "__main__":
    sys.exit(main())
