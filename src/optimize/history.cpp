#include "porogen/optimize/history.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <sqlite3.h>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

namespace fs = std::filesystem;

namespace {

// Both stand in the file's header, so that a foreign or a newer file is told apart before it is
// read.
constexpr int application_id = 0x506f726f; // "Poro"
constexpr int schema_version = 1;

// How long to wait while another process writes its own evaluation to the same file.
constexpr int patience_ms = 10000;

constexpr const char* schema = R"(
create table evaluations (
    number      integer primary key,  -- in the order they were made
    made_at     text not null default (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    key         text not null unique, -- what makes two evaluations the same
    feasible    integer not null,     -- 1: the design exists and was measured
    failure     text not null,        -- why not
    objective   real,                 -- null: not a number
    variables   text not null,        -- JSON array
    constraints text not null,        -- JSON array
    seconds     real,
    result      text not null         -- result.json
))";

constexpr const char* read_columns =
    "select key, feasible, failure, objective, variables, constraints, seconds, result "
    "from evaluations ";

/// JSON has no word for what is not finite: null stands for NaN, an overflowing number for
/// infinity.
std::string json_array(const std::vector<double>& values) {
    std::string text;
    for (const double value : values) {
        text += text.empty() ? "" : ", ";
        if (std::isnan(value)) {
            text += "null";
        } else if (std::isinf(value)) {
            text += value > 0 ? "9e999" : "-9e999";
        } else {
            text += format_number(value);
        }
    }
    return "[" + text + "]";
}

/// A number that json_array wrote. Nothing if it is none.
std::optional<double> parse_item(std::string_view item) {
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    if (item == "null") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (item == "9e999" || item == "-9e999") {
        const double infinity = std::numeric_limits<double>::infinity();
        return item.front() == '-' ? -infinity : infinity;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), value);
    if (error != std::errc() || end != item.data() + item.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::vector<double>> parse_json_array(std::string_view text) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') {
        return std::nullopt;
    }
    text = text.substr(1, text.size() - 2);
    std::vector<double> values;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::optional<double> value = parse_item(text.substr(0, comma));
        if (!value) {
            return std::nullopt;
        }
        values.push_back(*value);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return values;
}

/// An open database file.
struct Connection {
    fs::path file;
    sqlite3* handle = nullptr;

    explicit Connection(fs::path path) : file(std::move(path)) {
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        if (sqlite3_open_v2(file.c_str(), &handle, flags, nullptr) != SQLITE_OK) {
            const std::string reason = last_reason();
            sqlite3_close(handle);
            handle = nullptr;
            fail("cannot open this history (" + reason + ")",
                 "check that its directory exists and is writable");
        }
        sqlite3_busy_timeout(handle, patience_ms);
    }
    ~Connection() { sqlite3_close(handle); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] std::string last_reason() const {
        return handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(SQLITE_NOMEM);
    }
    [[noreturn]] void fail(const std::string& what, const std::string& advice) const {
        throw_io_failure(file.string() + ": " + what + "; " + advice);
    }
    [[noreturn]] void fail_as_damaged(const std::string& why) const {
        fail("this is no history of a search, or a damaged one (" + why + ")",
             "give another file, or move this one away to start anew");
    }
    /// Turns what SQLite last complained about into an Error.
    [[noreturn]] void fail_with_reason() const {
        const int code = sqlite3_errcode(handle);
        if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
            fail_as_damaged(last_reason());
        }
        fail("cannot use this history (" + last_reason() + ")",
             "check that it and its directory are writable and that the disk has space left");
    }
    void execute(const std::string& sql) const {
        if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            fail_with_reason();
        }
    }
};

