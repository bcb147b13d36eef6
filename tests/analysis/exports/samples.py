"""Makes samples.csv and run.json for tests of the exports and of comparisons."""
import csv
import json
import os
import subprocess

COLUMNS = subprocess.run([os.environ["QUARTET_COLUMNS"], "--names"], stdout=subprocess.PIPE,
                         text=True, check=True).stdout.strip().split(",")

SERIAL = {"cell_id": "s"}
THREADS = {"model": "threads", "driver": "omp_driver", "cores": "2", "threads": "2", "cell_id": "t"}

RUN = {"run_id": "r", "start": "2026-01-02T03:04:05.678Z", "argv": ["build/sweep", "run", "x.yaml"],
       "load_average_at_start": 0.25,
       "machine": {"host": "ho\u00dft", "cores_online": 8, "processor": "P \"1\"",
                   "governor": "powersave", "topology": None},
       "build": {"build_type": "RelWithDebInfo", "compiler": "GNU 12.2.0", "version": "0.1.0",
                 "git_revision": None}}


def row(**cells):
    return {"schema": "1", "run_id": "r", "kernel": "sumsq", "bound": "compute", "n": "1000",
            "jobs": "1", "model": "serial", "driver": "serial_driver", "cores": "1", "nodes": "1",
            "ranks": "1", "threads": "1", "grain": "0", "schedule": "static", "lock": "none",
            "launch": "1", "rep": "0", "warmup": "0", "verify": "ok", "error": "0",
            "oversubscribed": "0", "attempt": "1", "status": "ok", "hosts": "h", **cells}


def launches(medians, **cells):
    """Rows of one point: a launch for each median, with three repetitions and a slow warm-up."""
    return [row(launch=str(number), rep=str(rep), warmup=str(int(rep < 0)), wall_s="%.9f" % wall,
                **cells)
            for number, median in enumerate(medians, 1)
            for rep, wall in ((-1, 99), (0, median * 1.5), (1, median), (2, median * 0.9))]


def failed(status, launch, **cells):
    """The row of a launch that has no time, as the runner writes it."""
    return row(**{**cells, "launch": str(launch), "status": status, "rep": "", "warmup": "",
                  "verify": "", "error": ""})


def write(folder, rows, run=None, columns=None):
    """The folder's samples.csv, and its run.json from a text or a value."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "samples.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns or COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    if run is not None:
        with open(os.path.join(folder, "run.json"), "w", encoding="utf-8") as file:
            file.write(run if isinstance(run, str) else json.dumps(run))
    return path


def synthetic(program, folder, *arguments):
    """A run of known truth. The program ends without freeing what it has, which is no fault."""
    subprocess.run([program, *arguments, folder], check=True, timeout=120,
                   env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
