#include "porogen/core/text.h"

#include <doctest/doctest.h>

using namespace porogen;

TEST_CASE("edit distance counts single changes") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("voxel", "voxle") == 2);
}

TEST_CASE("the closest word, or none") {
    const std::vector<std::string> words{"porosity", "porogen", "voxel"};
    CHECK(closest("porosty", words) == "porosity");
    CHECK(closest("voxels", words) == "voxel");
    CHECK(closest("temperature", words).empty());
}
