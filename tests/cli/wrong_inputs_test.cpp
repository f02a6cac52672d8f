#include <algorithm>
#include <fstream>
#include <vector>

#include <doctest/doctest.h>

#include "cli/program.h"

using porogen::test::Outcome;
using porogen::test::run_porogen;
namespace fs = std::filesystem;

// Wrong recipes and images lie in tests/data as a user would have them; EXPECTED beside them lists,
// separated by tabs: the file, the exit code, for images the options to measure with, and the one
// line the program says, after "porogen: <file>".

namespace {

std::vector<std::vector<std::string>> expectations(const fs::path& file) {
    std::ifstream in(file);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') {
            continue;
        }
        std::vector<std::string> row;
        std::istringstream fields(line);
        for (std::string field; std::getline(fields, field, '\t');) {
            row.push_back(field);
        }
        rows.push_back(row);
    }
    return rows;
}

void check_line(const Outcome& outcome, const std::string& code, const std::string& line) {
    CHECK(outcome.code == std::stoi(code));
    CHECK(outcome.err == line + "\n");
    CHECK(outcome.out.empty());
}

} // namespace

TEST_CASE("every wrong recipe gets its one line and exit code") {
    const fs::path folder = fs::path(POROGEN_TEST_DATA) / "recipes" / "bad";
    const auto rows = expectations(folder / "EXPECTED");
    CHECK(rows.size() >= 40);
    for (const auto& row : rows) {
        REQUIRE(row.size() == 3);
        CAPTURE(row[0]);
        check_line(run_porogen("check --quiet " + row[0], folder), row[1],
                   "porogen: " + row[0] + ":" + row[2]);
    }
}

TEST_CASE("every wrong image gets its one line and exit code") {
    const fs::path folder = fs::path(POROGEN_TEST_DATA) / "images" / "bad";
    const auto rows = expectations(folder / "EXPECTED");
    CHECK(rows.size() >= 10);
    for (const auto& row : rows) {
        REQUIRE(row.size() == 4);
        CAPTURE(row[0]);
        check_line(run_porogen("measure --quiet " + row[0] + " " + row[2], folder), row[1],
                   "porogen: " + row[0] + ": " + row[3]);
    }
}
