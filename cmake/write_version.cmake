# Run at build time: writes ${OUTPUT} from ${INPUT} with the commit the tree stands at, only if it changed.
# The checkout may belong to another user than the one who builds, as in a container: git is told to trust it.
execute_process(COMMAND git --no-optional-locks -c "safe.directory=${SOURCE_DIR}" describe --always --dirty=+ --abbrev=10 --exclude=*
  WORKING_DIRECTORY "${SOURCE_DIR}" OUTPUT_VARIABLE POROGEN_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE
  ERROR_QUIET RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT EXISTS "${SOURCE_DIR}/.git")
  set(POROGEN_COMMIT "unknown")
endif()
configure_file("${INPUT}" "${OUTPUT}" @ONLY)
