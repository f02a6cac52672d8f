#include "porogen/volume/deposit_front.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/parallel.h"
#include "porogen/volume/cut_cells.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double h = 0.25e-6; // [m]; the tests below count in voxels
using Field = std::function<double(const Vec3&)>;

PhaseVolume make(const Shape& shape, std::array<bool, 3> periodic, const Field& distance) {
    return sample(shape, Vec3::Constant(h), periodic,
                  [&](const Vec3& p) { return h * distance(p / h); });
}

Vec3 centre(const Shape& shape, std::int64_t n) {
    return {static_cast<double>(n % shape.x) + 0.5,
            static_cast<double>(n / shape.x % shape.y) + 0.5,
            static_cast<double>(n / (shape.x * shape.y)) + 0.5};
}

/// Moves [voxels] of the cells that the surface cuts.
Grid<float> moves(const PhaseVolume& volume, const Field& move) {
    const CutCells cells = cut_cells(volume);
    Grid<float> result(volume.shape());
    for (std::int64_t n = 0; n < result.size(); ++n) {
        if (cells.interface_area[n] > 0) {
            result[n] = static_cast<float>(h * move(centre(volume.shape(), n)));
        }
    }
    return result;
}

[[maybe_unused]] double cells_of(const PhaseVolume& volume) {
    return solid_volume(volume) / (h * h * h);
}

/// A step by `move`; the volume is checked to be the one asked for.
FrontMove step(PhaseVolume& volume, const Grid<float>& framework, const Field& move,
               double growth) {
    const double before = solid_volume(volume);
    const FrontMove done =
        advance_front(volume, framework, moves(volume, move), growth * h * h * h);
    CAPTURE(done.factor);
    CHECK(std::abs(done.error) < 1e-10);
    CHECK(done.volume == test::near(solid_volume(volume)));
    CHECK(std::abs((solid_volume(volume) - before) / (growth * h * h * h) - 1) < 1e-10);
    return done;
}

/// Largest difference from a distance, over the cells within `band` of its zero [voxels].
double worst(const PhaseVolume& volume, const Field& exact, double band) {
    double error = 0;
    for (std::int64_t n = 0; n < volume.distance.size(); ++n) {
        const double d = exact(centre(volume.shape(), n));
        if (std::abs(d) < band) {
            error = std::max(error, std::abs(static_cast<double>(volume.distance[n]) / h - d));
        }
    }
    return error;
}

double ball_volume(double radius) {
    return 4 * pi / 3 * radius * radius * radius;
}

} // namespace

TEST_CASE("a tilted plane moves by what is asked, exactly") {
    // Repeats along x and y: steps by 12 along z in 24 along x would not; so no wrap at all.
    const Vec3 normal = Vec3(0.3, -0.2, 1).normalized();
    const auto plane = [&](double shift) {
        return [=](const Vec3& p) { return normal.dot(p - Vec3(8, 8, 9.2)) - shift; };
    };
    PhaseVolume volume = make({16, 16, 24}, {false, false, false}, plane(0));
    const Grid<float> framework = volume.distance;
    double shift = 0;
    double factor_error = 0;
    for (int n = 0; n < 10; ++n) {
        const double move = 0.37;
        const double growth = 256 / normal.z() * move; // the plane leaves by no end
        const FrontMove done = step(
            volume, framework, [&](const Vec3&) { return move; }, growth);
        shift += move;
        factor_error = std::max(factor_error, std::abs(done.factor - 1));
    }
    MESSAGE("plane: factor off by " << factor_error << ", distance by "
                                    << worst(volume, plane(shift), 2));
    CHECK(factor_error < 1e-3);
    CHECK(worst(volume, plane(shift), 2) < 3e-3);
}

TEST_CASE("a plane along the grid meets the volume too, though all its distances are alike") {
    PhaseVolume volume =
        make({8, 8, 16}, {true, true, false}, [](const Vec3& p) { return p.z() - 5.3; });
    const Grid<float> framework = volume.distance;
    for (int n = 0; n < 12; ++n) {
        step(
            volume, framework, [](const Vec3&) { return 0.31; }, 64 * 0.31);
    }
    CHECK(worst(
              volume, [](const Vec3& p) { return p.z() - 5.3 - 12 * 0.31; }, 2) < 3e-3);
}

TEST_CASE("a growing ball stays a ball") {
    double last = 0;
    for (const int size : {1, 2}) {
        const std::int64_t n = 24 * size;
        const Vec3 middle = Vec3::Constant(12.0 * size) + Vec3(0.1, -0.2, 0.3);
        double radius = 4.0 * size;
        PhaseVolume volume = make({n, n, n}, {true, true, true},
                                  [&](const Vec3& p) { return (p - middle).norm() - radius; });
        const Grid<float> framework = volume.distance;
        double factor_error = 0;
        for (int m = 0; m < 20; ++m) {
            const double move = 0.25 * size;
            const double growth = ball_volume(radius + move) - ball_volume(radius);
            const FrontMove done = step(
                volume, framework, [&](const Vec3&) { return move; }, growth);
            radius += move;
            factor_error = std::max(factor_error, std::abs(done.factor - 1));
        }
        const double error = worst(
            volume, [&](const Vec3& p) { return (p - middle).norm() - radius; }, 1);
        MESSAGE("ball to radius " << radius << ": factor off by " << factor_error
                                  << ", distance by " << error);
        CHECK(error < 0.03);
        CHECK(factor_error < 0.02);
        last = error;
    }
    CHECK(last < 0.03);
}
