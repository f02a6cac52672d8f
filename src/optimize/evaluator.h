#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "porogen/optimize/search.h"

namespace porogen::optimize {

/// A design in a stage, of which one asks as a whole: over all seeds and samples of the uncertain
/// inputs.
struct Question {
    std::vector<double> values;
    Stage stage = Stage::search;
    int repeat = 0; ///< of the confirmation, from 1 on
};

/// What came of a question.
struct Answer {
    Evaluation evaluation;
    bool made = false; ///< one of them at least was not in the history
};

/// Makes evaluations, or takes them from the history, several at once.
class Evaluator {
  public:
    Evaluator(const SearchProblem& problem, const SearchOptions& options, History& history,
              Progress& progress)
        : problem_(problem), options_(options), history_(history), progress_(progress) {}

    /// In the order of the questions. Throws Error(interrupted) when asked to stop.
    std::vector<Answer> answer(const std::vector<Question>& questions);

    /// What makes two questions the same.
    [[nodiscard]] std::string name_of(const Question& question) const;

    /// Everything asked about so far.
    [[nodiscard]] const std::vector<Visit>& visits() const { return visits_; }

  private:
    struct Slot;
    [[nodiscard]] std::vector<Trial> trials_of(const Question& question) const;
    void make(Slot& slot);
    void throw_if_asked_to_stop() const;
    [[nodiscard]] int samples() const;
    [[nodiscard]] Evaluation over_replicates(const std::vector<Evaluation>& parts) const;
    [[nodiscard]] Evaluation combined(const std::vector<Evaluation>& parts, bool worst) const;

    const SearchProblem& problem_;
    const SearchOptions& options_;
    History& history_;
    Progress& progress_;
    std::mutex lock_; ///< of the history and the progress
    std::vector<Visit> visits_;
    std::set<std::string> visited_; ///< keys of the visits
    int told_ = 0;                  ///< evaluations that the progress knows of
};

} // namespace porogen::optimize
