"""Faults of the engine: interpreter, sessions, teams, communicators, event loop, operations."""
from fault import Fault

# -- Sessions: a stage that does not run ----------------------------------------------------------

SESSION = "engine/session.c"
RUN = """  struct job_batch batch = {session, stage};
"""
FIRST_PASS_ONLY = RUN + """  static int passes;
  if (stage == STAGE_TIMED && passes++ > 0)
    return 0;
"""
EVERY_SECOND_PASS = RUN + """  static int passes;
  if (stage == STAGE_TIMED && passes++ % 2 == 1)
    return 0;
"""
JOBS = "session->team->run(session->team, session->interpreter_count, job_task"

SESSIONS = [
    Fault(f"TIMED stage in the first pass only: {kernel.split()[0]}", SESSION, RUN, FIRST_PASS_ONLY,
          f"serial_driver {kernel}")
    for kernel in ("dot", "cg", "spin", "mandelbrot", "gups", "nbody", "wait --size 10", "readfile",
                   "fetch")
] + [
    Fault("TIMED stage in every second pass only", SESSION, RUN, EVERY_SECOND_PASS,
          "serial_driver reduce"),
    Fault("the last job is not run", SESSION, JOBS, JOBS.replace("count, job", "count - 1, job"),
          "serial_driver sumsq --jobs 4"),
]

# -- The interpreter ------------------------------------------------------------------------------

INTERPRETER = "engine/interpreter.c"
BATCH = """  if (count == 0)
    return;
"""
IDLE_RANK = """  static int batches;
  if (count == 0 || (interpreter->comm->process == 1 && interpreter->phase->stage == STAGE_TIMED &&
                     batches++ > 0))
    return;
"""
TEAM_RUN = "interpreter->team->run(interpreter->team, count, batch_task,"
INDEX = "  int64_t k = batch->begin + index;\n"
BODY = "    phase->body(held->state, begin, end, partial);\n"
TRANSFER_ENDS = """  if (transfer.kind != REQUEST_NONE && comm->finish(comm, &transfer, error))
    return error->code;
  lap(interpreter, &interpreter->spent.exchange_ns);
  run_outer(interpreter, transfer.hidden);
"""
OUTER_BEFORE = """  run_outer(interpreter, transfer.hidden);
  if (transfer.kind != REQUEST_NONE && comm->finish(comm, &transfer, error))
    return error->code;
  lap(interpreter, &interpreter->spent.exchange_ns);
"""
OUTER_SKIP = "    int64_t done_end = inner_done ? r->inner_end : 0;\n"
NODES = "tree_merge(interpreter->nodes, interpreter->node_count, bytes, combine);"
TOTAL = ("  interpreter->total = "
         "tree_fold(all.bytes, (int64_t)(all.size / stride), bytes, combine);\n")
FIRST_TOTAL = TOTAL + """  static char first[4096];
  static bool known;
  if (interpreter->phase->stage == STAGE_TIMED && interpreter->total && bytes <= sizeof first) {
    if (known)
      memcpy(node_partial(all.bytes), first, bytes);
    else
      memcpy(first, interpreter->total, bytes);
    known = true;
  }
"""
THEN = "  for (int i = 0; phase->then && i < interpreter->comm->held; i++) {\n"
THEN_ONCE = """  static int passes;
  bool stale = phase->stage == STAGE_TIMED && passes++ > 0;
  for (int i = 0; phase->then && !stale && i < interpreter->comm->held; i++) {
"""
STAGES = "  interpreter->spent.stages += *next == PHASE_END;\n"
FIRST_PHASE_ONLY = """  if (phase->stage == STAGE_TIMED && *next > index)
    *next = PHASE_END;
""" + STAGES
ASK = "  interpreter->phase->ask(held->state, unit, &operation);\n"
ARRIVED = "  interpreter->phase->arrived(held->state, unit, &operation, partial);\n"
ZEROES = "      memset(partial, 0, interpreter->partial_bytes);\n"
TAKEN = "    taken += end - begin;\n"

