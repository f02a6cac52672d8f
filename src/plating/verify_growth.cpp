#include "plating/verify_bench.h"
#include "plating/verify_cases.h"

namespace porogen::plating {

void add_moving_surfaces(VerifyPlans&) {}
void add_filled_pores(VerifyPlans&) {}
void add_roughness(VerifyPlans&) {}
void add_charge(VerifyPlans&) {}

} // namespace porogen::plating
