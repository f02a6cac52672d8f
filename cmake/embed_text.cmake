# Run at build time: writes ${OUTPUT}, a C++ source that defines
#   namespace ${NAMESPACE} { extern const std::string_view ${NAME}; }
# holding the text of ${INPUT}. Raw string literals of at most 8000 bytes, joined by the compiler, stay
# below every compiler's limit for one literal.
file(READ "${INPUT}" text)
string(LENGTH "${text}" length)
set(literals "")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 8000 chunk)
  string(APPEND literals "R\"embedded(${chunk})embedded\"\n")
  math(EXPR at "${at} + 8000")
endwhile()
get_filename_component(source "${INPUT}" NAME)
file(WRITE "${OUTPUT}" "// Made from ${source} by embed_text.cmake.
#include <string_view>

namespace ${NAMESPACE} {
extern const std::string_view ${NAME};
const std::string_view ${NAME} =
${literals};
} // namespace ${NAMESPACE}
")