/// A prepared statement. Parameters and columns count as SQLite does: from 1 and from 0.
class Statement {
  public:
    Statement(const Connection& connection, const std::string& sql) : connection_(connection) {
        if (sqlite3_prepare_v2(connection.handle, sql.c_str(), -1, &statement_, nullptr) !=
            SQLITE_OK) {
            connection.fail_with_reason();
        }
    }
    ~Statement() { sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void bind(int parameter, const std::string& text) {
        check(sqlite3_bind_text64(statement_, parameter, text.data(), text.size(), SQLITE_TRANSIENT,
                                  SQLITE_UTF8));
    }
    void bind(int parameter, double value) {
        check(sqlite3_bind_double(statement_, parameter, value));
    }
    void bind(int parameter, bool value) {
        check(sqlite3_bind_int(statement_, parameter, value ? 1 : 0));
    }

    /// True if there is a row to read, false at the end.
    bool step() {
        const int code = sqlite3_step(statement_);
        if (code != SQLITE_ROW && code != SQLITE_DONE) {
            connection_.fail_with_reason();
        }
        return code == SQLITE_ROW;
    }
    [[nodiscard]] std::string text(int column) const {
        const unsigned char* data = sqlite3_column_text(statement_, column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
        return data == nullptr ? std::string()
                               : std::string(reinterpret_cast<const char*>(data), size);
    }
    [[nodiscard]] int integer(int column) const { return sqlite3_column_int(statement_, column); }
    /// SQLite stores NaN as null.
    [[nodiscard]] double number(int column) const {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL
                   ? std::numeric_limits<double>::quiet_NaN()
                   : sqlite3_column_double(statement_, column);
    }

  private:
    void check(int code) const {
        if (code != SQLITE_OK) {
            connection_.fail_with_reason();
        }
    }

    const Connection& connection_;
    sqlite3_stmt* statement_ = nullptr;
};

int read_integer(const Connection& connection, const std::string& sql) {
    Statement statement(connection, sql);
    return statement.step() ? statement.integer(0) : 0;
}

void make_schema(const Connection& connection) {
    connection.execute(schema);
    connection.execute("pragma application_id = " + std::to_string(application_id));
    connection.execute("pragma user_version = " + std::to_string(schema_version));
}

void check_schema(const Connection& connection) {
    if (read_integer(connection, "pragma application_id") != application_id) {
        connection.fail("this is a database, but no history of a search", "give another file");
    }
    const int version = read_integer(connection, "pragma user_version");
    if (version != schema_version) {
        connection.fail("this history has the format version " + std::to_string(version) +
                            ", and this program knows version " + std::to_string(schema_version),
                        "use the version of porogen that made it, or give another file");
    }
    Statement check(connection, "pragma quick_check(1)");
    if (!check.step() || check.text(0) != "ok") {
        connection.fail_as_damaged(check.text(0));
    }
}

Evaluation read_evaluation(const Connection& connection, const Statement& row) {
    Evaluation evaluation;
    evaluation.key = row.text(0);
    evaluation.feasible = row.integer(1) != 0;
    evaluation.failure = row.text(2);
    evaluation.objective = row.number(3);
    const auto variables = parse_json_array(row.text(4));
    const auto constraints = parse_json_array(row.text(5));
    if (!variables || !constraints) {
        connection.fail_as_damaged("the evaluation " + evaluation.key +
                                   " has an unreadable list of numbers");
    }
    evaluation.variables = *variables;
    evaluation.constraints = *constraints;
    evaluation.seconds = row.number(6);
    evaluation.result = row.text(7);
    return evaluation;
}

} // namespace

struct History::Database : Connection {
    using Connection::Connection;
};

History::History(const fs::path& file) : database_(std::make_unique<Database>(file)) {
    if (sqlite3_db_readonly(database_->handle, "main") == 1) {
        database_->fail("this history cannot be written to (it is read-only)",
                        "make it writable or give another file");
    }
    // A commit waits until the data are on the disk, so neither a kill nor a power failure loses
    // it.
    database_->execute("pragma synchronous = full");
    // The lock keeps two processes that start at the same time from both making the table.
    database_->execute("begin immediate");
    if (read_integer(*database_, "select count(*) from sqlite_schema") == 0 &&
        read_integer(*database_, "pragma application_id") == 0) {
        make_schema(*database_);
    }
    check_schema(*database_);
    database_->execute("commit");
}

History::~History() = default;

std::optional<Evaluation> History::find(const std::string& key) const {
    Statement query(*database_, std::string(read_columns) + "where key = ?");
    query.bind(1, key);
    if (!query.step()) {
        return std::nullopt;
    }
    return read_evaluation(*database_, query);
}

void History::append(const Evaluation& evaluation) {
    Statement insert(*database_,
                     "insert into evaluations (key, feasible, failure, objective, variables, "
                     "constraints, seconds, result) values (?, ?, ?, ?, ?, ?, ?, ?) "
                     "on conflict (key) do nothing");
    insert.bind(1, evaluation.key);
    insert.bind(2, evaluation.feasible);
    insert.bind(3, evaluation.failure);
    insert.bind(4, evaluation.objective);
    insert.bind(5, json_array(evaluation.variables));
    insert.bind(6, json_array(evaluation.constraints));
    insert.bind(7, evaluation.seconds);
    insert.bind(8, evaluation.result);
    insert.step();
}

std::vector<Evaluation> History::all() const {
    Statement query(*database_, std::string(read_columns) + "order by number");
    std::vector<Evaluation> evaluations;
    while (query.step()) {
        evaluations.push_back(read_evaluation(*database_, query));
    }
    return evaluations;
}

} // namespace porogen
