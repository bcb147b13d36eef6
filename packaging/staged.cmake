# CPack runs this when the files of a package are in place, before it is written.
set(stage ${CPACK_TEMPORARY_INSTALL_DIRECTORY})

# CMake strips programs and shared libraries alone: static ones keep their symbols, which linkers
# need, but not what only debuggers need.
file(GLOB_RECURSE libraries ${stage}/*.a)
if(libraries AND CPACK_QUARTET_STRIP)
  execute_process(COMMAND ${CPACK_QUARTET_STRIP} --strip-debug --enable-deterministic-archives
    ${libraries} COMMAND_ERROR_IS_FATAL ANY)
endif()
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()

# What Debian's policy wants of each package: a changelog (of the packaging; CHANGELOG.md is there,
# too), `copyright`, and compressed man pages.
set(documents ${stage}/quartet${CPACK_PACKAGING_INSTALL_PREFIX}/${CPACK_QUARTET_DOCUMENTS})
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH, if that is set
file(WRITE ${documents}/changelog "quartet (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * Built from the sources of this version; CHANGELOG.md lists the changes.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
file(GLOB pages ${stage}/quartet${CPACK_PACKAGING_INSTALL_PREFIX}/${CPACK_QUARTET_MAN_PAGES}/man1/*.1)
execute_process(COMMAND gzip -9n ${documents}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
# Those of quartet, on which quartet-dev depends.
set(documents ${stage}/quartet-dev${CPACK_PACKAGING_INSTALL_PREFIX}/${CPACK_QUARTET_DOCUMENTS})
cmake_path(GET documents PARENT_PATH documents)
file(CREATE_LINK quartet ${documents}/quartet-dev SYMBOLIC)
