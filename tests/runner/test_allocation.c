/* What schedulers and hostfiles say of their nodes, and what a plan makes of it. */
#include "runner/plan/allocation.h"

#include <stdlib.h>
#include <unistd.h>

#include "runner/process/launch.h"
#include "tests/check.h"

static void check_nodes(struct allocation *allocation, bool read, const char *expected) {
  char text[400] = "";
  size_t used = 0;
  for (size_t i = 0; i < allocation->count && used < sizeof text - 40; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s:%lld", i > 0 ? " " : "",
                             allocation->nodes[i].host != NULL ? allocation->nodes[i].host : "?",
                             (long long)allocation->nodes[i].cores);
  CHECK(read == (expected != NULL) && strcmp(text, expected != NULL ? expected : "") == 0 &&
            (allocation->problem == NULL) == read,
        "'%s' %s", text, allocation->problem != NULL ? allocation->problem : "");
  allocation_free(allocation);
}

static void check_slurm(const char *cores, const char *hosts, const char *expected) {
  struct allocation allocation = {0};
  check_nodes(&allocation, allocation_read_slurm(&allocation, cores, hosts), expected);
}

static void test_slurm(void) {
  check_slurm("2(x2)", "n[1-2]", "n1:2 n2:2");
  check_slurm("2(x3),1", "n[1-3],login", "n1:2 n2:2 n3:2 login:1");
  check_slurm("72,36(x2)", "rack[1-2]n[08-09]", NULL); /* four names */
  check_slurm("72(x4)", "rack[1-2]n[08-09]", "rack1n08:72 rack1n09:72 rack2n08:72 rack2n09:72");
  check_slurm("4(x3)", "a-b.c[1,3],d_e", "a-b.c1:4 a-b.c3:4 d_e:4");
  check_slurm("8", NULL, "?:8");
  static const char *const bad[] = {"",
                                    "0",
                                    "2(x0)",
                                    "2(x",
                                    "2(x3",
                                    "2(x3),",
                                    "a",
                                    "-1",
                                    "2,,2",
                                    "99999999999999999999",
                                    "2(x99999999)",
                                    "2 ",
                                    "1(x1048577)"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    check_slurm(bad[i], NULL, NULL);
  static const char *const names[] = {"",
                                      "n[",
                                      "n[]",
                                      "n[1",
                                      "n[2-1]",
                                      "n[1-]",
                                      "n[-1]",
                                      "n[1-2],",
                                      ",n1",
                                      "n1,,n2",
                                      "n[a]",
                                      "n[1]]",
                                      "n/1",
                                      "n[1 ]",
                                      "n[1-99999999999999999999]",
                                      "n[1-1048577]",
                                      "$(id)",
                                      "n[0-9][0-9][0-9][0-9][0-9][0-9]"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    check_slurm("2(x2)", names[i], NULL);
}

static void test_lsf_and_flux(void) {
  static const char *const bad_lsf[] = {"", " ", "n1", "n1 x", "n1 2 n2", "n1 0", "n1 -2", "n1 2x"};
  static const char *const bad_flux[] = {"",           "2",     "2 4",        "2 4 n1",
                                         "2 1 n[1-2]", "0 4 n", "2 4 n[1-3]", "x 4 n[1-2]"};
  struct allocation allocation = {0};
  check_nodes(&allocation, allocation_read_lsf(&allocation, "n1 4 n2 3 n1 1"), "n1:5 n2:3");
  check_nodes(&allocation, allocation_read_flux(&allocation, "2 8 n[1-2]"), "n1:4 n2:4");
  for (size_t i = 0; i < sizeof bad_lsf / sizeof *bad_lsf; i++)
    check_nodes(&allocation, allocation_read_lsf(&allocation, bad_lsf[i]), NULL);
  for (size_t i = 0; i < sizeof bad_flux / sizeof *bad_flux; i++)
    check_nodes(&allocation, allocation_read_flux(&allocation, bad_flux[i]), NULL);
}

static void check_hostfile(const char *text, const char *expected) {
  struct allocation allocation = {0};
  struct error error = {0};
  bool read = allocation_read_hostfile(&allocation, text, "h", &error) == 0;
  CHECK(read, "%s", error.message);
  check_nodes(&allocation, true, expected);
}

static void check_bad_hostfile(const char *text, const char *expected) {
  struct allocation allocation = {0};
  struct error error = {0};
  int code = allocation_read_hostfile(&allocation, text, "h", &error);
  CHECK(code == EXIT_USAGE && strcmp(error.message, expected) == 0, "%s", error.message);
  allocation_free(&allocation);
}

static void test_hostfile(void) {
  check_hostfile("# two\nn1 slots=4 max_slots=8\n\n  n2:3 # the other\r\n", "n1:4 n2:3");
  check_hostfile("n1\nn1\nn2\n", "n1:2 n2:0");
  check_bad_hostfile("", "h: has no host");
  check_bad_hostfile("n1\nn2 slot=4\n", "h:2: 'slot=4': expected a host, then slots=N or :N as its "
                                        "number of cores; did you mean 'slots'?");
  check_bad_hostfile("n1:0\n",
                     "h:1: 'n1:0': expected a host, then slots=N or :N as its number of cores");
  check_bad_hostfile("$(id)\n",
                     "h:1: '$(id)': expected a host, then slots=N or :N as its number of cores");
  check_bad_hostfile("n1 slots=x\n", "h:1: 'slots=x': expected a host, then slots=N or :N as its "
                                     "number of cores; did you mean 'slots'?");
}

/* --- the environment -------------------------------------------------------------------------- */

static void forget(void) {
  static const char *const names[] = {"FLUX_URI",       "SLURM_JOB_CPUS_PER_NODE",
                                      "PBS_NODEFILE",   "SLURM_JOB_NODELIST",
                                      "LSB_MCPU_HOSTS", "NCPUS"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    unsetenv(names[i]);
}

static void check_found(const char *source, int64_t nodes, int64_t node_cores, int64_t own_cores) {
  struct allocation allocation;
  struct error error = {0};
  CHECK(allocation_find(&allocation, NULL, 16, &error) == 0, "%s", error.message);
  struct resources found = allocation_resources(&allocation, 16);
  CHECK((source == NULL ? allocation.source == NULL : strcmp(allocation.source, source) == 0) &&
            found.nodes == nodes && found.node_cores == node_cores && found.own_cores == own_cores,
        "%s %lld x %lld, %lld", allocation.source != NULL ? allocation.source : "none",
        (long long)found.nodes, (long long)found.node_cores, (long long)found.own_cores);
  char *hosts = allocation_hosts(&allocation, 2, "here");
  CHECK(strcmp(hosts, source == NULL ? "here" : "n1+n2") == 0, "%s", hosts);
  free(hosts);
  allocation_free(&allocation);
  forget();
}

static void test_environment(void) {
  char path[] = "/tmp/quartet_nodes_XXXXXX";
  static const char lines[] = "n1\nn1\nn2\nn2\n";
  int file = mkstemp(path);
  CHECK(file >= 0 && write(file, lines, sizeof lines - 1) == (ssize_t)sizeof lines - 1);
  close(file);
  forget();
  check_found(NULL, 1, 16, 16);
  setenv("SLURM_JOB_CPUS_PER_NODE", "4(x3),2", 1);
  setenv("SLURM_JOB_NODELIST", "n[1-4]", 1);
  check_found("Slurm", 4, 2, 16); /* not on one of its nodes, as in the shell of salloc */
  setenv("SLURM_JOB_CPUS_PER_NODE", "many", 1);
  check_found(NULL, 1, 16, 16);
  setenv("LSB_MCPU_HOSTS", "n1 8 n2 8", 1);
  check_found("LSF", 2, 8, 16);
  setenv("PBS_NODEFILE", path, 1);
  check_found("PBS", 2, 2, 16);
  setenv("PBS_NODEFILE", path, 1);
  setenv("NCPUS", "4", 1);
  check_found("PBS", 2, 8, 16);
  setenv("PBS_NODEFILE", "/nonexistent/file", 1);
  check_found(NULL, 1, 16, 16);
  CHECK(unlink(path) == 0);
}

/* A job on this host gives it fewer cores than the machine has. */
static void test_own_host(void) {
  char host[200] = "";
  struct allocation allocation = {0};
  gethostname(host, sizeof host - 1);
  CHECK(allocation_read_slurm(&allocation, "3", host), "%s", host);
  struct resources found = allocation_resources(&allocation, 16);
  CHECK(found.nodes == 1 && found.node_cores == 3 && found.own_cores == 3);
  allocation_free(&allocation);
}

/* Bytes of all kinds: every cut and every change of one byte of what is right. */
static void test_any_bytes(void) {
  static const char cores[] = "2(x3),1", hosts[] = "n[1-3,05],login", file[] = "n1 slots=4\nn2:3\n";
  for (size_t at = 0; at < sizeof file - 1; at++)
    for (int byte = 0; byte < 256; byte++) {
      char a[sizeof cores], b[sizeof hosts], c[sizeof file];
      struct error error = {0};
      struct allocation one = {0}, other = {0};
      memcpy(a, cores, sizeof a);
      memcpy(b, hosts, sizeof b);
      memcpy(c, file, sizeof c);
      a[at % (sizeof a - 1)] = b[at % (sizeof b - 1)] = c[at] = (char)byte;
      allocation_read_slurm(&one, a, b);
      allocation_read_hostfile(&other, c, "h", &error);
      CHECK(one.count <= ALLOCATION_NODES_MAX && other.count <= 4);
      allocation_free(&one);
      allocation_free(&other);
    }
}

int main(void) {
  launch_prepare();
  test_slurm();
  test_lsf_and_flux();
  test_hostfile();
  test_environment();
  test_own_host();
  test_any_bytes();
  return test_result();
}
