#include "porogen/optimize/history.h"

#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optimize/temporary.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"

using namespace porogen;

namespace fs = std::filesystem;

namespace {

Evaluation example(const std::string& key) {
    Evaluation e;
    e.key = key;
    e.variables = {0.1, 1.0 / 3, -6.02214076e23, 5e-324};
    e.feasible = true;
    e.objective = std::nextafter(0.7, 1.0);
    e.constraints = {std::numeric_limits<double>::infinity(), -0.0};
    e.seconds = 12.5;
    e.result = "{\"name\": \"Li\u00b2 'quoted' \\n\"}";
    return e;
}

void check_same(const Evaluation& a, const Evaluation& b) {
    CHECK(a.key == b.key);
    CHECK(a.variables == b.variables);
    CHECK(a.feasible == b.feasible);
    CHECK(a.failure == b.failure);
    CHECK(a.objective == b.objective);
    CHECK(a.constraints == b.constraints);
    CHECK(a.seconds == b.seconds);
    CHECK(a.result == b.result);
}

std::string reason(const fs::path& file) {
    try {
        const History history(file);
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::io_failure);
        return error.what();
    }
    return "opened";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void run_sql(const fs::path& file, const char* sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

} // namespace

TEST_CASE("what is written comes back bit for bit, also after reopening, in order") {
    const TemporaryDirectory directory;
    const fs::path file = directory / "history.db";
    {
        History history(file);
        CHECK(history.all().empty());
        CHECK_FALSE(history.find("b").has_value());
        history.append(example("b"));
        history.append(example("a"));
        const auto found = history.find("b");
        REQUIRE(found.has_value());
        check_same(*found, example("b"));
    }
    const History again(file);
    const std::vector<Evaluation> all = again.all();
    REQUIRE(all.size() == 2);
    check_same(all[0], example("b"));
    check_same(all[1], example("a"));
}

TEST_CASE("a design that failed keeps its reason, and what it has not stays absent") {
    const TemporaryDirectory directory;
    History history(directory / "history.db");
    Evaluation failed;
    failed.key = "f";
    failed.failure = "the packing cannot reach 80 %";
    failed.objective = std::numeric_limits<double>::quiet_NaN();
    failed.constraints = {std::numeric_limits<double>::quiet_NaN(),
                          -std::numeric_limits<double>::infinity()};
    history.append(failed);
    const Evaluation found = history.find("f").value();
    CHECK_FALSE(found.feasible);
    CHECK(found.failure == failed.failure);
    CHECK(std::isnan(found.objective));
    CHECK(found.variables.empty());
    REQUIRE(found.constraints.size() == 2);
    CHECK(std::isnan(found.constraints[0]));
    CHECK(found.constraints[1] == -std::numeric_limits<double>::infinity());
}

TEST_CASE("the first evaluation of a key stays") {
    const TemporaryDirectory directory;
    History history(directory / "history.db");
    history.append(example("a"));
    Evaluation other = example("a");
    other.objective = 99;
    history.append(other);
    CHECK(history.all().size() == 1);
    CHECK(history.find("a")->objective == example("a").objective);
}

TEST_CASE("two open histories of one file see each other's evaluations") {
    const TemporaryDirectory directory;
    History one(directory / "history.db");
    History two(directory / "history.db");
    one.append(example("a"));
    two.append(example("b"));
    CHECK(one.find("b").has_value());
    CHECK(two.all().size() == 2);
}

TEST_CASE("a process killed while writing leaves every finished evaluation intact") {
    const TemporaryDirectory directory;
    const fs::path file = directory / "history.db";
    History watcher(file);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        // Only the parent may reach the test framework's end.
        try {
            History history(file);
            for (int n = 0;; ++n) {
                history.append(example(std::to_string(n)));
            }
        } catch (...) {
            ::_exit(1);
        }
    }
    while (watcher.all().size() < 20 && ::waitpid(child, nullptr, WNOHANG) == 0) {
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);