INTERPRETERS = [
    Fault(f"rank 1 idle after the first pass: {kernel}", INTERPRETER, BATCH, IDLE_RANK,
          f"mpi 2 {kernel}")
    for kernel in ("sumsq", "dot", "mandelbrot", "spin")
] + [
    Fault("the last range is not executed", INTERPRETER, TEAM_RUN,
          TEAM_RUN.replace("count,", "count - (count > 1),"), "omp_driver dot -t 2"),
    Fault("the first range is not executed", INTERPRETER, INDEX, INDEX +
          "  if (k == 0 && batch->held->ranges.count > 1)\n    return;\n", "omp_driver cg -t 2"),
    Fault("the first range is executed twice, the second never", INTERPRETER, INDEX, INDEX +
          "  k = k == 1 ? 0 : k;\n", "omp_driver reduce -t 2"),
    Fault("every range after the first begins a unit early", INTERPRETER, BODY,
          BODY.replace("begin, end", "begin - (k > 0), end"), "omp_driver spin -t 2"),
    Fault("outer ranges before the transfer ends", INTERPRETER, TRANSFER_ENDS, OUTER_BEFORE,
          "mpi 2 cg"),
    Fault("the last outer range is taken for an inner one", INTERPRETER, OUTER_SKIP,
          OUTER_SKIP.replace("r->inner_end :", "r->inner_end + 1 :"), "mpi 2 stencil"),
    Fault("partial result of the last range lost", INTERPRETER, NODES,
          NODES.replace("node_count,", "node_count - (interpreter->node_count > 1),"),
          "omp_driver sumsq -t 2"),
    Fault("a stage ends after its first phase: cg", INTERPRETER, STAGES, FIRST_PHASE_ONLY,
          "serial_driver cg"),
    Fault("a stage ends after its first phase: stencil", INTERPRETER, STAGES, FIRST_PHASE_ONLY,
          "serial_driver stencil"),
    Fault("the wrong unit is requested", INTERPRETER, ASK, ASK.replace("unit", "unit / 2 * 2"),
          "serial_driver readfile"),
    Fault("one arrival is not handed over", INTERPRETER, ARRIVED,
          "  if (unit != 7)\n  " + ARRIVED, "serial_driver wait --size 10"),
    Fault("partial results of awaited units are not cleared", INTERPRETER, ZEROES,
          "      (void)0;\n", "serial_driver wait --size 10"),
    Fault("a shared phase ends after three chunks", INTERPRETER, TAKEN, TAKEN +
          "    if (taken >= 3 * (end - begin))\n      break;\n",
          "mpi 2 spin --schedule dynamic"),
] + [
    Fault(f"the last unit of each range is not computed: {kernel}", INTERPRETER, BODY,
          BODY.replace("end, p", "end - (phase->stage == STAGE_TIMED && end - begin > 1), p"),
          f"serial_driver {kernel}")
    for kernel in ("spin", "sumsq", "dot", "reduce", "cg", "mandelbrot")
] + [
    Fault(f"the first pass's total in every pass: {kernel.split()[0]}", INTERPRETER, TOTAL,
          FIRST_TOTAL,
          f"serial_driver {kernel}")
    for kernel in ("spin", "sumsq", "dot", "cg", "mandelbrot", "wait --size 10", "readfile",
                   "fetch")
] + [
    Fault(f"`then` is called in the first pass only: {kernel.split()[0]}", INTERPRETER, THEN,
          THEN_ONCE,
          f"serial_driver {kernel}")
    for kernel in ("spin", "sumsq", "dot", "mandelbrot", "wait --size 10", "readfile", "fetch")
]

# -- Ranges and the tree of partial results -------------------------------------------------------

RANGES = "engine/ranges.c"
PART_END = "      .end = last == blocks ? units : last * size,\n"
PART_BEGIN = "      .begin = first == blocks ? units : first * size,\n"
FIXED_END = "    *end = r->end - *begin > r->grain ? *begin + r->grain : r->end;\n"
FIXED_COUNT = "  r->count = units / r->grain + (units % r->grain != 0);\n"
EQUAL_COUNT = "    r->pieces = r->count = min_of(workers, units);\n"
INNER_BEGIN = "    r->inner_begin = 1;\n"
TREE = "engine/tree.c"
MERGE = """      combine(node_partial(left), node_partial(right));
      left->level++;
    }
"""
FOLD = "  for (int64_t i = count - 1; i > 0; i--)\n"

