# consistent.awk: rows as lib.sh's `rows` prints them (cells divided by tabs) hold what results/README.md
# says of the columns, as far as one row alone shows it. Prints what does not hold.
BEGIN { FS = "\t" }

function bad(words) { printf "row %d: %s\n", NR - 1, words }
function cell(name) { return $at[name] }
function want(name, value) { if (cell(name) != value) bad(name " is '" cell(name) "', not '" value "'") }
function like(name, pattern) { if (cell(name) !~ pattern) bad(name " is '" cell(name) "'") }

NR == 1 {
  for (i = 1; i <= NF; i++) at[$i] = i
  columns = NF
  next
}
NF != columns { bad(NF " cells, not " columns); next }
{
  want("schema", 1)
  want("seq", NR - 2)
  want("status", "ok")
  want("verify", "ok")
  # what the runner knows
  want("run_id", ""); want("cell_id", ""); want("exit_code", ""); want("signal", "")
  like("kernel", "^(sumsq|stencil|wait)$")
  bounds["sumsq"] = "compute"; bounds["stencil"] = "memory"; bounds["wait"] = "wait"
  want("bound", bounds[cell("kernel")])
  models["serial"] = "serial_driver"; models["threads"] = models["threads+lock"] = "omp_driver"
  models["async"] = "async_driver"; models["processes"] = models["hybrid"] = "mpi_driver"
  want("driver", models[cell("model")])
  split("n jobs cores nodes ranks threads grain rep warmup start_ns peak_rss_kib involuntary_switches", whole, " ")
  for (i in whole) like(whole[i], "^[0-9]+$")
  if (cell("driver") == "async_driver") like("tasks", "^[0-9]+$"); else want("tasks", "")
  like("warmup", "^[01]$")
  like("oversubscribed", "^[01]$")
  like("schedule", "^(static|dynamic|guided)(,[0-9]+)?$")
  like("lock", cell("model") == "threads+lock" ? "^global(,[0-9.]+(,[0-9.]+[a-z]+)?)?$" : "^none$")
  want("cores", cell("ranks") * cell("threads"))
  want("sync", cell("ranks") == 1 ? "none" : cell("oversubscribed") ? "barrier" : "window")
  if (cell("model") == "hybrid" && cell("threads") < 2) bad("hybrid with one thread")
  if (cell("model") == "processes" && cell("threads") != 1) bad("processes with threads")
  split("startup_s wall_s rank_min_s rank_median_s rank_max_s compute_s comm_s wait_s cpu_s timer_overhead_s", seconds, " ")
  for (i in seconds) like(seconds[i], "^[0-9]+[.][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]$")
  # From the earliest start to the latest end; the slowest process's three parts are measured apart, to within
  # their clocks.
  want("process_s", "") # the parent's to say
  if (cell("driver") == "mpi_driver") { if (cell("comm_start_s") > cell("startup_s")) bad("comm_start_s") }
  else want("comm_start_s", "")
  if (cell("driver") == "serial_driver") want("workers_start_s", "")
  else if (cell("workers_start_s") > cell("startup_s")) bad("workers_start_s")
  if (cell("rank_min_s") > cell("rank_median_s") || cell("rank_median_s") > cell("rank_max_s"))
    bad("times of the ranks are out of order")
  off = cell("wall_s") - cell("rank_max_s")
  if (off < -2e-9 - cell("clock_error_s") || off > cell("start_skew_s") + cell("clock_error_s") + 2e-9)
    bad("wall_s is rank_max_s plus " off ", start_skew_s " cell("start_skew_s"))
  if (cell("nodes") == 1) want("clock_error_s", "0.000000000")
  split("voluntary_switches involuntary_switches faults_minor faults_major", counts, " ")
  for (i in counts) like(counts[i], "^[0-9]+$")
  if (cell("driver") == "async_driver" || cell("kernel") ~ /^(wait|readfile|fetch)$/) want("engine_step_s", "")
  else if (cell("engine_step_s") + 0 <= 0) bad("engine_step_s is " cell("engine_step_s"))
  like("suspect", "^[a-z_+]*$")
  like("thread_nodes", "^([0-9]+([+][0-9]+)*)?$"); like("page_nodes", "^([0-9]+([+][0-9]+)*)?$")
  split("remote_pages huge_pages", shares, " ")
  for (i in shares) if (cell(shares[i]) + 0 < 0 || cell(shares[i]) + 0 > 1) bad(shares[i] " is " cell(shares[i]))
  if (cell("wall_s") < 0.05 && cell("package_j") != "") bad("energy of a repetition that is too short for it")
  if (cell("ranks") == 1) want("rank_min_s", cell("wall_s"))
  if (cell("wall_s") == 0 && cell("n") > 1) bad("no time passed")
  parts = cell("compute_s") + cell("comm_s") + cell("wait_s")
  if (parts > cell("wall_s") + 1e-6) bad("parts of the time, " parts ", exceed " cell("wall_s"))
  if (cell("peak_rss_kib") < 500 * cell("ranks")) bad("peak_rss_kib is " cell("peak_rss_kib"))
  if (cell("hosts") == "" || cell("binding") == "") bad("no hosts or no binding")
  if (split(cell("binding"), unused, "|") != cell("ranks")) bad("binding of other than each rank: " cell("binding"))
  if (cell("start_ns") < 1700000000000000000) bad("start_ns is " cell("start_ns"))
  units["sumsq"] = "elements"; units["stencil"] = "flop"; units["wait"] = "waits"
  want("work_unit", units[cell("kernel")]); want("build", "")
  n = cell("n")
  if (cell("kernel") == "wait") {
    want("value", n)
    want("error", 0)
    want("work_op", n * cell("jobs"))
    like("options", "^delay=[0-9]+[a-z]*;distribution=fixed;seed=1;work=0$")
  }
  if (cell("kernel") == "sumsq") {
    want("options", "path=tuned")
    want("error", 0)
    want("work_op", n * cell("jobs"))
  }
  if (cell("kernel") == "stencil") {
    sweeps = substr(cell("options"), length("iterations=") + 1)
    want("work_op", 19 * (n - 4) * (n - 4) * sweeps * cell("jobs"))
    like("value", "^[0-9]+[.][0-9]+$")
    if (cell("value") == value) bad("value is that of the repetition before")
    value = cell("value")
    want("error", 0)
  }
  if (cell("warmup") == 1) { want("rep", warm++); warmups = warm } else want("rep", timed++)
}
END {
  if (NR - 1 != expected) printf "%d rows, not %d\n", NR - 1, expected
  if (timed != reps) printf "%d timed rows, not %d\n", timed, reps
}
