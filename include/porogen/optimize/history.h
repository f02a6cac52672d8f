#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace porogen {

/// One design tried. Values that the evaluation did not reach are absent.
struct Evaluation {
    /// Recipe hash, seed and program version: what makes two evaluations the same.
    std::string key;
    /// In the order of the search's variables.
    std::vector<double> variables;
    /// The design exists and was measured.
    bool feasible = false;
    /// Why not, if not.
    std::string failure;
    double objective = 0;
    /// Value of each constrained quantity.
    std::vector<double> constraints;
    double seconds = 0;
    /// The whole result.json, for later questions.
    std::string result;
};

/// Every evaluation ever made for a search, on disk (SQLite, one table `evaluations` for
/// anyone to read). Written through to the disk before the search goes on, so that a crash
/// costs at most the evaluation then running. Several processes may share one file. Every
/// member may throw Error(io_failure).
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
