#include "porogen/core/verify.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace porogen {

namespace {

bool is_chosen(const VerifyPlan& plan, const VerifyOptions& options) {
    const bool named = plan.group.find(options.only) != std::string::npos ||
                       plan.name.find(options.only) != std::string::npos;
    return named && (options.full || !plan.full);
}

VerifyCase climb(const VerifyPlan& plan) {
    const auto begin = std::chrono::steady_clock::now();
    VerifyCase done;
    done.group = plan.group;
    done.name = plan.name;
    done.reference = plan.reference;
    done.claim = plan.claim;
    done.exact = plan.exact;
    done.tolerance = plan.tolerance;
    done.cells = plan.cells;
    done.other_cells = plan.other_cells;
    done.least_order = plan.least_order;
    done.got = plan.measure(plan.cells);
    done.error = verify_error(plan.claim, plan.exact, done.got);
    if (plan.other_cells > 0) {
        const double other = verify_error(plan.claim, plan.exact, plan.measure(plan.other_cells));
        done.order = observed_order(done.error, plan.cells, other, plan.other_cells);
    }
    done.passed = within_limits(done);
    done.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return done;
}

} // namespace

double verify_error(VerifyClaim claim, double exact, double got) {
    const double error = exact == 0 ? got : (got - exact) / exact;
    const double outwards = claim == VerifyClaim::at_least ? -error : error;
    return claim != VerifyClaim::equal && outwards <= 0 ? 0 : error;
}

double observed_order(double error, std::int64_t cells, double other_error,
                      std::int64_t other_cells) {
    const double ratio = error / other_error; // no order where the sign changes
    const double order =
        std::log(ratio) / std::log(static_cast<double>(other_cells) / static_cast<double>(cells));
    return std::isfinite(order) ? order : std::numeric_limits<double>::quiet_NaN();
}

bool within_limits(const VerifyCase& verified) {
    const bool near = std::abs(verified.error) <= verified.tolerance;
    const bool falls =
        !verified.least_order || (verified.order && *verified.order >= *verified.least_order);
    return std::isfinite(verified.got) && near && falls;
}

std::vector<VerifyCase> climb_ladder(const VerifyPlans& plans, const VerifyOptions& options,
                                     const VerifyReport& report, Progress& progress) {
    const auto chosen = std::ranges::count_if(
        plans, [&](const VerifyPlan& plan) { return is_chosen(plan, options); });
    std::vector<VerifyCase> cases;
    for (const VerifyPlan& plan : plans) {
        if (!is_chosen(plan, options)) {
            continue;
        }
        throw_if_interrupted();
        cases.push_back(climb(plan));
        report(cases.back());
        progress.update(static_cast<double>(cases.size()) / static_cast<double>(chosen));
    }
    return cases;
}

} // namespace porogen
