#include "porogen/plating/insertion.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>

#include "plating/checks.h"
#include "porogen/core/constants.h"

namespace porogen {

namespace {

using plating::check_value;

constexpr char where[] = "insertion host";
constexpr double sum_tolerance = 1e-3;

// A bracketed Newton needs about ten; halving alone would end in 60.
constexpr int most_iterations = 200;

double sum_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

void check_host(const Msmr& host) {
    if (host.U0.empty() || host.X.size() != host.U0.size() || host.w.size() != host.U0.size()) {
        throw_bad_input(std::string(where) + ": U0, X and w have " +
                        std::to_string(host.U0.size()) + ", " + std::to_string(host.X.size()) +
                        " and " + std::to_string(host.w.size()) +
                        " values; give each kind of site one of each");
    }
    for (std::size_t j = 0; j < host.U0.size(); ++j) {
        check_value(where, host.U0[j], true, "site potential", "", "V");
        check_value(where, host.X[j], host.X[j] > 0, "part of the sites", "> 0", "");
        check_value(where, host.w[j], host.w[j] > 0, "width of a site", "> 0", "");
    }
    const double sum = sum_of(host.X);
    check_value(where, sum, std::abs(sum - 1) <= sum_tolerance, "sum of the parts X",
                "of 1 within 0.1 %", "");
    check_value(where, host.temperature, host.temperature > 0, "temperature", "> 0", "K");
}

/// R T/F [V].
double thermal_voltage(const Msmr& host) {
    return gas_constant * host.temperature / faraday;
}

struct Filling {
    double occupied = 0;
    double vacant = 0; ///< 1 - occupied, with all its digits where little is vacant
    double slope = 0;  ///< -d occupied/d potential [1/V]
};

Filling filling(const Msmr& host, double potential) {
    const double thermal = thermal_voltage(host);
    const double sum = sum_of(host.X);
    Filling all;
    for (std::size_t j = 0; j < host.U0.size(); ++j) {
        const double width = thermal * host.w[j];
        const double z = (potential - host.U0[j]) / width;
        // The smaller of the two parts is computed from an exponential that cannot overflow.
        const double small = std::exp(-std::abs(z));
        const double minor = small / (1 + small);
        const double major = 1 / (1 + small);
        const double part = host.X[j] / sum;
        all.occupied += part * (z > 0 ? minor : major);
        all.vacant += part * (z > 0 ? major : minor);
        all.slope += part * minor * major / width;
    }
    return all;
}

} // namespace

double occupancy(const Msmr& host, double potential) {
    check_host(host);
    check_value(where, potential, true, "potential", "", "V");
    return filling(host, potential).occupied;
}

double potential(const Msmr& host, double occupied) {
    check_host(host);
    check_value(where, occupied, occupied > 0 && occupied < 1, "occupied part",
                "above 0 and below 1", "");
    // Each kind of site alone would be filled this far at its own potential; the root lies between
    // the lowest and the highest of these. In ln(x/(1 - x)) one kind of site is a straight line.
    const double aim = std::log(occupied) - std::log1p(-occupied);
    const double thermal = thermal_voltage(host);
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (std::size_t j = 0; j < host.U0.size(); ++j) {
        const double alone = host.U0[j] - thermal * host.w[j] * aim;
        low = std::min(low, alone);
        high = std::max(high, alone);
    }
    double u = 0.5 * (low + high);
    for (int iteration = 0; iteration < most_iterations && low < high; ++iteration) {
        const Filling now = filling(host, u);
        const double excess = std::log(now.occupied) - std::log(now.vacant) - aim;
        (excess > 0 ? low : high) = u;
        const double step = excess * now.occupied * now.vacant / now.slope;
        const double newton = u + step;
        if (std::abs(step) <= 1e-9 * thermal) {
            return newton;
        }
        u = newton > low && newton < high ? newton : 0.5 * (low + high);
    }
    return u;
}

double mean_potential(const Msmr& host) {
    check_host(host);
    double sum = 0;
    for (std::size_t j = 0; j < host.U0.size(); ++j) {
        sum += host.X[j] * host.U0[j];
    }
    return sum / sum_of(host.X);
}

double volumetric_capacity(double specific_capacity, double density) {
    check_value(where, specific_capacity, specific_capacity > 0, "specific capacity", "> 0",
                "C/kg");
    check_value(where, density, density > 0, "density", "> 0", "kg/m^3");
    return specific_capacity * density;
}

} // namespace porogen
