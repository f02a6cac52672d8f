#include "pipeline/records.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/pipeline/explore.h"

namespace porogen {

using Json = nlohmann::ordered_json;

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
    throw_io_failure(file.string() + ": cannot write (" + why +
                     "); free some space or write elsewhere");
}

/// Length of the text up to its last end of line.
std::size_t whole_lines(std::string_view text) {
    const std::size_t end = text.rfind('\n');
    return end == std::string_view::npos ? 0 : end + 1;
}

bool read_record(const std::string& line, Evaluation& evaluation) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) {
        return false;
    }
    try {
        evaluation.key = json.at("key").get<std::string>();
        for (const auto& [key, value] : json.at("variables").items()) {
            evaluation.variables.push_back(value.get<double>());
        }
        evaluation.feasible = json.at("feasible").get<bool>();
        evaluation.failure = json.at("failure").get<std::string>();
        evaluation.seconds = json.at("seconds").get<double>();
        evaluation.objective = std::numeric_limits<double>::quiet_NaN();
        const Json& result = json.at("result");
        // As result_json() lays it out.
        evaluation.result = result.is_null() ? "" : result.dump(2) + "\n";
        return true;
    } catch (const Json::exception&) {
        return false;
    }
}

} // namespace

std::string record(const ExplorePlan& plan, int number, const Evaluation& evaluation) {
    Json json{{"number", number},
              {"replicate", number % plan.replicates},
              {"key", evaluation.key},
              {"variables", Json::object()}};
    for (std::size_t v = 0; v < plan.variables.size(); ++v) {
        json["variables"][plan.variables[v].key] = evaluation.variables[v];
    }
    json["feasible"] = evaluation.feasible;
    json["failure"] = evaluation.failure;
    json["seconds"] = evaluation.seconds;
    json["result"] = evaluation.result.empty() ? Json() : Json::parse(evaluation.result);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace pipeline {

RecordFile::RecordFile(std::filesystem::path file) : file_(std::move(file)) {
    descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0) {
        fail(file_, std::strerror(errno));
    }
    // Disks that know no locks must do without.
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        ::close(descriptor_);
        throw_io_failure(file_.string() +
                         ": another process appends to these records (each task has one file of "
                         "its own); wait until it ends");
    }
    try {
        const std::size_t whole = whole_lines(read_text_file(file_));
        if (::ftruncate(descriptor_, static_cast<off_t>(whole)) != 0) {
            fail(file_, std::strerror(errno));
        }
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

RecordFile::~RecordFile() {
    ::close(descriptor_);
}

void RecordFile::append(const std::string& line) {
    const std::string text = line + "\n";
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t written = ::write(descriptor_, text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            fail(file_, std::strerror(errno));
        }
        done += static_cast<std::size_t>(written);
    }
    if (::fsync(descriptor_) != 0) {
        fail(file_, std::strerror(errno));
    }
}

Records read_records(const std::filesystem::path& file) {
    Records records;
    const std::string text = read_text_file(file);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        Evaluation evaluation;
        if (end < text.size() && read_record(text.substr(begin, end - begin), evaluation)) {
            records.evaluations.push_back(std::move(evaluation));
        } else {
            ++records.damaged;
        }
        begin = end + 1;
    }
    return records;
}

} // namespace pipeline

} // namespace porogen
