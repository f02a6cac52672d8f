#include "porogen/core/text.h"

#include <doctest/doctest.h>

using namespace porogen;

TEST_CASE("edit distance counts single changes and swaps of neighbours") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("voxel", "voxle") == 1); // neighbours swapped
    CHECK(edit_distance("voxel", "vxoel") == 1);
    CHECK(edit_distance("ca", "abc") == 3); // a swapped pair is not edited again
}

TEST_CASE("the closest word, or none") {
    const std::vector<std::string> words{"porosity", "porogen", "voxel"};
    CHECK(closest("porosty", words) == "porosity");
    CHECK(closest("voxels", words) == "voxel");
    CHECK(closest("temperature", words).empty());
    CHECK(closest("a", {"b"}).empty());
    CHECK(closest("", words).empty());
    CHECK(closest("cat", {"bat", "car"}) == "bat"); // the first of equals
    CHECK(closest(std::string(101, 'a'), {std::string(100, 'a')}).empty());
    // Three of nine letters: more than a quarter, not more than a third.
    CHECK(closest("wxyosityz", {"porosityz"}, 3) == "porosityz");
    CHECK(closest("wxyosityz", {"porosityz"}, 4).empty());
}
