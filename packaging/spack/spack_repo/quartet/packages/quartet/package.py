"""Quartet for Spack 0.22 and newer; docs/packaging.md has the commands."""

import os

from spack.package import *

try:
    from spack_repo.builtin.build_systems.cmake import CMakePackage

    COMPILER_IS_DEPENDENCY = True
except ImportError:  # before Spack 1.0: spack.package has CMakePackage
    COMPILER_IS_DEPENDENCY = False


class Quartet(CMakePackage):
    """A benchmark suite that runs the same kernels serially, with OpenMP threads, as cooperative
    tasks and as MPI processes, verifies each result, and reports which is fastest for what."""

    license("BSD-3-Clause")

    version("develop")

    variant("mpi", default=True, description="mpi_driver: processes and hybrid runs")
    variant("openmp", default=True, description="omp_driver: threads")
    variant("async", default=True, description="async_driver and delay_server, with libuv")
    variant("sweep", default=True, description="run, plan, resume: series of measurements")
    variant("report", default=True, description="report and compare; with GSL, so GPL-3.0-or-later")
    variant("fftw", default=True, description="FFTW in the tuned path of fft; GPL-2.0-or-later")
    variant("hwcaps", default=False, description="kernels for each level of x86-64, in one build")

    if COMPILER_IS_DEPENDENCY:
        depends_on("c", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("help2man", type="build")

    depends_on("hwloc")
    depends_on("mpi", when="+mpi")
    depends_on("libuv", when="+async")
    depends_on("curl", when="+async")
    depends_on("libyaml", when="+sweep")
    depends_on("jansson", when="+sweep")
    depends_on("libzip", when="+sweep")
    depends_on("jansson", when="+report")
    depends_on("gsl", when="+report")
    depends_on("gnuplot", when="+report", type="run")
    # Not fftw-api: other providers of it may lack fftw3.pc.
    depends_on("fftw@3: precision=double", when="+fftw")

    # Spack's compiler wrapper compiles all for the target: here, for any x86-64.
    requires("target=x86_64", when="+hwcaps", msg="+hwcaps is for target=x86_64")
    # The concretizer "original" of Spack 0.22 ignores requires().
    conflicts("target=x86_64_v2:", when="+hwcaps", msg="+hwcaps is for target=x86_64")

    # The names in cmake/QuartetDependencies.cmake of what a variant brings.
    libraries = {
        "+async": ["UV", "CURL"],
        "+sweep": ["YAML", "ZIP"],
        "+report": ["GSL"],
        "+fftw": ["FFTW"],
    }

    def wrapper_flags(self):
        """What Spack's compiler wrapper adds (-march=...): serial_driver --build states only the
        flags that CMake knows."""
        before_1_0 = os.environ.get("SPACK_TARGET_ARGS", "")
        target = os.environ.get("SPACK_TARGET_ARGS_CC", before_1_0)
        return " ".join([target, *self.spec.compiler_flags["cflags"]]).strip()

    def cmake_args(self):
        spec = self.spec
        # Nothing of the system is taken for what a variant leaves out.
        without = ["OPENBLAS"]
        for variant, names in self.libraries.items():
            if not spec.satisfies(variant):
                without += names
        if not (spec.satisfies("+sweep") or spec.satisfies("+report")):
            without.append("JANSSON")
        args = [
            self.define("QUARTET_WITHOUT", without),
            self.define("CMAKE_DISABLE_FIND_PACKAGE_MPI", spec.satisfies("~mpi")),
            self.define("CMAKE_DISABLE_FIND_PACKAGE_OpenMP", spec.satisfies("~openmp")),
            self.define("QUARTET_NATIVE", False),
            self.define("CMAKE_C_FLAGS", self.wrapper_flags()),
            self.define("BUILD_TESTING", self.run_tests),
        ]
        if spec.satisfies("+hwcaps"):
            args.append(self.define("QUARTET_HWCAPS", ["v2", "v3", "v4"]))
        if spec.satisfies("+mpi"):
            args.append(self.define("MPI_C_COMPILER", spec["mpi"].mpicc))
        return args

    @run_after("build")
    def man_pages(self):
        with working_dir(self.build_directory):
            cmake = which("cmake", required=True)
            cmake("--build", ".", "--target", "man")

    def test_serial_driver(self):
        """a kernel runs and is verified"""
        quartet = which(self.prefix.bin.quartet, required=True)
        out = quartet("serial_driver", "-n", "1000", "-r", "1", output=str.split, error=str.split)
        assert "332833500 (exact)" in out
