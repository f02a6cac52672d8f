#include "cast_checks.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <vector>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "settle.h"

namespace porogen {

namespace {

/// No shape of particle is known to pack denser at random.
constexpr double densest = 0.95;

void require(bool ok, const std::string& key, double value, const std::string& rule) {
    if (!ok) {
        throw_bad_input("cast: " + key + " is " + format_number(value) + " (" + rule +
                        "); correct it");
    }
}

void check_positive(const std::string& key, double value) {
    require(value > 0 && std::isfinite(value), key, value, "it must be positive and finite");
}

void check_fraction(const std::string& key, double value) {
    require(value >= 0 && value <= 1, key, value, "it must lie in 0..1");
}

void check_population(const Population& p) {
    const auto key = [&](const char* name) { return p.name + '.' + name; };
    check_fraction(key("share"), p.share);
    check_positive(key("diameter_min"), p.diameter_min);
    require(p.diameter_max >= p.diameter_min && std::isfinite(p.diameter_max), key("diameter_max"),
            p.diameter_max, "it must not be smaller than diameter_min");
    if (p.size_law == SizeLaw::lognormal) {
        require(p.diameter >= p.diameter_min && p.diameter <= p.diameter_max, key("diameter"),
                p.diameter, "it must lie between diameter_min and diameter_max");
        require(p.diameter_spread >= 1 && p.diameter_spread < 10, key("diameter_spread"),
                p.diameter_spread, "a geometric standard deviation lies in 1..10");
    }
    require(p.aspect >= 1 && p.aspect <= 1e4, key("aspect"), p.aspect, "it must lie in 1..10000");
    require(p.aspect_spread >= 1 && p.aspect_spread < 10, key("aspect_spread"), p.aspect_spread,
            "a geometric standard deviation lies in 1..10");
    check_fraction(key("rounding"), p.rounding);
    check_fraction(key("flatness"), p.flatness);
    check_positive(key("persistence_length"), p.persistence_length);
    check_positive(key("density"), p.density);
}

void check_shares(const std::vector<Population>& populations, Role role, double fraction) {
    double sum = 0;
    for (const Population& population : populations) {
        sum += population.role == role ? population.share : 0;
    }
    require(fraction == 0 || std::abs(sum - 1) < 1e-9,
            role == Role::host ? "the shares of the host's populations sum to"
                               : "the shares of the porogen's populations sum to",
            sum, "they must make up the whole, 1");
}

} // namespace

void check_options(const CastOptions& options) {
    check_positive("size.x", options.size.x());
    check_positive("size.y", options.size.y());
    check_positive("size.z", options.size.z());
    check_fraction("host_fraction", options.host_fraction);
    check_fraction("porogen_fraction", options.porogen_fraction);
    for (const Population& population : options.populations) {
        check_population(population);
    }
    require(std::ranges::count(options.populations, ParticleShape::plate, &Population::shape) <= 1,
            "the number of plates",
            static_cast<double>(
                std::ranges::count(options.populations, ParticleShape::plate, &Population::shape)),
            "one foil lies on the floor, and nothing else is a plate");
    std::vector<std::string> names;
    std::ranges::transform(options.populations, std::back_inserter(names), &Population::name);
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
        throw_bad_input("cast: two populations are called '" + *twice +
                        "' (they would draw the same numbers); rename one");
    }
    check_shares(options.populations, Role::host, options.host_fraction);
    check_shares(options.populations, Role::porogen, options.porogen_fraction);
    require(options.fill_height >= 1 && options.fill_height <= 100, "fill_height",
            options.fill_height, "the slurry is 1 to 100 times as high as the casting");
    require(options.shear >= 0 && options.shear <= 1000, "shear", options.shear,
            "a strain under the blade lies in 0..1000");
    require(options.settling >= 0 && options.settling <= 1, "settling", options.settling,
            "it must lie in 0..1");
    require(options.shear <= most_shear * shearing * options.max_sweeps, "shear", options.shear,
            "at most " + format_number(most_shear) +
                " in each of the sweeps under the blade, a tenth of max_sweeps");
    check_positive("fluid_density", options.fluid_density);
    require(options.orientation_r == 0 ||
                (options.orientation_r >= 0.05 && options.orientation_r <= 3),
            "orientation_r", options.orientation_r, "it must lie in 0.05..3, or be 0 for any");
    require(options.max_overlap > 0 && options.max_overlap < 1, "max_overlap", options.max_overlap,
            "it must lie in 0..1, both excluded");
    require(options.max_sweeps >= 10, "max_sweeps", options.max_sweeps, "it must be at least 10");
    const double total = options.host_fraction + options.porogen_fraction;
    require(total > 0, "host_fraction + porogen_fraction", total, "nothing to cast");
    if (!(total < densest)) {
        throw_infeasible("cast: host and porogen fill " + format_number(total) +
                         " of the box (no packing is denser than " + format_number(densest) +
                         "); leave more room between the flakes (cast.wall_porosity)");
    }
}

void check_box(const Slurry& slurry, const Vec3& size) {
    if (!(slurry.floor < size.z())) {
        throw_infeasible("cast: the foil is " + format_quantity(slurry.floor, "m") +
                         " thick (the box is only " + format_quantity(size.z(), "m") +
                         " high); raise the porosity or the thickness of the box");
    }
    double largest = 0;
    for (const Particle& particle : slurry.packing.particles) {
        largest = std::max(largest, 2 * bounding_radius(particle));
    }
    const double narrowest = std::min({size.x(), size.y(), size.z() - slurry.floor});
    if (!(largest <= narrowest)) {
        throw_infeasible("cast: the largest particle is " + format_quantity(largest, "m") +
                         " across (the box is only " + format_quantity(narrowest, "m") +
                         " wide); enlarge the box or take smaller particles");
    }
}

} // namespace porogen
