#pragma once

#include "porogen/core/verify.h"

namespace porogen::plating {

// The groups, in the order of the ladder.
void add_profiles(VerifyPlans& plans);
void add_sphere_in_field(VerifyPlans& plans);
void add_depletion(VerifyPlans& plans);
void add_moving_surfaces(VerifyPlans& plans);
void add_filled_pores(VerifyPlans& plans);
void add_roughness(VerifyPlans& plans);
void add_charge(VerifyPlans& plans);

} // namespace porogen::plating
