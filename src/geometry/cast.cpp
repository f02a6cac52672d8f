#include "porogen/geometry/cast.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>
#include <set>
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
/// Parts of max_sweeps for the blade, the descent of the lid, and the rounds of shaking and
/// relaxing after it.
constexpr double shearing = 0.1;
constexpr double descending = 0.5;
constexpr double shaking = 0.15;
constexpr double relaxing = 0.1;
/// Strain in one sweep under the blade: at most (flakes turn to second order in it), and where the
/// budget allows.
constexpr double most_shear = 0.05;
constexpr double gentle_shear = 0.005;

/// Volume fraction from which particles jam rather than step aside, so that shaking helps.
constexpr double crowded = 0.55;
/// Strength of the shaking: what it presses a contact in / median thickness.
constexpr double shaking_strength = 0.06;
/// Sweeps between shakes.
constexpr int shaking_period = 70;

/// Sweeps after which the orientation is compared with the asked one, sweeps in which a difference
/// is to be made up, and the most that the orientations are strained per sweep to that end.
constexpr int steering_period = 10;
constexpr int steering_time = 20;
constexpr double strongest_steering = 0.01;
/// Sweeps over which differences add up to a lasting strain.
constexpr int steering_memory = 200;
/// Part of r by which a casting may miss it and be done, and beyond which it has failed.
constexpr double on_target = 0.05;
constexpr double off_target = 0.15;

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

/// Also what makes "the nearest image" of a particle meaningful.
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

double median_thickness(const std::vector<Body>& bodies) {
    std::vector<double> thickness;
    for (const Body& body : bodies) {
        thickness.push_back(body.thickness);
    }
    const auto middle = thickness.begin() + static_cast<std::ptrdiff_t>(thickness.size() / 2);
    std::nth_element(thickness.begin(), middle, thickness.end());
    return *middle;
}

/// Velocity of every particle's fall by Stokes' law, relative to that of the median host particle.
/// A fibre falls as its thickness says.
std::vector<double> sinking_rates(const CastOptions& options, const Packing& packing) {
    const auto excess = [&](const Population& p) { return p.density - options.fluid_density; };
    const auto population = [&](const Particle& particle) -> const Population& {
        return *std::find_if(options.populations.begin(), options.populations.end(),
                             [&](const Population& p) { return p.name == particle.population; });
    };
    const auto size = [](const Particle& particle) {
        return particle.fibre >= 0 ? 2 * particle.rounding
                                   : std::cbrt(6 / std::numbers::pi * volume(particle));
    };
    std::vector<double> host_rates;
    std::vector<double> rates;
    for (const Particle& particle : packing.particles) {
        const double diameter = size(particle);
        rates.push_back(excess(population(particle)) * diameter * diameter);
        if (particle.role == Role::host) {
            host_rates.push_back(std::abs(rates.back()));
        }
    }
    std::vector<double> sorted = host_rates.empty() ? rates : host_rates;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    for (double& rate : rates) {
        rate = *middle != 0 ? rate / std::abs(*middle) : 0;
    }
    return rates;
}

/// Which particles have a normal that r speaks of.
std::vector<bool> platelets(const Packing& packing) {
    std::vector<bool> which;
    for (const Particle& particle : packing.particles) {
        which.push_back(particle.role == Role::host && is_platelet(particle));
    }
    return which;
}

std::vector<Vec3> local_z(const std::vector<Body>& bodies, const std::vector<bool>& which) {
    std::vector<Vec3> axes;
    for (std::size_t n = 0; n < bodies.size(); ++n) {
        if (which[n]) {
            axes.push_back(bodies[n].axes.col(2));
        }
    }
    return axes;
}

/// Links that hang on the particle before them.
std::vector<bool> jointed(const Packing& packing) {
    std::vector<bool> which(packing.particles.size(), false);
    for (std::size_t n = 1; n < which.size(); ++n) {
        which[n] = same_fibre(packing.particles[n - 1], packing.particles[n]);
    }
    return which;
}

