#pragma once

#include <cstdint>
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

/// Every evaluation ever made for a search, on disk (SQLite). Written before the search goes on, so
/// that a crash costs at most the evaluation then running.
class History {
  public:
    /// Opens or makes the file. Throws Error(io_failure) if it cannot, or if the file is no
    /// history.
    explicit History(const std::filesystem::path& file);
    ~History();
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    [[nodiscard]] std::optional<Evaluation> find(const std::string& key) const;
    void append(const Evaluation& evaluation);
    /// In the order they were made.
    [[nodiscard]] std::vector<Evaluation> all() const;

  private:
    struct Database;
    std::unique_ptr<Database> database_;
};

} // namespace porogen