    History history(file);
    const std::vector<Evaluation> all = history.all();
    CHECK(all.size() >= 20);
    for (std::size_t n = 0; n < all.size(); ++n) {
        check_same(all[n], example(std::to_string(n)));
    }
    history.append(example("after"));
    CHECK(history.find("after").has_value());
}

TEST_CASE("a file that is no database is refused with its name, and left as it was") {
    const TemporaryDirectory directory;
    for (const std::size_t size : {std::size_t{5}, std::size_t{10000}}) {
        const fs::path file = directory / ("text" + std::to_string(size));
        const std::string text(size, 'x');
        write_text_file(file, text);
        const std::string message = reason(file);
        CHECK(message == file.string() +
                             ": this is no history of a search, or a damaged one (file is not a "
                             "database); give another file, or move this one away to start anew");
        CHECK(read_text_file(file) == text);
    }
}

TEST_CASE("a damaged history is refused when it is opened") {
    const TemporaryDirectory directory;
    const fs::path file = directory / "history.db";
    {
        History history(file);
        for (int n = 0; n < 200; ++n) {
            history.append(example(std::to_string(n)));
        }
    }
    const auto size = static_cast<std::streamoff>(fs::file_size(file));
    REQUIRE(size > 20000);
    {
        std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
        damage.seekp(size / 3);
        damage << std::string(static_cast<std::size_t>(size / 3), '\x5a');
    }
    CHECK(contains(reason(file), "this is no history of a search, or a damaged one ("));
}

TEST_CASE("a database of something else, and a history of another version, are refused") {
    const TemporaryDirectory directory;
    const fs::path foreign = directory / "foreign.db";
    run_sql(foreign, "create table music (title text)");
    CHECK(reason(foreign) ==
          foreign.string() + ": this is a database, but no history of a search; give another file");
    const fs::path newer = directory / "newer.db";
    { const History history(newer); }
    run_sql(newer, "pragma user_version = 7");
    CHECK(reason(newer) ==
          newer.string() +
              ": this history has the format version 7, and this program knows version "
              "1; use the version of porogen that made it, or give another file");
}

TEST_CASE("an unreadable list of numbers is an error that names the evaluation") {
    const TemporaryDirectory directory;
    const fs::path file = directory / "history.db";
    History history(file);
    history.append(example("k7"));
    run_sql(file, "update evaluations set variables = '[0.1, ouch]'");
    try {
        (void)history.find("k7");
        CHECK(false);
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::io_failure);
        CHECK(contains(error.what(), "the evaluation k7 has an unreadable list of numbers"));
    }
}

TEST_CASE("places where no history can be made are refused") {
    const TemporaryDirectory directory;
    CHECK(contains(reason(directory / "missing/history.db"), "cannot open this history"));
    CHECK(contains(reason(directory.path()), "cannot open this history"));
    // Root may write anywhere, except where the kernel makes the files.
    if (::geteuid() != 0) {
        fs::permissions(directory.path(), fs::perms::owner_read | fs::perms::owner_exec);
        CHECK(contains(reason(directory / "history.db"), "cannot open this history"));
    } else if (fs::exists("/proc/self")) {
        CHECK(contains(reason("/proc/self/history.db"), "cannot open this history"));
    }
}

TEST_CASE("anyone can read the table with sqlite3") {
    const TemporaryDirectory directory;
    const fs::path file = directory / "history.db";
    History history(file);
    history.append(example("a"));
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    std::string row;
    const auto note = [](void* text, int columns, char** values, char**) {
        for (int c = 0; c < columns; ++c) {
            *static_cast<std::string*>(text) += std::string(values[c]) + "|";
        }
        return 0;
    };
    CHECK(sqlite3_exec(database,
                       "select number, key, feasible, round(objective, 3), variables, "
                       "json_extract(variables, '$[0]'), json_array_length(constraints), seconds "
                       "from evaluations",
                       note, &row, nullptr) == SQLITE_OK);
    sqlite3_close(database);
    CHECK(row == "1|a|1|0.7|[0.1, 0.3333333333333333, -6.02214076e+23, 5e-324]|0.1|2|12.5|");
}
