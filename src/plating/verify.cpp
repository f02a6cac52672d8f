#include "porogen/plating/verify.h"

#include "plating/verify_cases.h"

namespace porogen {

std::vector<VerifyCase> verify_plating(const VerifyOptions& options, const VerifyReport& report,
                                       Progress& progress) {
    VerifyPlans plans;
    plating::add_profiles(plans);
    plating::add_sphere_in_field(plans);
    plating::add_depletion(plans);
    plating::add_moving_surfaces(plans);
    plating::add_filled_pores(plans);
    plating::add_roughness(plans);
    plating::add_charge(plans);
    return climb_ladder(plans, options, report, progress);
}

} // namespace porogen