/// The way from slurry to casting; each phase counts its sweeps in the same budget.
class Caster {
  public:
    Caster(const CastOptions& options, const Slurry& slurry, std::vector<Body> bodies,
           Progress& progress)
        : options_(options), progress_(progress), random_(options.seed, "shaking"),
          final_height_(options.size.z() - slurry.floor),
          solid_((volume(slurry.packing, Role::host) + volume(slurry.packing, Role::porogen)) /
                 (options.size.x() * options.size.y() * final_height_)),
          strength_(shaking_strength * median_thickness(bodies)),
          sinking_(sinking_rates(options, slurry.packing)), platelets_(platelets(slurry.packing)),
          relaxation_(std::move(bodies), slurry.packing.box, slack * options.max_overlap,
                      jointed(slurry.packing)) {
        steered_ = options.orientation_r > 0 &&
                   std::find(platelets_.begin(), platelets_.end(), true) != platelets_.end();
    }

    void run() {
        relax(std::min(clearing, part(relaxing)));
        draw_blade(
            std::min(part(shearing), static_cast<int>(std::ceil(options_.shear / gentle_shear))));
        descend(part(descending));
        best_ = {}; // what was met before the lid came down does not count
        settled_ = false;
        relax(part(relaxing));
        while (!settled_ && left() > part(relaxing)) {
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
        bool oriented = false; ///< as asked, within what is accepted
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

    /// Descends in energy until all contacts are shallow enough and the orientation is the asked
    /// one; at the final height, keeps the best state.
    void relax(int sweeps) {
        const bool final = !(relaxation_.height() > final_height_);
        for (int n = 0; n < sweeps; ++n) {
            const OverlapState state = evaluate();
            if (final) {
                keep_if_better(state.deepest);
            }
            if (state.deepest <= options_.max_overlap && (!final || is_oriented(on_target))) {
                if (final) {
                    best_ = {state.deepest, true, relaxation_.bodies()};
                    settled_ = true;
                }
                return;
            }
            steer();
            relaxation_.descend();
        }
    }

    /// Shears the wet slurry, and keeps its particles out of each other meanwhile.
    void draw_blade(int sweeps) {
        for (int n = 0; n < sweeps; ++n) {
            relaxation_.shear(options_.shear / sweeps);
            steer();
            evaluate();
            relaxation_.descend();
        }
    }

    /// Lets the lid down, ever slower, as a slurry dries. Particles sink until they hinder each
    /// other (Richardson & Zaki, Trans. Inst. Chem. Eng. 1954, 32, 35: (1 - solid fraction)^4.65).
    void descend(int sweeps) {
        const double slurry_height = relaxation_.height();
        for (int n = 1; n <= sweeps; ++n) {
            const double to_go = 1 - static_cast<double>(n) / sweeps;
            relaxation_.squeeze_to(final_height_ *
                                   (1 + (options_.fill_height - 1) * to_go * to_go));
            const double solid = solid_ * final_height_ / relaxation_.height();
            if (options_.settling > 0) {
                relaxation_.sink(sinking_, options_.settling * slurry_height / sweeps *
                                               std::pow(1 - solid, 4.65));
            }
            steer();
            evaluate();
            if (solid < crowded) {
                relaxation_.descend();
            } else {
                coast(n, strength_);
            }
        }
    }

    /// Shakes ever more gently.
    void shake(int sweeps) {
        for (int n = 0; n < sweeps; ++n) {
            steer();
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

    [[nodiscard]] bool is_oriented(double tolerance) const {
        return !steered_ || std::abs(orientation() / options_.orientation_r - 1) <= tolerance;
    }
    /// An orientation that was asked for comes first, then the depth of the contacts.
    void keep_if_better(double deepest) {
        const bool oriented = is_oriented(off_target);
        if (best_.bodies.empty() || (oriented && !best_.oriented) ||
            (oriented == best_.oriented && deepest < best_.deepest)) {
            best_ = {deepest, oriented, relaxation_.bodies()};
        }
    }
    [[nodiscard]] double orientation() const {
        return march_dollase(local_z(relaxation_.bodies(), platelets_));
    }

    /// Strains the orientations towards the asked r, by the difference and what has added up of it.
    /// An even squeeze by 1 + s along z takes r to (1 + s)^(-2/3) r (March 1932).
    void steer() {
        if (!steered_) {
            return;
        }
        if (steered_sweeps_++ % steering_period == 0) {
            const double error = 1.5 * std::log(orientation() / options_.orientation_r);
            bias_ = std::clamp(bias_ + error / steering_memory, -strongest_steering,
                               strongest_steering);
            steering_ =
                std::clamp(bias_ + error / steering_time, -strongest_steering, strongest_steering);
        }
        relaxation_.incline(platelets_, steering_);
    }

    const CastOptions& options_;
    Progress& progress_;
    RandomStream random_;
    double final_height_; ///< [m]
    double solid_;        ///< volume of the particles / final volume under the lid [1]
    double strength_;
    std::vector<double> sinking_;
    std::vector<bool> platelets_;
    bool steered_ = false;
    int steered_sweeps_ = 0;
    double bias_ = 0;     ///< what holds against the lid and the contacts, per sweep [1]
    double steering_ = 0; ///< strain per sweep [1]
    Relaxation relaxation_;
    int sweeps_ = 0;
    bool settled_ = false;
    Best best_;
};

/// Moves the slurry's particles to where they come to rest, and says how that went.
CastReport settle(const CastOptions& options, Slurry& slurry, Progress& progress) {
    Packing& packing = slurry.packing;
    std::vector<Body> bodies;
    for (const Particle& particle : packing.particles) {
        bodies.push_back(make_body(particle));
    }
    const double spacing = overlap_spacing * median_thickness(bodies);
    Caster caster(options, slurry, std::move(bodies), progress);
    caster.run();

    packing.box.size.z() = options.size.z() - slurry.floor;
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        packing.particles[n].centre = caster.bodies()[n].centre;
        packing.particles[n].orientation = caster.bodies()[n].orientation;
    }
    CastReport report;
    report.sweeps = caster.sweeps();
    report.deepest_overlap = caster.deepest();
    report.relaxed = caster.deepest() <= options.max_overlap;
    report.overlap_fraction = overlap_fraction(packing, spacing);
    return report;
}

/// Orientation of the platelets, or else of the fibres.
void measure_orientation(const Packing& packing, CastReport& report) {
    std::vector<Vec3> normals;
    std::vector<Vec3> axes;
    for (const Particle& particle : packing.particles) {
        if (particle.role == Role::host && is_platelet(particle)) {
            normals.push_back(particle_normal(particle));
        } else if (particle.role == Role::host && particle.fibre >= 0) {
            axes.push_back(particle_normal(particle));
        }
    }
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    report.order_parameter = !normals.empty() ? order_parameter(normals)
                             : !axes.empty()  ? order_parameter(axes)
                                              : none;
    report.orientation_r = normals.empty() ? none : march_dollase(normals);
}

/// An orientation that is asked for is a promise: what misses it, or keeps it only by pressing the
/// particles into each other, is refused.
void require_orientation(const CastOptions& options, const CastReport& report) {
    if (options.orientation_r == 0) {
        return;
    }
    const std::string asked = "cast: orientation_r = " + format_number(options.orientation_r);
    if (std::isnan(report.orientation_r)) {
        throw_infeasible(asked +
                         " cannot be reached (no flake or disc is in the recipe); add some, or "
                         "leave it at \"auto\"");
    }
    const bool reached = std::abs(report.orientation_r / options.orientation_r - 1) <= off_target;
    if (!reached || !report.relaxed) {
        throw_infeasible(asked + " cannot be reached (" +
                         (reached
                              ? "held there, these particles stay pressed into each other"
                              : "these particles come to rest at " +
                                    format_number(std::round(1000 * report.orientation_r) / 1000) +
                                    " when they are packed this densely") +
                         "); leave more room between them, spend more sweeps (cast.max_sweeps) or "
                         "ask for another");
    }
}

} // namespace

CastResult cast(const CastOptions& options, Progress& progress) {
    check_options(options);
    Slurry slurry = seed_slurry(options);
    check_box(slurry, options.size);

    CastResult result;
    result.report.relaxed = true;
    if (!slurry.packing.particles.empty()) {
        result.report = settle(options, slurry, progress);
    }
    measure_orientation(slurry.packing, result.report);
    require_orientation(options, result.report);
    for (Particle& particle : slurry.packing.particles) {
        particle.centre.z() += slurry.floor;
    }
    result.packing = {{options.size}, std::move(slurry.plates)};
    std::ranges::move(slurry.packing.particles, std::back_inserter(result.packing.particles));
    progress.update(1);
    return result;
}

namespace {

/// Particles of a file may be anything; these are what the rest relies on.
void check_given(const Packing& packing) {
    std::set<int> fibres;
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        const Particle& particle = packing.particles[n];
        const std::string which = "particles: number " + std::to_string(n) + " (from 0) ";
        const double reach = bounding_radius(particle);
        const Vec3& size = packing.box.size;
        const Vec3& centre = particle.centre;
        const bool near = std::abs(centre.x()) <= 3 * size.x() &&
                          std::abs(centre.y()) <= 3 * size.y() && centre.z() >= -reach &&
                          centre.z() <= size.z() + reach;
        if (!near) {
            throw_bad_input(which + "lies outside the box (at " + format_quantity(centre.x(), "m") +
                            ", " + format_quantity(centre.y(), "m") + ", " +
                            format_quantity(centre.z(), "m") + "); give particles of this box");
        }
        if (particle.fibre < 0) {
            continue;
        }
        if (particle.is_ellipsoid() || !particle.outline.empty()) {
            throw_bad_input(which + "is a link of a fibre and no capsule; write -1 as its fibre");
        }
        if (n > 0 && same_fibre(packing.particles[n - 1], particle)) {
            continue;
        }
        if (!fibres.insert(particle.fibre).second) {
            throw_bad_input(which + "is a link of fibre " + std::to_string(particle.fibre) +
                            ", whose other links stand elsewhere; list them one after the other");
        }
    }
}

} // namespace

CastResult recast(const Packing& particles, const CastOptions& options) {
    const Vec3& size = particles.box.size;
    if (!((size - options.size).cwiseAbs().maxCoeff() <= 1e-9 * size.maxCoeff())) {
        throw_bad_input("particles: their box is " + format_quantity(size.x(), "m") + " x " +
                        format_quantity(size.y(), "m") + " x " + format_quantity(size.z(), "m") +
                        " (the recipe's is " + format_quantity(options.size.x(), "m") + " x " +
                        format_quantity(options.size.y(), "m") + " x " +
                        format_quantity(options.size.z(), "m") +
                        "); take the recipe that they were cast with");
    }
    if (particles.particles.empty()) {
        throw_bad_input("particles: there is none (nothing to put on a grid); give the "
                        "particles.csv of a casting");
    }
    check_given(particles);
    CastResult result;
    result.packing = particles;
    Slurry slurry;
    Packing& loose = slurry.packing;
    loose.box = particles.box;
    double& floor = slurry.floor;
    for (const Particle& particle : particles.particles) {
        if (is_foil(particle, particles.box)) {
            floor = std::max(floor, particle.half_thickness);
        } else {
            loose.particles.push_back(particle);
        }
    }
    result.report.relaxed = true;
    measure_orientation(loose, result.report);
    require_orientation(options, result.report);
    check_box(slurry, size);
    if (loose.particles.empty()) {
        return result;
    }
    std::vector<Body> bodies;
    loose.box.size.z() -= floor;
    for (Particle& particle : loose.particles) {
        particle.centre.z() -= floor;
        bodies.push_back(make_body(particle));
    }
    const double spacing = overlap_spacing * median_thickness(bodies);
    Relaxation relaxation(std::move(bodies), loose.box, 0, jointed(loose));
    result.report.deepest_overlap = relaxation.evaluate().deepest;
    result.report.relaxed = result.report.deepest_overlap <= options.max_overlap * (1 + 1e-9);
    result.report.overlap_fraction = overlap_fraction(loose, spacing);
    return result;
}

} // namespace porogen