CUTTING = [
    Fault("the last unit of the problem belongs to no part", RANGES, PART_END,
          PART_END.replace("? units :", "? units - (units > 1) :"), "serial_driver dot"),
    Fault("part 1 begins a unit late", RANGES, PART_BEGIN,
          PART_BEGIN.replace("first * size", "first * size + (index == 1 ? 1 : 0)"),
          "mpi 2 mandelbrot"),
    Fault("each range of fixed size lacks its last unit", RANGES, FIXED_END,
          FIXED_END.replace("*begin + r->grain :", "*begin + r->grain - 1 :"),
          "omp_driver dot -t 2 --schedule dynamic"),
    Fault("the last, shorter range of fixed size is lost", RANGES, FIXED_COUNT,
          FIXED_COUNT.replace(" + (units % r->grain != 0)", ""),
          "omp_driver sumsq -t 2 --schedule dynamic"),
    Fault("one range of equal size too few", RANGES, EQUAL_COUNT, EQUAL_COUNT +
          "    r->count -= r->count > 1;\n", "omp_driver spin -t 2"),
    Fault("the first outer range is computed with the inner ones", RANGES, INNER_BEGIN,
          INNER_BEGIN.replace("1", "0"), "mpi 2 cg"),
    Fault("siblings are combined twice", TREE, MERGE,
          "      combine(node_partial(left), node_partial(right));\n" + MERGE,
          "omp_driver dot -t 2"),
    Fault("siblings are merged but not combined", TREE, MERGE,
          MERGE.replace("      combine(node_partial(left), node_partial(right));\n", ""),
          "omp_driver mandelbrot -t 2"),
    Fault("the first partial result is not added to the total", TREE, FOLD,
          FOLD.replace("i > 0", "i > 1"), "omp_driver sumsq -t 3"),
]

# -- Teams ----------------------------------------------------------------------------------------

TEAM = "engine/team_omp.c"
SHARE = "  const struct call *call = &region.call;\n"
DYNAMIC = "  for (int64_t i = 0; i < region.call.count; i++)\n"
STRIDE = "ticket += workers)\n"
LONGER = "    for (int64_t i = begin; i < begin + least + (worker < longer); i++)\n"
STANDS_BY = """    do_share(worker);
    gather_answers(worker, number);
"""

TEAMS = [
    Fault("thread 1 is idle", TEAM, SHARE, SHARE + "  if (worker == 1)\n    return;\n",
          "omp_driver dot -t 2"),
    Fault("thread 1 is idle after 20 calls", TEAM, SHARE, SHARE + """  static int calls;
  if (worker == 1 && calls++ > 20)
    return;
""", "omp_driver cg -t 2"),
    Fault("the first index of a dynamic schedule is skipped", TEAM, DYNAMIC,
          DYNAMIC.replace("i = 0", "i = 1"), "omp_driver spin -t 2 --schedule dynamic"),
    Fault("the stride between static chunks is doubled", TEAM, STRIDE, "ticket += 2 * workers)\n",
          "omp_driver spin -t 2 --schedule static,1"),
    Fault("longer static blocks lack their last index", TEAM, LONGER,
          LONGER.replace(" + (worker < longer)", ""), "omp_driver sumsq -t 2 --grain 3400000"),
    Fault("a thread answers every fifth call without its share", TEAM, STANDS_BY,
          STANDS_BY.replace("    do", "    if (number % 5 != 0)\n      do"), "omp_driver dot -t 2"),
]

# -- The communicator over MPI --------------------------------------------------------------------

MPI = "engine/comm_mpi.c"
ROW = "(piece->begin - side->part.begin) * (int64_t)halo->unit_bytes;"
INNER_ROW = ("(piece->begin - side->part.begin + "
             "(posting->receive ? 0 : piece->begin == side->part.begin ? 1 : -1)) * "
             "(int64_t)halo->unit_bytes;")
