#!/usr/bin/env python3
"""Which folder may include headers of which, and that no two files of a folder need each other.

    dependencies.py SOURCE             checks the tree
    dependencies.py SOURCE --planted   plants forbidden includes in a copy; each must be reported
    dependencies.py --no-kernels NM DRIVER PROGRAM...
                                       checks that of these programs only the driver has kernels

A file NAME.c and its header NAME.h count as one, with their parts: config_axes.c and
config_reading.h are parts of config.h; a header without a source that only one file includes is a
part of that.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

RUNNER = ["process", "config", "plan", "launch", "record", "ui"]  # each may include those before it
CONTRACT = "kernels/kernel.h"

# Each folder with what its files may include besides their own folder: folders, or single headers.
# A folder of a kernel (kernels/fft) is kernels/*. Every folder with sources must be listed.
ALLOWED = {
    "common": "",
    "kernels": "common kernels/blocks",
    "kernels/blocks": "common " + CONTRACT,
    "kernels/*": "common kernels/blocks " + CONTRACT,
    "engine": "common " + CONTRACT,
    "drivers": "common engine " + CONTRACT,
    "server": "common",
    "command": "common runner/ui/commands.h",
    "runner": " ".join(["common"] + ["runner/" + stage for stage in RUNNER]),
    "analysis/statistics": "common",
    "analysis/data": "common",
    "analysis/figures": "common",
    "analysis/models": "common analysis/statistics",
    "analysis/document": "common analysis/figures",
    "analysis/exports": "common analysis/answer analysis/data analysis/statistics",
    "analysis/answer": "common analysis/data analysis/document analysis/figures analysis/models"
                       " analysis/statistics",
    "analysis/page": "common analysis/document",
    "analysis/compare": "common analysis/answer analysis/data analysis/document analysis/exports"
                        " analysis/figures analysis/statistics",
    "analysis/command": "common analysis/answer analysis/document analysis/exports"
                        " analysis/figures analysis/page",
    "analysis": "common analysis/command analysis/compare analysis/document",
    "bench": "common engine analysis/models kernels kernels/sumsq",
    "docs": "common engine " + CONTRACT,
}
for place, stage in enumerate(RUNNER):
    ALLOWED["runner/" + stage] = " ".join(["common"] + ["runner/" + s for s in RUNNER[:place]])
ALLOWED = {folder: allowed.split() for folder, allowed in ALLOWED.items()}

TOPS = sorted({folder.split("/")[0] for folder in ALLOWED})
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"')


def files_of(source):
    """Every .c and .h, by its path from the root."""
    for top in TOPS:
        for folder, _, names in os.walk(os.path.join(source, top)):
            for name in names:
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), source)


def includes_of(source, path):
    """(line number, file that it includes), without files that the build generates."""
    with open(os.path.join(source, path), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            beside = os.path.normpath(os.path.join(os.path.dirname(path), match[1]))
            for found in beside, match[1]:
                if os.path.exists(os.path.join(source, found)):
                    yield number, found
                    break


def entry_of(folder):
    if folder not in ALLOWED and folder.startswith("kernels/"):
        return "kernels/*"
    return folder


def check_arrow(path, number, included):
    folder, target = os.path.dirname(path), os.path.dirname(included)
    entry = entry_of(folder)
    if entry not in ALLOWED:
        return [f"{path}: the folder {folder} is not in the table of {os.path.basename(__file__)}"]
    if folder == target or target in ALLOWED[entry] or included in ALLOWED[entry]:
        return []
    return [f"{path}:{number}: includes {included}; {entry} may include only its own headers and "
            f"those of: {' '.join(ALLOWED[entry])}"]


def stem_of(path, paths):
    """NAME of NAME.c, NAME.h and their parts NAME_*."""
    stem = os.path.splitext(path)[0]
    folder, name = os.path.split(stem)
    words = name.split("_")
    for count in range(1, len(words)):
        shorter = os.path.join(folder, "_".join(words[:count]))
        if shorter + ".h" in paths:
            return shorter
    return stem


def arrows_between_files(includes):
    """Which files need which others, of {file: files that it includes}."""
    units = {path: stem_of(path, includes) for path in includes}
    for path in includes:
        users = {units[other] for other in includes if path in includes[other]}
        if path == units[path] + ".h" and units[path] + ".c" not in includes and len(users) == 1:
            units[path] = users.pop()
    arrows = {}
    for path, included in includes.items():
        for other in included:
            if other in units and units[other] != units[path]:
                arrows.setdefault(units[path], set()).add(units[other])
    return arrows


def find_cycle(arrows):
    """Nodes of a cycle, the first one again at the end; [] if there is no cycle."""
    done = set()

    def follow(node, path):
        if node in path:
            return path[path.index(node):] + [node]
        if node not in done:
            for next_node in sorted(arrows.get(node, ())):
                cycle = follow(next_node, path + [node])
                if cycle:
                    return cycle
            done.add(node)
        return []

    for node in sorted(arrows):
        cycle = follow(node, [])
        if cycle:
            return cycle
    return []


def check(source):
    """What is wrong, a line each."""
    wrong, includes = [], {}
    for path in sorted(files_of(source)):
        found = list(includes_of(source, path))
        for number, included in found:
            wrong += check_arrow(path, number, included)
        includes[path] = {included for _, included in found}
    cycle = find_cycle(arrows_between_files(includes))
    if cycle:
        wrong.append("these files need each other: " + " -> ".join(cycle))
    return wrong


# What is planted: the file, whose name must be in the report, and the include.
PLANTS = [
    ("common/csv.c", "kernels/kernel.h"),
    ("common/csv.c", "tests/check.h"),
    ("kernels/sumsq/sumsq.c", "engine/team.h"),
    ("kernels/sumsq/sumsq.c", "server/server.h"),
    ("kernels/fft/fft.c", "kernels/dgemm/dgemm.h"),
    ("engine/interpreter.c", "../drivers/driver.h"),  # from the folder of the file
    ("drivers/driver.c", "runner/run.h"),
    ("server/server.c", "engine/comm.h"),
    ("runner/config/config.c", "kernels/kernel.h"),
    ("runner/config/config.c", "runner/plan/plan.h"),
    ("runner/process/launch.c", "runner/config/config.h"),
    ("runner/plan/plan.c", "runner/launch/command.h"),
    ("runner/launch/builds.c", "runner/record/run_record.h"),
    ("runner/record/facts.c", "runner/ui/progress.h"),
    ("runner/ui/bar.c", "runner/run.h"),
    ("analysis/data/rows.c", "runner/config/config.h"),
    ("analysis/statistics/order.c", "analysis/data/dataset.h"),
    ("runner/elsewhere/new.c", "common/error.h"),  # a folder that is not in the table
    # Within a folder, files that need each other:
    ("runner/launch/tools.c", "runner/launch/command.h"),
    ("runner/plan/point.h", "runner/plan/plan.h"),
    ("engine/fetch.c", "engine/await.h"),
    ("common/error.c", "common/csv.h"),
    ("analysis/data/dataset.c", "analysis/data/build.h"),
    ("analysis/figures/tics.c", "analysis/figures/layout.h"),
    ("analysis/models/score.h", "analysis/models/normal.h"),
    ("analysis/answer/answer.h", "analysis/answer/contests.h"),
]


def check_planted(source):
    """Each include of PLANTS alone in a copy of the tree."""
    wrong = []
    with tempfile.TemporaryDirectory() as copy:
        for path in [*files_of(source), "tests/check.h"]:
            os.makedirs(os.path.join(copy, os.path.dirname(path)), exist_ok=True)
            shutil.copy(os.path.join(source, path), os.path.join(copy, path))
        if check(copy):
            return ["the copy is reported before anything is planted"]
        for path, included in PLANTS:
            planted = os.path.join(copy, path)
            was = None
            if os.path.exists(planted):
                with open(planted, encoding="utf-8") as file:
                    was = file.read()
            os.makedirs(os.path.dirname(planted), exist_ok=True)
            with open(planted, "w", encoding="utf-8") as file:
                file.write(f'#include "{included}"\n{was or ""}')
            report = "\n".join(check(copy))
            if os.path.splitext(path)[0] not in report:
                wrong.append(f"{path}: the planted include of {included} was not found: '{report}'")
            if was is None:
                os.remove(planted)
            else:
                with open(planted, "w", encoding="utf-8") as file:
                    file.write(was)
    return wrong


def check_table():
    """The arrows between folders have no cycle, either."""
    cycle = find_cycle({folder: {place for place in allowed if not place.endswith(".h")}
                          for folder, allowed in ALLOWED.items()})
    return ["the table has a cycle: " + " -> ".join(cycle)] if cycle else []


def check_programs(nm, programs):
    """kernel_list is in every program that has kernels; the first one must have it."""
    wrong = []
    for place, program in enumerate(programs):
        symbols = subprocess.run([nm, program], check=True, capture_output=True, text=True).stdout
        names = {line.split()[-1] for line in symbols.splitlines() if line}
        if "main" not in names:
            wrong.append(f"{program}: nm lists no main")
        if place == 0 and "kernel_list" not in names:
            wrong.append(f"{program}: no kernels were found")
        if place > 0 and "kernel_list" in names:
            wrong.append(f"{program}: contains kernels")
    return wrong


def main(words):
    if words[0] == "--no-kernels":
        wrong = check_programs(words[1], words[2:])
    elif words[1:] == ["--planted"]:
        wrong = check_planted(words[0])
    else:
        wrong = check_table() + check(words[0])
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
