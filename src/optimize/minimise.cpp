#include "optimize/minimise.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>

#include <nlopt.hpp>

#include "porogen/core/errors.h"

namespace porogen::optimize {

namespace {

// CRS2 draws from NLopt's own generator: seeded the same each time, so that a search can be
// replayed.
constexpr unsigned long crs2_seed = 20220617;

nlopt::algorithm nlopt_name(Algorithm algorithm) {
    switch (algorithm) {
    case Algorithm::direct_l:
        return nlopt::GN_DIRECT_L;
    case Algorithm::crs2:
        return nlopt::GN_CRS2_LM;
    case Algorithm::sbplx:
        return nlopt::LN_SBPLX;
    case Algorithm::bobyqa:
        return nlopt::LN_BOBYQA;
    case Algorithm::cobyla:
        break;
    }
    return nlopt::LN_COBYLA;
}

/// What the callbacks share. NLopt asks for the cost and the constraints of a point separately, so
/// the last one is kept; and its wrapper swallows exceptions, so the first one is kept too.
struct Conversation {
    const std::function<Sample(const std::vector<double>&)>& sample;
    int remaining;
    std::vector<double> x;
    Sample last;
    std::exception_ptr failure;

    const Sample& at(const std::vector<double>& point) {
        if (failure) {
            throw nlopt::forced_stop();
        }
        if (point != x) {
            if (remaining-- <= 0) {
                throw nlopt::forced_stop();
            }
            try {
                last = sample(point);
            } catch (...) {
                failure = std::current_exception();
                throw nlopt::forced_stop();
            }
            x = point;
        }
        return last;
    }
};

double merit_of(const std::vector<double>& x, std::vector<double>& /*gradient*/, void* data) {
    return static_cast<Conversation*>(data)->at(x).merit;
}

double cost_of(const std::vector<double>& x, std::vector<double>& /*gradient*/, void* data) {
    return static_cast<Conversation*>(data)->at(x).cost;
}

void excess_of(unsigned count, double* result, unsigned dimension, const double* x,
               double* /*gradient*/, void* data) {
    const Sample& sample = static_cast<Conversation*>(data)->at({x, x + dimension});
    std::copy_n(sample.excess.begin(), count, result);
}

void set_up(nlopt::opt& optimiser, const MinimiseOptions& options, std::size_t bounds,
            Conversation& conversation) {
    const unsigned dimension = optimiser.get_dimension();
    optimiser.set_lower_bounds(0.0);
    optimiser.set_upper_bounds(1.0);
    optimiser.set_maxeval(options.evaluations);
    if (options.algorithm == Algorithm::cobyla) {
        optimiser.set_min_objective(cost_of, &conversation);
        if (bounds > 0) {
            optimiser.add_inequality_mconstraint(excess_of, &conversation,
                                                 std::vector<double>(bounds, 0.0));
        }
    } else {
        optimiser.set_min_objective(merit_of, &conversation);
    }
    if (options.algorithm != Algorithm::direct_l && options.algorithm != Algorithm::crs2) {
        optimiser.set_xtol_abs(options.tolerance);
        optimiser.set_initial_step(options.first_step);
    }
    if (options.algorithm == Algorithm::crs2) {
        // NLopt's own choice, 10 (n + 1), would spend a small budget on drawing the first
        // population.
        const auto most = 10 * (dimension + 1);
        const auto least = 2 * (dimension + 1);
        optimiser.set_population(
            std::clamp(static_cast<unsigned>(options.evaluations) / 4, least, most));
        nlopt::srand(crs2_seed);
    }
}

} // namespace

void minimise(const std::function<Sample(const std::vector<double>& x)>& sample,
              const std::vector<double>& start, std::size_t bounds,
              const MinimiseOptions& options) {
    if (options.evaluations <= 0) {
        return;
    }
    Conversation conversation{sample, options.evaluations, {}, {}, {}};
    std::string reason;
    try {
        nlopt::opt optimiser(nlopt_name(options.algorithm), static_cast<unsigned>(start.size()));
        set_up(optimiser, options, bounds, conversation);
        std::vector<double> x = start;
        double value = 0;
        optimiser.optimize(x, value);
    } catch (const nlopt::forced_stop&) {
        // Out of evaluations, or `sample` threw: see below.
    } catch (const nlopt::roundoff_limited&) {
        // As close as this algorithm gets.
    } catch (const std::runtime_error& error) {
        reason = error.what();
    } catch (const std::invalid_argument& error) {
        reason = error.what();
    }
    if (conversation.failure) {
        std::rethrow_exception(conversation.failure);
    }
    if (!reason.empty()) {
        throw_not_converged("search: NLopt gave up (" + reason +
                            "); try another strategy, the history is kept");
    }
}

} // namespace porogen::optimize
