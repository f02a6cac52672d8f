#include "porogen/volume/redistance.h"

#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include "near.h"

#include "geometry/samples.h"
#include "porogen/core/parallel.h"

using namespace porogen;
using namespace porogen::samples;

namespace {

constexpr double h = 0.1 * um;

/// Largest error of the distance, in voxels, over cells between two distances from the surface.
double worst(const PhaseVolume& volume, const Field& exact, double low, double high) {
    const Shape& s = volume.shape();
    double error = 0;
    for (std::int64_t n = 0; n < s.size(); ++n) {
        const Vec3 p =
            h * Vec3(static_cast<double>(n % s.x) + 0.5, static_cast<double>(n / s.x % s.y) + 0.5,
                     static_cast<double>(n / (s.x * s.y)) + 0.5);
        const double d = exact(p);
        if (d >= low * h && d <= high * h) {
            error = std::max(error, std::abs(volume.distance[n] - d) / h);
        }
    }
    return error;
}

} // namespace

TEST_CASE("a stretched and bent field becomes the distance to its own zero") {
    std::array<double, 2> band{};
    for (int level = 0; level < 2; ++level) {
        const double radius = 6 << level;
        const std::int64_t n = (6 << level) * 2 + 12;
        const Vec3 centre = h * (Vec3::Constant(static_cast<double>(n) / 2) + Vec3(0.1, -0.2, 0.4));
        const Field exact = ball(centre, radius * h);
        for (const double steepness : {0.3, 1.0, 2.5}) {
            auto volume = sample({n, n, n}, h, [&](const Vec3& p) {
                return steepness * exact(p) * (1 + 0.3 * std::sin(p.x() / (radius * h)));
            });
            const Grid<std::uint8_t> labels = volume.labels;
            redistance(volume, 4 * h);
            CAPTURE(radius);
            CAPTURE(steepness);
            CHECK(worst(volume, exact, -1, 1) < 0.01);
            for (std::int64_t c = 0; c < labels.size(); ++c) {
                REQUIRE((volume.distance[c] < 0) == (labels[c] != 0));
                REQUIRE(std::abs(volume.distance[c]) <= 4.0001 * h);
            }
            band[static_cast<std::size_t>(level)] = worst(volume, exact, -3, 3.9);
        }
    }
    MESSAGE("errors in the band " << band[0] << ", " << band[1] << " voxels");
    CHECK(band[0] < 0.02);
    CHECK(band[1] < band[0]);
}

TEST_CASE("a plane keeps its distance, across periodic sides and up to the ends that do not wrap") {
    // Steps by a whole period in x, so that it goes on through the side.
    const Field plane = [](const Vec3& p) {
        return (p.z() - 8.3 * h - 0.5 * p.y()) / std::sqrt(1.25);
    };
    auto volume =
        sample({10, 16, 24}, h, [&](const Vec3& p) { return 2 * plane(p); }, {true, false, false});
    redistance(volume, 4 * h);
    CHECK(worst(volume, plane, -1, 1) < 1e-3);
    CHECK(worst(volume, plane, -3, 3) < 0.1); // the nearest point may lie beyond the end
    auto slab =
        sample({20, 8, 8}, h, [](const Vec3& p) { return std::abs(p.x() - 0.3 * h) - 5.2 * h; });
    for (std::int64_t n = 0; n < slab.distance.size(); ++n) { // through the side at x = 0
        const double x = static_cast<double>(n % 20) + 0.5 - 0.3;
        slab.distance[n] = static_cast<float>(3 * h * (std::min(x, 20 - x) - 5.2));
    }
    redistance(slab, 30 * h);
    CHECK(slab.distance(0, 3, 3) == test::near(-5.0 * h).epsilon(1e-3));
    CHECK(slab.distance(19, 3, 3) == test::near(-4.4 * h).epsilon(1e-3));
    CHECK(slab.distance(10, 3, 3) == test::near(4.6 * h).epsilon(1e-3));
}

TEST_CASE("between two balls the distance is that to the nearer one, however far") {
    const Field two = [](const Vec3& p) {
        return std::min(ball(h * Vec3(10.3, 20.1, 19.8), 7 * h)(p),
                        ball(h * Vec3(36.2, 20.4, 20.3), 5 * h)(p));
    };
    auto volume = sample({48, 40, 40}, h, two, {false, false, false});
    for (float& d : volume.distance) {
        d = static_cast<float>(std::clamp<double>(d, -3 * h, 3 * h));
    }
    redistance(volume, 100 * h);
    CHECK(worst(volume, two, -3, 10) < 0.15); // beside the ridge the farther ball may win
    CHECK(worst(volume, two, 10, 100) < 0.5);
}

TEST_CASE("without a surface there is nothing but the band, and any number of threads agree") {
    auto empty = sample({8, 8, 8}, h, [](const Vec3&) { return 0.2 * h; });
    redistance(empty, 4 * h);
    CHECK(empty.distance(3, 4, 5) == test::near(4 * h));
    auto many = crowd({40, 36, 32}, h, 12, 5);
    auto one = many;
    redistance(many, 5 * h);
    const ThreadLimit single(1);
    redistance(one, 5 * h);
    CHECK(std::equal(many.distance.begin(), many.distance.end(), one.distance.begin()));
}