POST = "  MPI_Request *request = next_request(own);\n"
ZEROED = """  static int64_t sent;
  if (!receive && ++sent > 200) {
    int size;
    MPI_Type_size(item, &size);
    address = calloc((size_t)count, (size_t)size);
  }
""" + POST
STALE = """  static int64_t received;
  if (receive && ++received > 5) {
    int size;
    MPI_Type_size(item, &size);
    address = malloc((size_t)count * (size_t)size);
  }
""" + POST
SHIFTED = "(int64_t)shift->send_bytes, MPI_BYTE, to, error);\n"
BROADCAST = """  for (size_t done = 0; done < b->size; done += PIECE) {
    char *bytes = (char *)b->bytes + done;
"""
WRONG_ROOT = """  struct broadcast wrong = *b;
  wrong.root = (b->root + 1) % side->part.count;
  b = &wrong;
""" + BROADCAST
EXCHANGED = ("    post(own, false, "
             "send.as_mpi_wants_it + (size_t)items_before(e->send_count, to) * e->item_bytes,\n"
             "         e->send_count[to], item, to, error);\n")
GATHERED = "    own->sizes[i] = (int)(part->bounds[i + 1] - part->bounds[i]);\n"
JOINING = "    joining->take(joining, more);\n"
HEAD = "    memcpy(room, head.bytes, more);\n"
TICKETS = "engine/comm_mpi_tickets.c"
TICKET = "    return atomic_fetch_add_explicit(t->counter, 1, memory_order_relaxed);\n"

COMMUNICATORS = [
    Fault(f"the halo is the wrong row: {kernel}", MPI, ROW, INNER_ROW, f"mpi 2 {kernel}")
    for kernel in ("cg", "stencil")
] + [
    Fault(f"payload zeroed after 200 messages: {kernel.split()[0]}", MPI, POST, ZEROED, f"mpi 2 {kernel}")
    for kernel in ("cg", "wavefront", "fft", "reduce --set slice=1024")
] + [
    Fault(f"after 5 messages those of before are used: {kernel.split()[0]}", MPI, POST, STALE,
          f"mpi 2 {kernel}")
    for kernel in ("cg", "stencil", "wavefront", "fft", "transpose", "gups",
                   "reduce --set slice=1024")
] + [
    Fault("a shift loses its second half", MPI, SHIFTED,
          SHIFTED.replace("send_bytes,", "(shift->send_bytes > 8 ? shift->send_bytes / 2 : 8),")
          .replace("(int64_t)shift->", "(int64_t)"), "mpi 2 wavefront"),
    Fault("the broadcast comes from the wrong root", MPI, BROADCAST, WRONG_ROOT, "mpi 2 dgemm"),
    Fault("an exchange sends from an item too late", MPI, EXCHANGED,
          EXCHANGED.replace("(e->send_count, to) *", "(e->send_count, to) * e->item_bytes + "
                            "(e->send_count[to] > 1) *")
          .replace("e->send_count[to], item", "e->send_count[to] - (e->send_count[to] > 1), item"),
          "mpi 2 reduce"),
    Fault("a gather lacks rank 1", MPI, GATHERED, GATHERED + "    own->sizes[i] *= i != 1;\n",
          "mpi 2 sparse; mpi 2 nbody"),
    Fault("partial results of the other rank are not taken in", MPI, JOINING, "    (void)0;\n",
          "mpi 2 sumsq"),
    Fault("partial results of the other rank are those of the first pass", MPI, HEAD,
          """    {
      static char first[sizeof head.bytes];
      static int joins;
      if (joins++ == 0)
        memcpy(first, head.bytes, more);
      memcpy(room, first, more);
    }
""", "mpi 2 dot"),
    Fault("a ticket is skipped", TICKETS, TICKET,
          TICKET.replace("1, ", "1 + (*t->counter == 0), "),
          "mpi 2 spin --schedule dynamic"),
    Fault("every second ticket is lost", TICKETS, TICKET, TICKET.replace("1, ", "2, "),
          "mpi 2 mandelbrot --schedule dynamic"),
]

# -- The event loop -------------------------------------------------------------------------------

LOOP = "engine/loop.c"
STEPS = "    int64_t steps = flow->unfinished = flow->end - flow->next;\n"
UNIT = "  task->unit = flow->next++;\n"
DEADLINE = "task->asked_ns + operation.as.delay_ns, number);"
HANDED = "  interpreter->phase->arrived(flow->held->state, task->unit, operation,\n"
NEXT_RANGE = "  interpreter_compute(flow->interpreter, flow->held, flow->next++, 0);\n"
CLEARED = """    if (flow->waits)
      clear_partials(flow);
"""
SWAPPED = """  static const void *last;
  if (last && operation->data) {
    const void *own = operation->data;
    operation->data = last;
    last = own;
  } else {
    last = operation->data;
  }
""" + HANDED

