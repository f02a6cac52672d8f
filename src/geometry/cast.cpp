#include "porogen/geometry/cast.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "body.h"
#include "orientation.h"
#include "overlap.h"
#include "porogen/core/errors.h"
#include "porogen/core/random.h"
#include "porogen/core/units.h"
#include "relax.h"
#include "seeding.h"

namespace porogen {

namespace {

/// No shape of particle is known to pack denser at random.
constexpr double densest = 0.95;

/// Depth that contacts may take without pushing / max_overlap; the rest is left to those that do
/// push. Measured at a total of 0.72: the deepest contacts of four castings shrink by a third from
/// 0.6 to 0.9.
constexpr double slack = 0.85;

/// Sweeps that clear the overlaps of the seeding, unless they are more than a relaxation gets.
constexpr int clearing = 100;
/// Parts of max_sweeps for the descent of the lid, and for the rounds of shaking and relaxing after
/// it.
constexpr double descending = 0.5;
constexpr double shaking = 0.15;
constexpr double relaxing = 0.1;

/// Volume fraction from which particles jam rather than step aside, so that shaking helps.
constexpr double crowded = 0.55;
/// Strength of the shaking: what it presses a contact in / median thickness.
constexpr double shaking_strength = 0.06;
/// Sweeps between shakes.
constexpr int shaking_period = 70;

/// Spacing of the points that measure the overlap / median thickness.
constexpr double overlap_spacing = 0.12;

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

void check_options(const CastOptions& options) {
    check_positive("size.x", options.size.x());
    check_positive("size.y", options.size.y());
    check_positive("size.z", options.size.z());
    check_fraction("host_fraction", options.host_fraction);
    check_fraction("porogen_fraction", options.porogen_fraction);
    for (const Population& population : options.populations) {
        check_population(population);
    }
    check_shares(options.populations, Role::host, options.host_fraction);
    check_shares(options.populations, Role::porogen, options.porogen_fraction);
    require(options.fill_height >= 1 && options.fill_height <= 100, "fill_height",
            options.fill_height, "the slurry is 1 to 100 times as high as the casting");
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

/// Also what makes "the nearest image" of a particle meaningful.
void check_box(const Packing& slurry, double final_height) {
    double largest = 0;
    for (const Particle& particle : slurry.particles) {
        largest = std::max(largest, 2 * bounding_radius(particle));
    }
    const double narrowest = std::min({slurry.box.size.x(), slurry.box.size.y(), final_height});
    if (!(largest <= narrowest)) {
        throw_infeasible("cast: the largest particle is " + format_quantity(largest, "m") +
                         " across (the box is only " + format_quantity(narrowest, "m") +
                         " wide); enlarge the box or take smaller particles");
    }
}

double median_thickness(const std::vector<Body>& bodies) {
    std::vector<double> thickness;
    for (const Body& body : bodies) {
        thickness.push_back(body.thickness);
    }
    const auto middle = thickness.begin() + static_cast<std::ptrdiff_t>(thickness.size() / 2);
    std::nth_element(thickness.begin(), middle, thickness.end());
    return *middle;
}

/// The way from slurry to casting; each phase counts its sweeps in the same budget.
class Caster {
  public:
    Caster(const CastOptions& options, const Packing& slurry, std::vector<Body> bodies,
           Progress& progress)
        : options_(options), progress_(progress), random_(options.seed, "shaking"),
          strength_(shaking_strength * median_thickness(bodies)),
          relaxation_(std::move(bodies), slurry.box, slack * options.max_overlap) {}

    void run() {
        relax(std::min(clearing, part(relaxing)));
        descend(part(descending));
        relax(part(relaxing));
        while (best_.deepest > options_.max_overlap && left() > part(relaxing)) {
            shake(std::min(part(shaking), left() - part(relaxing)));
            relax(part(relaxing));
        }
    }

    [[nodiscard]] int sweeps() const { return sweeps_; }
    [[nodiscard]] double deepest() const { return best_.deepest; }
    [[nodiscard]] const std::vector<Body>& bodies() const { return best_.bodies; }

  private:
    struct Best {
        double deepest = 0;
        std::vector<Body> bodies;
    };

    [[nodiscard]] int part(double of_budget) const {
        return std::max(1, static_cast<int>(of_budget * options_.max_sweeps));
    }
    [[nodiscard]] int left() const { return options_.max_sweeps - sweeps_; }

    /// One sweep but for its step.
    OverlapState evaluate() {
        throw_if_interrupted();
        progress_.update(std::min(1.0, static_cast<double>(sweeps_) / options_.max_sweeps));
        ++sweeps_;
        return relaxation_.evaluate();
    }

    /// Descends in energy until all contacts are shallow enough; at the final height, keeps the
    /// best state.
    void relax(int sweeps) {
        const bool final = !(relaxation_.height() > options_.size.z());
        for (int n = 0; n < sweeps; ++n) {
            const OverlapState state = evaluate();
            if (final && (best_.bodies.empty() || state.deepest < best_.deepest)) {
                best_ = {state.deepest, relaxation_.bodies()};
            }
            if (state.deepest <= options_.max_overlap) {
                return;
            }
            relaxation_.descend();
        }
    }

    /// Lets the lid down, ever slower, as a slurry dries.
    void descend(int sweeps) {
        const double height = options_.size.z();
        const double solid = options_.host_fraction + options_.porogen_fraction;
        for (int n = 1; n <= sweeps; ++n) {
            const double to_go = 1 - static_cast<double>(n) / sweeps;
            relaxation_.squeeze_to(height * (1 + (options_.fill_height - 1) * to_go * to_go));
            evaluate();
            if (solid * height / relaxation_.height() < crowded) {
                relaxation_.descend();
            } else {
                coast(n, strength_);
            }
        }
    }

    /// Shakes ever more gently.
    void shake(int sweeps) {
        for (int n = 0; n < sweeps; ++n) {
            evaluate();
            coast(n, strength_ * (1 - static_cast<double>(n) / sweeps));
        }
    }

    void coast(int n, double strength) {
        if (n % shaking_period == 0) {
            relaxation_.shake(random_, strength);
        }
        relaxation_.coast();
    }

    const CastOptions& options_;
    Progress& progress_;
    RandomStream random_;
    double strength_;
    Relaxation relaxation_;
    int sweeps_ = 0;
    Best best_;
};

} // namespace

CastResult cast(const CastOptions& options, Progress& progress) {
    check_options(options);
    CastResult result;
    Packing& packing = result.packing;
    packing = seed_slurry(options);
    check_box(packing, options.size.z());
    std::vector<Body> bodies;
    for (const Particle& particle : packing.particles) {
        bodies.push_back(make_body(particle));
    }
    const double spacing = overlap_spacing * median_thickness(bodies);

    Caster caster(options, packing, std::move(bodies), progress);
    caster.run();

    packing.box.size = options.size;
    std::vector<Vec3> normals;
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        Particle& particle = packing.particles[n];
        particle.centre = caster.bodies()[n].centre;
        particle.orientation = caster.bodies()[n].orientation;
        if (!particle.outline.empty()) {
            normals.push_back(particle_normal(particle));
        }
    }
    result.report.sweeps = caster.sweeps();
    result.report.deepest_overlap = caster.deepest();
    result.report.relaxed = caster.deepest() <= options.max_overlap;
    result.report.overlap_fraction = overlap_fraction(packing, spacing);
    result.report.order_parameter = order_parameter(normals);
    result.report.orientation_r = march_dollase(normals);
    progress.update(1);
    return result;
}

} // namespace porogen
