#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "porogen/optimize/history.h"

namespace porogen::pipeline {

/// A file of one record per line that one process appends to, written through to the disk. A kill
/// costs at most the record being written: opening the file again removes a line that was cut off.
class RecordFile {
  public:
    /// Throws Error(io_failure) if it cannot be written, or if another process holds it.
    explicit RecordFile(std::filesystem::path file);
    ~RecordFile();
    RecordFile(const RecordFile&) = delete;
    RecordFile& operator=(const RecordFile&) = delete;

    void append(const std::string& line);

  private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

struct Records {
    std::vector<Evaluation> evaluations;
    int damaged = 0; ///< lines that are no records
};

Records read_records(const std::filesystem::path& file);

} // namespace porogen::pipeline
