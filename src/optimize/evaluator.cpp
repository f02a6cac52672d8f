#include "optimize/evaluator.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"

namespace porogen::optimize {

namespace {

void check_result(const SearchProblem& problem, const Evaluation& evaluation) {
    if (evaluation.feasible && evaluation.constraints.size() != problem.constraints.size()) {
        throw_bad_input("search: the evaluation " + evaluation.key + " has " +
                        std::to_string(evaluation.constraints.size()) + " constrained values for " +
                        std::to_string(problem.constraints.size()) +
                        " constraints (the history is of another search); give another history");
    }
}

void require_number(Evaluation& evaluation) {
    if (evaluation.feasible && !std::isfinite(evaluation.objective)) {
        evaluation.feasible = false;
        evaluation.failure = "the objective is not a finite number";
    }
}

/// The less welcome of two values of a constrained quantity.
double worse(const DesignConstraint& constraint, double a, double b) {
    if (std::isnan(a) || std::isnan(b)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const auto beyond = [&](double value) {
        return std::max(constraint.low - value, value - constraint.high);
    };
    return beyond(a) > beyond(b) ? a : b;
}

} // namespace

/// An evaluation that several questions may share.
struct Evaluator::Slot {
    Trial trial;
    std::string key;
    Evaluation evaluation;
    bool known = false;
};

std::vector<Answer> Evaluator::answer(const std::vector<Question>& questions) {
    std::vector<Slot> slots;
    std::map<std::string, std::size_t> place;
    std::vector<std::vector<std::size_t>> parts(questions.size());
    for (std::size_t q = 0; q < questions.size(); ++q) {
        for (Trial& trial : trials_of(questions[q])) {
            std::string key = problem_.key(trial);
            const auto [at, fresh] = place.emplace(key, slots.size());
            if (fresh) {
                if (visited_.insert(key).second) {
                    visits_.push_back({trial, key});
                }
                slots.push_back({std::move(trial), std::move(key), {}, false});
            }
            parts[q].push_back(at->second);
        }
    }
    throw_if_asked_to_stop();
    std::vector<std::size_t> missing;
    for (std::size_t s = 0; s < slots.size(); ++s) {
        Slot& slot = slots[s];
        if (std::optional<Evaluation> found = history_.find(slot.key)) {
            slot.evaluation = std::move(*found);
            // It may have been made for other variables.
            slot.evaluation.variables = slot.trial.values;
            slot.known = true;
            ++told_;
            if (problem_.judge) {
                problem_.judge(slot.evaluation);
            }
            require_number(slot.evaluation);
            check_result(problem_, slot.evaluation);
        } else {
            missing.push_back(s);
        }
    }
    parallel_tasks(std::ssize(missing),
                   [&](std::int64_t n) { make(slots[missing[static_cast<std::size_t>(n)]]); });

    std::vector<Answer> answers;
    for (const std::vector<std::size_t>& of_question : parts) {
        Answer answer;
        std::vector<Evaluation> evaluations;
        for (const std::size_t s : of_question) {
            answer.made = answer.made || !slots[s].known;
            evaluations.push_back(slots[s].evaluation);
        }
        answer.evaluation = over_replicates(evaluations);
        answers.push_back(std::move(answer));
    }
    return answers;
}

std::string Evaluator::name_of(const Question& question) const {
    return problem_.key(trials_of(question).front());
}

std::vector<Trial> Evaluator::trials_of(const Question& question) const {
    const bool confirms = question.stage == Stage::confirm;
    const int first = confirms ? options_.seeds - 1 + question.repeat : 0;
    const int last = confirms ? first : options_.seeds - 1;
    const bool nominal = options_.robustness == Robustness::nominal;
    std::vector<Trial> trials;
    for (int replicate = first; replicate <= last; ++replicate) {
        for (int sample = nominal ? 0 : 1; sample <= (nominal ? 0 : options_.samples); ++sample) {
            trials.push_back({question.values, question.stage, replicate, sample});
        }
    }
    return trials;
}

int Evaluator::samples() const {
    return options_.robustness == Robustness::nominal ? 1 : options_.samples;
}

/// Evaluates and writes down at once, so that a kill costs only what is under way.
void Evaluator::make(Slot& slot) {
    throw_if_asked_to_stop();
    const auto begin = std::chrono::steady_clock::now();
    Evaluation evaluation = problem_.evaluate(slot.trial);
    evaluation.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    evaluation.key = slot.key;
    evaluation.variables = slot.trial.values;
    require_number(evaluation);
    check_result(problem_, evaluation);
    const std::scoped_lock lock(lock_);
    history_.append(evaluation);
    slot.evaluation = std::move(evaluation);
    const int designs = options_.seeds * options_.max_evaluations;
    const int repeats =
        options_.contenders > 0 ? (options_.contenders + 1) * options_.replicates : 0;
    progress_.update(
        std::min(1.0, static_cast<double>(++told_) / (samples() * (designs + repeats))));
}

void Evaluator::throw_if_asked_to_stop() const {
    throw_if_interrupted();
    if (options_.stop && options_.stop()) {
        throw Error(ExitCode::interrupted, "stopped as asked");
    }
}

/// Of each replicate what the robustness asks for, and the mean of these.
Evaluation Evaluator::over_replicates(const std::vector<Evaluation>& parts) const {
    std::vector<Evaluation> replicates;
    for (auto part = parts.begin(); part != parts.end(); part += samples()) {
        replicates.push_back(
            combined({part, part + samples()}, options_.robustness == Robustness::worst));
    }
    return combined(replicates, false);
}

/// The mean or the worst. A design that does not exist for one of them does not exist.
Evaluation Evaluator::combined(const std::vector<Evaluation>& parts, bool worst) const {
    for (const Evaluation& part : parts) {
        if (!part.feasible) {
            return part;
        }
    }
    Evaluation all = parts.front();
    if (parts.size() == 1) {
        return all;
    }
    all.result.clear();
    const auto count = static_cast<double>(parts.size());
    for (std::size_t p = 1; p < parts.size(); ++p) {
        const Evaluation& part = parts[p];
        all.seconds += part.seconds;
        all.objective = !worst              ? all.objective + part.objective
                        : problem_.maximise ? std::min(all.objective, part.objective)
                                            : std::max(all.objective, part.objective);
        for (std::size_t c = 0; c < all.constraints.size(); ++c) {
            all.constraints[c] =
                worst ? worse(problem_.constraints[c], all.constraints[c], part.constraints[c])
                      : all.constraints[c] + part.constraints[c];
        }
    }
    if (!worst) {
        all.objective /= count;
        for (double& value : all.constraints) {
            value /= count;
        }
    }
    return all;
}

} // namespace porogen::optimize