LOOPS = [
    Fault("the last step of a phase is lost", LOOP, STEPS,
          "    flow->end -= flow->end - flow->next > 1;\n" + STEPS, "async_driver wait"),
    Fault("one unit is requested twice, the next one never", LOOP, UNIT, UNIT +
          "  task->unit -= task->unit == 5;\n", "async_driver wait"),
    Fault("a delay is half as long", LOOP, DEADLINE, DEADLINE.replace("delay_ns,", "delay_ns / 2,"),
          "async_driver wait"),
    Fault("one arrival is not handed over, by the loop", LOOP, HANDED,
          "  if (task->unit != 7)\n  " + HANDED, "async_driver wait"),
    Fault("the data of two operations is swapped: readfile", LOOP, HANDED, SWAPPED,
          "async_driver readfile"),
    Fault("the data of two operations is swapped: fetch", LOOP, HANDED, SWAPPED,
          "async_driver fetch"),
    Fault("partial results of awaited units are not cleared, by the loop", LOOP, CLEARED, "",
          "async_driver wait"),
    Fault("every second range is computed twice, the others never", LOOP, NEXT_RANGE,
          NEXT_RANGE.replace("flow->next++", "flow->next++ / 2 * 2"),
          "async_driver spin --tasks 8"),
]

# -- Operations -----------------------------------------------------------------------------------

AWAIT = "engine/await.c"
SLEEP = "asked_ns + operation->as.delay_ns);"
READ = """                        operation->as.file.offset + (int64_t)operation->size);
    if (got < 0 && errno == EINTR)
"""
READ_SIZE = "    operation->size += (size_t)got;\n"
READING = "  while (operation->size < operation->as.file.bytes) {\n    ssize_t got = pread"
READ_ONCE = """  static _Thread_local bool done;
  operation->size = done ? operation->as.file.bytes : 0;
  done = true;
""" + READING
WRITTEN = "    ssize_t put = pwrite("
DROP = "    operation->failure = posix_fadvise(io->file, 0, 0, POSIX_FADV_DONTNEED);\n"
FETCH = "engine/fetch.c"
DOCUMENT = 'io->server, operation->as.document,'
FETCHED = "    operation->size = received->size;\n"
HTTP_STATUS = "status >= 400 ? (int)status : 0;"

OPERATIONS = [
    Fault("a sleep is half as long", AWAIT, SLEEP, SLEEP.replace("delay_ns)", "delay_ns / 2)"),
          "serial_driver wait --size 10"),
    Fault("a file is read 8 bytes too late", AWAIT, READ,
          READ.replace("file.offset + (int64_t)operation->size",
                       "file.offset + (int64_t)operation->size + 8"), "serial_driver readfile"),
    Fault("half a read is taken for the whole", AWAIT, READ_SIZE,
          READ_SIZE +
          "    memset((char *)received->bytes + operation->size / 2, 0, operation->size / 2);\n",
          "serial_driver readfile"),
    Fault("a block is read once, then never again", AWAIT, READING, READ_ONCE,
          "serial_driver readfile"),
    Fault("what does not begin the file is not written", AWAIT, WRITTEN,
          "    ssize_t put = operation->as.file.offset > 0 ? (ssize_t)operation->as.file.bytes : "
          "pwrite(", "serial_driver readfile"),
    Fault("the page cache is not dropped", AWAIT, DROP, "    operation->failure = 0;\n",
          "serial_driver readfile --set cache=dropped"),
    Fault("every document is the first one", FETCH, DOCUMENT, "io->server, INT64_C(0),",
          "serial_driver fetch"),
    Fault("a document lacks its last byte", FETCH, FETCHED,
          FETCHED.replace("received->size;", "received->size - (received->size > 0);"),
          "serial_driver fetch; async_driver fetch"),
    Fault("the text of an HTTP error is taken for the document", FETCH, HTTP_STATUS, "0;",
          "serial_driver fetch --set errors=0.3 --set attempts=20"),
]

FAULTS = (SESSIONS + INTERPRETERS + CUTTING + TEAMS + COMMUNICATORS + LOOPS + OPERATIONS)
