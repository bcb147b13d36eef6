# Writes the git revision of SOURCE to OUTPUT if it has changed. The build runs this.
set(revision "unknown")
set(dirty "unknown")
find_package(Git QUIET)
if(GIT_FOUND)
  # The source may belong to another user than the one who builds.
  set(git ${GIT_EXECUTABLE} -c safe.directory=* -C ${SOURCE})
  execute_process(COMMAND ${git} rev-parse --show-toplevel HEAD
    OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed AND answer MATCHES "^(.*)\n([0-9a-f]+)$")
    file(REAL_PATH "${SOURCE}" source)
    file(REAL_PATH "${CMAKE_MATCH_1}" top)
    if(top STREQUAL source) # not some other project's, around an unpacked archive
      set(revision ${CMAKE_MATCH_2})
      string(REGEX REPLACE "^.*\n" "" revision "${answer}")
      execute_process(COMMAND ${git} status --porcelain OUTPUT_VARIABLE changes ERROR_QUIET)
      set(dirty "false")
      if(changes)
        set(dirty "true")
      endif()
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "/* Written by common/revision.cmake */
#define BUILD_REVISION \"${revision}\"
#define BUILD_DIRTY \"${dirty}\"
")
