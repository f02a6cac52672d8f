#include "settle.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "cast_orientation.h"
#include "porogen/core/errors.h"
#include "porogen/core/random.h"
#include "relax.h"

namespace porogen {

namespace {

/// Depth that contacts may take without pushing / max_overlap; the rest is left to those that do
/// push. Measured at a total of 0.72: the deepest contacts of four castings shrink by a third from
/// 0.6 to 0.9.
constexpr double slack = 0.85;

/// Sweeps that clear the overlaps of the seeding, unless they are more than a relaxation gets.
constexpr int clearing = 100;
/// Parts of max_sweeps for the descent of the lid, and the rounds of shaking and relaxing after it.
constexpr double descending = 0.5;
constexpr double shaking = 0.15;
constexpr double relaxing = 0.1;
/// Strain in one sweep under the blade where the budget allows.
constexpr double gentle_shear = 0.005;

/// Volume fraction from which particles jam rather than step aside, so that shaking helps.
constexpr double crowded = 0.55;
/// Strength of the shaking: what it presses a contact in / median thickness.
constexpr double shaking_strength = 0.06;
/// Sweeps between shakes.
constexpr int shaking_period = 70;

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
          sinking_(sinking_rates(options, slurry.packing)),
          steering_(options.orientation_r, slurry.packing),
          relaxation_(std::move(bodies), slurry.packing.box, slack * options.max_overlap,
                      jointed(slurry.packing)) {}

    Rest run() {
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
        return {std::move(best_.bodies), best_.deepest, sweeps_};
    }

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
            steering_.steer(relaxation_);
            relaxation_.descend();
        }
    }

    /// Shears the wet slurry, and keeps its particles out of each other meanwhile.
    void draw_blade(int sweeps) {
        for (int n = 0; n < sweeps; ++n) {
            relaxation_.shear(options_.shear / sweeps);
            steering_.steer(relaxation_);
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
            steering_.steer(relaxation_);
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
            steering_.steer(relaxation_);
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
        return steering_.is_oriented(relaxation_.bodies(), tolerance);
    }
    /// An orientation that was asked for comes first, then the depth of the contacts.
    void keep_if_better(double deepest) {
        const bool oriented = is_oriented(off_target);
        if (best_.bodies.empty() || (oriented && !best_.oriented) ||
            (oriented == best_.oriented && deepest < best_.deepest)) {
            best_ = {deepest, oriented, relaxation_.bodies()};
        }
    }

    const CastOptions& options_;
    Progress& progress_;
    RandomStream random_;
    double final_height_; ///< [m]
    double solid_;        ///< volume of the particles / final volume under the lid [1]
    double strength_;
    std::vector<double> sinking_;
    Steering steering_;
    Relaxation relaxation_;
    int sweeps_ = 0;
    bool settled_ = false;
    Best best_;
};

} // namespace

Rest settle(const CastOptions& options, const Slurry& slurry, Progress& progress) {
    return Caster(options, slurry, make_bodies(slurry.packing), progress).run();
}

} // namespace porogen
