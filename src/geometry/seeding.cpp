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
/// More than any machine relaxes in a day.
constexpr std::size_t most_pieces = 2'000'000;

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

Particle random_ellipsoid(const Population& options, RandomStream& random) {
    const double diameter = random_diameter(options, random);
    const double aspect =
        truncated_lognormal(random, options.aspect, options.aspect_spread, 1.0, 1e3);
    // Semi-axes c, c aspect^flatness, c aspect with the volume of the ball. Local z is the axis
    // that stands out: the short one of a disc, the long one of a needle.
    const double middle = std::pow(aspect, options.flatness);
    const double c = diameter / 2 / std::cbrt(aspect * middle);
    Particle ellipsoid;
    ellipsoid.semi_axes =
        options.flatness >= 0.5 ? Vec3(c * aspect, c * middle, c) : Vec3(c, c * middle, c * aspect);
    ellipsoid.orientation = random_rotation(random);
    return ellipsoid;
}

/// What is thrown in together: one particle, or the links of a fibre, around the origin.
using Piece = std::vector<Particle>;

/// Turn of a worm-like chain from one link to the next: two normal angles across, so that the mean
/// cosine falls as exp(-length / persistence) for links far shorter than it.
Rotation random_bend(double length, const Population& options, RandomStream& random) {
    constexpr double sharpest = pi / 3; // links would stand in each other
    const double spread = std::sqrt(length / options.persistence_length);
    const Vec3 turn = spread * Vec3(random.normal(), random.normal(), 0);
    const double angle = turn.norm();
    return angle > 0 ? Rotation(Eigen::AngleAxisd(std::min(angle, sharpest), turn / angle))
                     : Rotation::Identity();
}

/// A worm-like chain of capsules that share the centres of their end balls.
Piece random_fibre(const Population& options, const CastOptions& casting, RandomStream& random) {
    const double diameter = random_diameter(options, random);
    const double aspect =
        truncated_lognormal(random, options.aspect, options.aspect_spread, 1.0, 1e4);
    const double length = std::max(aspect * diameter - diameter, 0.0); // of the axis
    // Links short enough to bend and to have one nearest image, but longer than they are thick.
    const double narrow = std::min(casting.size.x(), casting.size.y());
    const double longest = std::max(
        1.5 * diameter, std::min({options.persistence_length / 3, 4 * diameter, narrow / 3}));
    const int links = std::max(1, static_cast<int>(std::ceil(length / longest - 1e-9)));
    const double link_length = length / links;
    // A fibre longer than the slurry is high cannot stand in it.
    const double steepest = std::min(1.0, casting.fill_height * casting.size.z() / (1.5 * length));
    const double up = steepest * random.uniform(-1, 1);
    const double around = random.uniform(0, 2 * pi);
    const double flat = std::sqrt(1 - up * up);
    Rotation orientation = Rotation::FromTwoVectors(
        Vec3::UnitZ(), Vec3(flat * std::cos(around), flat * std::sin(around), up));

    Piece fibre;
    Vec3 joint = Vec3::Zero();
    Vec3 middle = Vec3::Zero();
    for (int n = 0; n < links; ++n) {
        Particle link;
        link.rounding = diameter / 2;
        link.half_thickness = link_length / 2;
        link.orientation = orientation;
        const Vec3 along = link_length * particle_normal(link);
        link.centre = joint + 0.5 * along;
        joint += along;
        middle += link.centre / links;
        orientation = orientation * random_bend(link_length, options, random);
        fibre.push_back(std::move(link));
    }
    for (Particle& link : fibre) {
        link.centre -= middle;
    }
    return fibre;
}

Piece random_piece(const Population& options, const CastOptions& casting, RandomStream& random) {
    switch (options.shape) {
    case ParticleShape::sphere:
        return {random_sphere(options, random)};
    case ParticleShape::ellipsoid:
        return {random_ellipsoid(options, random)};
    case ParticleShape::fibre:
        return random_fibre(options, casting, random);
    default:
        return {random_flake(options, random)};
    }
}

double piece_volume(const Piece& piece) {
    double total = 0;
    for (std::size_t n = 0; n < piece.size(); ++n) {
        total += volume(piece[n]) - (n > 0 ? 4 * pi / 3 * std::pow(piece[n].rounding, 3) : 0);
    }
    return total;
}

void scale_size(Particle& particle, double factor) {
    for (Vec2& corner : particle.outline) {
        corner *= factor;
    }
    particle.centre *= factor;
    particle.half_thickness *= factor;
    particle.rounding *= factor;
    particle.semi_axes *= factor;
}

