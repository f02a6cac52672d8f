#include "seeding.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "porogen/core/errors.h"
#include "porogen/core/random.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

constexpr double pi = std::numbers::pi;

double truncated_lognormal(RandomStream& random, double median, double spread, double low,
                           double high) {
    constexpr int draws = 1000;
    double value = 0;
    for (int n = 0; n < draws; ++n) {
        value = random.lognormal(median, spread);
        if (value >= low && value <= high) {
            return value;
        }
    }
    // A window so narrow that draws miss it is as good as its border.
    return std::clamp(value, low, high);
}

Rotation random_rotation(RandomStream& random) {
    Eigen::Vector4d q;
    do {
        q = {random.normal(), random.normal(), random.normal(), random.normal()};
    } while (q.squaredNorm() < 1e-12);
    q.normalize();
    return {q[0], q[1], q[2], q[3]};
}

/// Area and perimeter of a polygon.
std::pair<double, double> measure_outline(const std::vector<Vec2>& outline) {
    double area = 0;
    double perimeter = 0;
    for (std::size_t n = 0; n < outline.size(); ++n) {
        const Vec2& a = outline[n];
        const Vec2& b = outline[(n + 1) % outline.size()];
        area += (a.x() * b.y() - a.y() * b.x()) / 2;
        perimeter += (b - a).norm();
    }
    return {area, perimeter};
}

Vec2 outline_centroid(const std::vector<Vec2>& outline) {
    Vec2 moment{0, 0};
    for (std::size_t n = 0; n < outline.size(); ++n) {
        const Vec2& a = outline[n];
        const Vec2& b = outline[(n + 1) % outline.size()];
        moment += (a.x() * b.y() - a.y() * b.x()) / 6 * (a + b);
    }
    return moment / measure_outline(outline).first;
}

/// A convex polygon of 5 to 8 corners around its centroid. The corners lie on an ellipse, so all of
/// them show; their angles are uneven, so that no two flakes look alike.
std::vector<Vec2> random_outline(RandomStream& random) {
    const int corners = 5 + static_cast<int>(random.below(4));
    const double elongation = random.uniform(1, 1.4);
    std::vector<Vec2> outline;
    for (int n = 0; n < corners; ++n) {
        const double angle = 2 * pi * (n + random.uniform(-0.35, 0.35)) / corners;
        outline.emplace_back(elongation * std::cos(angle), std::sin(angle));
    }
    const Vec2 centroid = outline_centroid(outline);
    for (Vec2& corner : outline) {
        corner -= centroid;
    }
    return outline;
}

double random_diameter(const Population& options, RandomStream& random) {
    return options.size_law == SizeLaw::uniform
               ? random.uniform(options.diameter_min, options.diameter_max)
               : truncated_lognormal(random, options.diameter, options.diameter_spread,
                                     options.diameter_min, options.diameter_max);
}

Particle random_flake(const Population& options, RandomStream& random) {
    const double diameter = random_diameter(options, random);
    const double aspect =
        truncated_lognormal(random, options.aspect, options.aspect_spread, 1.0, 1e3);
    const double thickness = diameter / aspect;
    Particle flake;
    flake.rounding = options.rounding * thickness / 2;
    flake.half_thickness = thickness / 2 - flake.rounding;
    flake.outline = random_outline(random);
    // The rounded outline has area A s^2 + P r s + pi r^2 when the core is scaled by s: make it
    // that of a disc of the asked diameter.
    const auto [area, perimeter] = measure_outline(flake.outline);
    const double r = flake.rounding;
    const double rest = pi * (diameter * diameter / 4 - r * r);
    const double b = perimeter * r;
    const double scale = 2 * rest / (b + std::sqrt(b * b + 4 * area * rest));
    for (Vec2& corner : flake.outline) {
        corner *= scale;
    }
    flake.orientation = random_rotation(random);
    return flake;
}

Particle random_sphere(const Population& options, RandomStream& random) {
    Particle sphere;
    sphere.rounding = random_diameter(options, random) / 2;
    return sphere;
}

Particle random_particle(const Population& options, RandomStream& random) {
    Particle particle = options.shape == ParticleShape::flake ? random_flake(options, random)
                                                              : random_sphere(options, random);
    particle.role = options.role;
    particle.population = options.name;
    return particle;
}

void scale_size(Particle& particle, double factor) {
    for (Vec2& corner : particle.outline) {
        corner *= factor;
    }
    particle.half_thickness *= factor;
    particle.rounding *= factor;
}

/// As many particles as come nearest to a volume, all scaled by the last few per mille that are
/// missing.
template <class Draw>
std::vector<Particle> draw_population(const std::string& name, double wanted, Draw draw) {
    std::vector<Particle> particles;
    double total = 0;
    while (total < wanted) {
        particles.push_back(draw());
        total += volume(particles.back());
    }
    if (!particles.empty()) {
        const double last = volume(particles.back());
        if (particles.size() > 1 && total - wanted > last / 2) {
            particles.pop_back();
            total -= last;
        }
        const double factor = std::cbrt(wanted / total);
        if (!(factor > 0.8)) {
            throw_infeasible("cast: the box holds less than one particle of population '" + name +
                             "' (one alone has more than their whole share of the volume); enlarge "
                             "the box, or make them smaller or more");
        }
        for (Particle& particle : particles) {
            scale_size(particle, factor);
        }
    }
    return particles;
}

} // namespace

Packing seed_slurry(const CastOptions& options) {
    RandomStream places(options.seed, "places");
    const double box_volume = options.size.prod();

    Packing slurry;
    slurry.box.size = options.size;
    slurry.box.size.z() *= options.fill_height;
    for (const Population& population : options.populations) {
        RandomStream random(options.seed, population.name);
        const double of_role =
            population.role == Role::host ? options.host_fraction : options.porogen_fraction;
        for (Particle& particle :
             draw_population(population.name, population.share * of_role * box_volume,
                             [&] { return random_particle(population, random); })) {
            slurry.particles.push_back(std::move(particle));
        }
    }
    for (Particle& particle : slurry.particles) {
        const Vec3& size = slurry.box.size;
        particle.centre = {places.uniform(0, size.x()), places.uniform(0, size.y()),
                           places.uniform(0, size.z())};
    }
    return slurry;
}

} // namespace porogen
