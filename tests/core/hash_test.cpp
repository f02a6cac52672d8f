#include "porogen/core/hash.h"

#include <doctest/doctest.h>

using namespace porogen;

TEST_CASE("FNV-1a gives the values its authors published") {
    CHECK(fnv1a("") == 0xcbf29ce484222325U);
    CHECK(fnv1a("a") == 0xaf63dc4c8601ec8cU);
    CHECK(fnv1a("foobar") == 0x85944171f73967e8U);
    CHECK(fnv1a("\xff") == 0xaf64724c8602eb6eU); // bytes, not signed characters
}
