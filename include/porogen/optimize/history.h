#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace porogen {

/// One design tried. Values that the evaluation did not reach are absent.
struct Evaluation {
    std::string key; ///< recipe hash, seed and program version: what makes two evaluations the same
    std::vector<double> variables; ///< in the order of the search's variables
    bool feasible = false;         ///< the design exists and was measured
    std::string failure;           ///< why not, if not
    double objective = 0;
    std::vector<double> constraints; ///< value of each constrained quantity
    double seconds = 0;
    std::string result; ///< the whole result.json, for later questions
};

/// Every evaluation ever made for a search, on disk (SQLite, one table `evaluations` for anyone to
/// read). Written through to the disk before the search goes on, so that a crash costs at most the
/// evaluation then running. Several processes may share one file. Every member may throw
/// Error(io_failure).
class History {
  public:
    /// Opens or makes the file. Throws Error(io_failure) if it cannot, if the file is no history,
    /// is damaged, or is of another format version.
    explicit History(const std::filesystem::path& file);
    ~History();
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    [[nodiscard]] std::optional<Evaluation> find(const std::string& key) const;
    /// Writes an evaluation. If its key is known already, the one that was there stays.
    void append(const Evaluation& evaluation);
    /// In the order they were made.
    [[nodiscard]] std::vector<Evaluation> all() const;

  private:
    struct Database;
    std::unique_ptr<Database> database_;
};

} // namespace porogen
