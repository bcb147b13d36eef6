"""Faults of the engine: interpreter, sessions, teams, communicators, event loop."""
from fault import Fault

SESSION = "engine/session.c"
RUN = """  struct job_batch batch = {session, stage};
"""
FIRST_PASS_ONLY = RUN + """  static int passes;
  if (stage == STAGE_TIMED && passes++ > 0)
    return 0;
"""
INTERPRETER = "engine/interpreter.c"
BATCH = """  if (count == 0)
    return;
"""
IDLE_RANK = """  static int batches;
  if (count == 0 || (interpreter->comm->process == 1 && interpreter->phase->stage == STAGE_TIMED &&
                     batches++ > 0))
    return;
"""

FAULTS = [
    Fault(f"TIMED stage in the first pass only: {kernel}", SESSION, RUN, FIRST_PASS_ONLY,
          f"serial_driver {kernel}")
    for kernel in ("dot", "cg", "spin", "mandelbrot", "wait", "readfile", "fetch")
] + [
    Fault(f"rank 1 idle after the first pass: {kernel}", INTERPRETER, BATCH, IDLE_RANK,
          f"mpi 2 {kernel}")
    for kernel in ("sumsq", "dot", "mandelbrot", "spin")
]