/// As many pieces as come nearest to a volume, all scaled by the last few per mille that are
/// missing.
std::vector<Piece> draw_population(const Population& options, double wanted,
                                   const CastOptions& casting, RandomStream& random) {
    std::vector<Piece> pieces;
    double total = 0;
    while (total < wanted) {
        pieces.push_back(random_piece(options, casting, random));
        total += piece_volume(pieces.back());
        if (!(pieces.size() < most_pieces)) {
            throw_bad_input("cast: population '" + options.name + "' has more than " +
                            format_number(most_pieces) +
                            " particles (a slip in a unit?); make the box smaller or them larger");
        }
    }
    if (!pieces.empty()) {
        const double last = piece_volume(pieces.back());
        if (pieces.size() > 1 && total - wanted > last / 2) {
            pieces.pop_back();
            total -= last;
        }
        const double factor = std::cbrt(wanted / total);
        if (!(factor > 0.8)) {
            throw_infeasible("cast: the box holds less than one particle of population '" +
                             options.name +
                             "' (one alone has more than their whole share of the volume); enlarge "
                             "the box, or make them smaller or more");
        }
        for (Piece& piece : pieces) {
            for (Particle& particle : piece) {
                scale_size(particle, factor);
            }
        }
    }
    return pieces;
}

/// A foil with the volume that is asked for above the floor.
Particle make_plate(double wanted, const Vec3& size) {
    const double thickness = wanted / (size.x() * size.y());
    Particle plate;
    // Wider than the box, so that its edges lie deep in its own images.
    const Vec2 half(0.75 * size.x(), 0.75 * size.y());
    plate.outline = {{-half.x(), -half.y()}, {half.x(), -half.y()}, half, {-half.x(), half.y()}};
    plate.half_thickness = thickness;
    plate.centre = {size.x() / 2, size.y() / 2, 0};
    return plate;
}

/// Turns a particle so that, from random orientations, the normals follow the March-Dollase density
/// of parameter r: an even squeeze to r^2 x height at constant volume takes one to the other
/// (March, Z. Kristallogr. 1932, 81, 285).
void incline(Particle& particle, double r) {
    const Vec3 normal = particle_normal(particle);
    const Vec3 squeezed(normal.x(), normal.y(), normal.z() * std::pow(r, -1.5));
    particle.orientation =
        (Rotation::FromTwoVectors(normal, squeezed) * particle.orientation).normalized();
}

} // namespace

bool is_platelet(const Particle& particle) {
    return !particle.outline.empty() ||
           (particle.is_ellipsoid() && particle.semi_axes.z() < particle.semi_axes.x());
}

Slurry seed_slurry(const CastOptions& options) {
    RandomStream places(options.seed, "places");
    const double box_volume = options.size.prod();
    Slurry slurry;
    for (const Population& population : options.populations) {
        const double of_role =
            population.role == Role::host ? options.host_fraction : options.porogen_fraction;
        const double wanted = population.share * of_role * box_volume;
        if (population.shape == ParticleShape::plate && wanted > 0) {
            Particle plate = make_plate(wanted, options.size);
            plate.role = population.role;
            plate.population = population.name;
            slurry.floor = plate.half_thickness;
            slurry.plates.push_back(std::move(plate));
        }
    }
    Packing& packing = slurry.packing;
    packing.box.size = options.size;
    packing.box.size.z() = options.fill_height * (options.size.z() - slurry.floor);
    int fibre = 0;
    for (const Population& population : options.populations) {
        if (population.shape == ParticleShape::plate) {
            continue;
        }
        RandomStream random(options.seed, "particles of " + population.name);
        const double of_role =
            population.role == Role::host ? options.host_fraction : options.porogen_fraction;
        for (Piece& piece : draw_population(population, population.share * of_role * box_volume,
                                            options, random)) {
            const bool chained = population.shape == ParticleShape::fibre;
            const Vec3& size = packing.box.size;
            const Vec3 place(places.uniform(0, size.x()), places.uniform(0, size.y()),
                             places.uniform(0, size.z()));
            for (Particle& particle : piece) {
                particle.role = population.role;
                particle.population = population.name;
                particle.fibre = chained ? fibre : -1;
                particle.centre += place;
                if (options.orientation_r > 0 && particle.role == Role::host &&
                    is_platelet(particle)) {
                    incline(particle, options.orientation_r);
                }
                packing.particles.push_back(std::move(particle));
            }
            fibre += chained ? 1 : 0;
        }
    }
    return slurry;
}

} // namespace porogen
