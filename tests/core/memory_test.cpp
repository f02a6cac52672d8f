#include "porogen/core/memory.h"

#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"

using namespace porogen;

TEST_CASE("more memory than there is is refused before it is taken, in gibibytes") {
    CHECK(available_memory() > 0);
    CHECK_NOTHROW(require_memory(1, "a byte"));
    std::string said;
    try {
        require_memory(1e18, "solving");
    } catch (const Error& error) {
        said = error.what();
        CHECK(error.code() == ExitCode::bad_input);
    }
    CHECK(said.find("solving: needs 9.31e+08 GiB, ") == 0);
    CHECK(said.find(" GiB free") != std::string::npos);
    CHECK_THROWS_AS(require_memory(std::numeric_limits<double>::quiet_NaN(), "nonsense"), Error);
}
