#include "porogen/plating/lithiation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/random.h"

using namespace porogen;
using test::near;

namespace {

constexpr double h = 0.25e-6;
constexpr double speed = 1e-9;
constexpr double cell_volume = h * h * h;
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::array<bool, 3> closed{false, false, false};
const Vec3 cubic(h, h, h);

/// Host lithiated according to the field [m^3].
double volume_in(const LithiationFront& front, const Grid<float>& host) {
    double sum = 0;
    for (std::int64_t n = 0; n < host.size(); ++n) {
        sum += static_cast<double>(front.lithiated()[n]) * static_cast<double>(host[n]);
    }
    return sum * cell_volume;
}

/// The lower corner of a cell, in cells.
Vec3 corner_of(const Shape& shape, std::int64_t n) {
    return {static_cast<double>(n % shape.x), static_cast<double>(n / shape.x % shape.y),
            static_cast<double>(n / (shape.x * shape.y))};
}

/// Part of each cell that lies within a ball, by 8 x 8 x 8 points; lengths in cells.
Grid<float> ball(Shape shape, double radius) {
    Grid<float> part(shape, 0);
    constexpr int fine = 8;
    for (std::int64_t n = 0; n < part.size(); ++n) {
        const Vec3 low = corner_of(shape, n);
        const Vec3 centre(static_cast<double>(shape.x) / 2, static_cast<double>(shape.y) / 2,
                          static_cast<double>(shape.z) / 2);
        const double away = (low + Vec3(0.5, 0.5, 0.5) - centre).norm() - radius;
        if (std::abs(away) > 1) {
            part[n] = away < 0 ? 1 : 0;
            continue;
        }
        int inside = 0;
        for (int p = 0; p < fine * fine * fine; ++p) {
            const Vec3 point =
                low +
                (Vec3(p % fine, p / fine % fine, p / (fine * fine)) + Vec3(0.5, 0.5, 0.5)) / fine;
            inside += (point - centre).norm() < radius ? 1 : 0;
        }
        part[n] = static_cast<float>(inside) / (fine * fine * fine);
    }
    return part;
}

double ball_volume(double radius) {
    return 4 * std::numbers::pi / 3 * radius * radius * radius;
}

void supply_layer(LithiationFront& front, const Shape& shape, std::int64_t k) {
    for (std::int64_t n = 0; n < shape.x * shape.y; ++n) {
        front.supply(n + shape.x * shape.y * k);
    }
}

} // namespace

TEST_CASE("a plane front runs at its speed, whatever the steps and the voxels") {
    for (const Vec3& voxel : {cubic, Vec3(0.2e-6, 0.3e-6, 0.25e-6)}) {
        const Shape shape{4, 5, 40};
        const Grid<float> host(shape, 1);
        LithiationFront front(host, voxel, closed, speed);
        supply_layer(front, shape, 0);
        const double area = 20 * voxel.x() * voxel.y();
        double time = 0;
        for (const double step : {10.0, 333.0, 1.0, 2500.0, 4000.0}) {
            const LithiationFront::Advance run = front.advance(step, infinite);
            time += step;
            CHECK(run.time == near(step).epsilon(1e-12));
            CHECK(front.time() == near(time).epsilon(1e-12));
            // With voxels of other proportions a cell is not passed in the time of its edge.
            const double exact = area * speed * time;
            const double within = voxel == cubic ? 1e-12 : 0.02;
            CHECK(std::abs(front.lithiated_volume() - exact) < within * area * voxel.z());
        }
        CHECK(front.lithiated()(2, 2, 26) == 1);
        CHECK(front.lithiated()(2, 2, 28) == 0);
        // It ends with the host.
        const double rest = front.advance(infinite, infinite).time;
        CHECK(rest == near(40 * voxel.z() / speed - time).epsilon(voxel == cubic ? 1e-9 : 0.01));
        CHECK(front.lithiated_volume() == near(area * 40 * voxel.z()).epsilon(1e-12));
        const LithiationFront::Advance idle = front.advance(5, infinite);
        CHECK(idle.volume == 0);
        CHECK(idle.time == near(5).epsilon(1e-9));
    }
}

TEST_CASE("a layer that fills its cells to a part only is passed in its own thickness") {
    const Shape shape{3, 3, 20};
    Grid<float> host(shape, 1);
    for (std::int64_t n = 0; n < 9; ++n) {
        host[n] = 0.3F;
    }
    LithiationFront front(host, cubic, closed, speed);
    supply_layer(front, shape, 0);
    for (const double cells : {0.2, 0.3, 0.9, 5.3}) {
        (void)front.advance(cells * h / speed - front.time(), infinite);
        CHECK(front.lithiated_volume() == near(9 * cell_volume * cells).epsilon(1e-6));
    }
}

TEST_CASE("a ball lithiated from its surface shrinks to its centre as a ball") {
    const double radius = 14.3;
    const Grid<float> host = ball({30, 30, 30}, radius);
    LithiationFront front(host, cubic, closed, speed);
    for (std::int64_t n = 0; n < host.size(); ++n) {
        if (host[n] > 0 && host[n] < 1) {
            front.supply(n);
        }
    }
    for (const double depth : {2.0, 4.0, 7.0, 10.0, 12.0}) {
        CAPTURE(depth);
        (void)front.advance(depth * h / speed - front.time(), infinite);
        const double kept = ball_volume(radius) - front.lithiated_volume() / cell_volume;
        const double left = std::cbrt(kept / ball_volume(1));
        CHECK(std::abs(radius - left - depth) < 0.2);
    }
}

TEST_CASE("a front from one cell is a sphere") {
    const Shape shape{61, 61, 61};
    const Grid<float> host(shape, 1);
    LithiationFront front(host, cubic, closed, speed);
    front.supply(shape.index(30, 30, 30));
    for (const double radius : {8.0, 15.0, 25.0}) {
        CAPTURE(radius);
        // The centre of the first cell is reached half a cell after its face.
        (void)front.advance((radius + 0.5) * h / speed - front.time(), infinite);
        CHECK(std::cbrt(front.lithiated_volume() / cell_volume / ball_volume(1)) ==
              near(radius).epsilon(0.01));
        // In every direction: where the cells at the front place it.
        double least = infinite;
        double most = 0;
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            const double part = front.lithiated()[n];
            if (part > 0 && part < 1) {
                const Vec3 offset = corner_of(shape, n) - Vec3(30, 30, 30);
                const double way = offset.norm() + part - 0.5;
                least = std::min(least, way);
                most = std::max(most, way);
            }
        }
        CAPTURE(least);
        CAPTURE(most);
        CHECK(least > 0.97 * radius);
        CHECK(most < 1.03 * radius);
    }
}

TEST_CASE("where the supply limits it, exactly that volume is lithiated") {
    const Grid<float> host = ball({24, 24, 24}, 10.7);
    LithiationFront front(host, cubic, closed, speed);
    for (std::int64_t n = 0; n < host.size(); ++n) {
        if (host[n] > 0 && host[n] < 1) {
            front.supply(n);
        }
    }
    RandomStream random(7, "supply");
    double ledger = 0;
    double clock = 0;
    for (int step = 0; step < 300; ++step) {
        const double asked = cell_volume * 30 * random.uniform() * random.uniform();
        const LithiationFront::Advance run = front.advance(infinite, asked);
        REQUIRE(run.volume <= asked);
        ledger += run.volume;
        clock += run.time;
        REQUIRE(front.lithiated_volume() == near(ledger).epsilon(1e-13));
        REQUIRE(front.time() == near(clock).epsilon(1e-12));
        REQUIRE(std::abs(volume_in(front, host) - ledger) < 1e-12 * ledger + 4e-8 * cell_volume);
    }
    CHECK(ledger / cell_volume > 1500);
}

TEST_CASE("one long run and many short ones lithiate the same") {
    const Grid<float> host = ball({20, 20, 20}, 9.2);
    LithiationFront once(host, cubic, closed, speed);
    once.supply(host.shape().index(10, 10, 1));
    LithiationFront often = once;
    const double time = 7 * h / speed;
    const double promised = once.reachable(time);
    CHECK(once.lithiated_volume() == 0);
    CHECK(once.advance(time, infinite).volume == promised);
    double sum = 0;
    for (int n = 0; n < 700; ++n) {
        often.supply(host.shape().index(10, 10, 1));
        sum += often.advance(time / 700, infinite).volume;
    }
    CHECK(sum == near(once.lithiated_volume()).epsilon(1e-11));
    for (std::int64_t n = 0; n < host.size(); ++n) {
        REQUIRE(std::abs(once.lithiated()[n] - often.lithiated()[n]) < 1e-6F);
    }
}

TEST_CASE("the front stays in a particle that touches no other, edge and corner included") {
    const Shape shape{12, 12, 12};
    for (const bool gap : {true, false}) {
        // Two cubes of 5 cells, either apart or meeting in a corner; a third meets the first along
        // an edge.
        Grid<float> host(shape, 0);
        const std::int64_t second = gap ? 6 : 5;
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            const std::int64_t i = n % 12;
            const std::int64_t j = n / 12 % 12;
            const std::int64_t k = n / 144;
            const bool first = i < 5 && j < 5 && k < 5;
            const bool corner = std::min({i, j, k}) >= second && std::max({i, j, k}) < second + 5;
            const bool edge =
                i >= second && j >= second && i < second + 5 && j < second + 5 && k < 4;
            host[n] = first || corner || edge ? 1 : 0;
        }
        LithiationFront front(host, cubic, closed, speed);
        front.supply(0);
        (void)front.advance(1e3 * h / speed, infinite);
        CHECK(front.lithiated_volume() == near(125 * cell_volume).epsilon(1e-12));
        CHECK(front.lithiated()(second, second, second) == 0);
        CHECK(front.lithiated()(second, second, 0) == 0);
        CHECK(front.lithiated()(4, 4, 4) == 1);
    }
}

TEST_CASE("the front passes a neck and goes round a wall by the shortest way") {
    // A wall at k = 15 with a hole of one cell at its side; from the far corner below.
    const Shape shape{1, 41, 31};
    Grid<float> host(shape, 1);
    for (std::int64_t j = 1; j < 41; ++j) {
        host(0, j, 15) = 0;
    }
    LithiationFront front(host, cubic, closed, speed);
    front.supply(shape.index(0, 40, 0));
    const double to_hole = std::hypot(40.0, 14.0); // then straight through it, and out again
    const double around = to_hole + 2 + std::hypot(40.0, 14.0);
    (void)front.advance((0.5 + to_hole - 1) * h / speed, infinite);
    CHECK(front.lithiated()(0, 0, 15) == 0);
    CHECK(front.lithiated()(0, 20, 16) == 0); // not through the wall
    CHECK(front.lithiated()(0, 20, 14) == 1);
    (void)front.advance(0.97 * around * h / speed - front.time(), infinite);
    CHECK(front.lithiated()(0, 0, 15) == 1);
    CHECK(front.lithiated()(0, 40, 30) == 0);
    (void)front.advance((1.03 * around + 1) * h / speed - front.time(), infinite);
    CHECK(front.lithiated()(0, 40, 30) == 1);
}

TEST_CASE("periodic sides are joined, closed ones are not") {
    for (const bool periodic : {false, true}) {
        for (const int axis : {0, 1, 2}) {
            Shape shape{3, 3, 3};
            (axis == 0 ? shape.x : axis == 1 ? shape.y : shape.z) = 20;
            const Grid<float> host(shape, 1);
            std::array<bool, 3> sides{};
            sides[static_cast<std::size_t>(axis)] = periodic;
            LithiationFront front(host, cubic, sides, speed);
            for (std::int64_t n = 0; n < 9; ++n) {
                const std::int64_t a = n % 3;
                const std::int64_t b = n / 3;
                front.supply(axis == 0   ? shape.index(0, a, b)
                             : axis == 1 ? shape.index(a, 0, b)
                                         : shape.index(a, b, 0));
            }
            (void)front.advance(6 * h / speed, infinite);
            const std::int64_t cells = periodic ? 11 : 6;
            CHECK(front.lithiated_volume() ==
                  near(9 * static_cast<double>(cells) * cell_volume).epsilon(1e-9));
            (void)front.advance(infinite, infinite);
            CHECK(front.time() == near((periodic ? 11 : 20) * h / speed).epsilon(1e-9));
        }
    }
}

TEST_CASE("a supply switched on later starts at its time") {
    const Shape shape{4, 4, 21};
    Grid<float> host(shape, 1);
    for (std::int64_t n = 0; n < 16; ++n) {
        host(n % 4, n / 4, 10) = 0; // two plates
    }
    LithiationFront front(host, cubic, closed, speed);
    supply_layer(front, shape, 0);
    (void)front.advance(6 * h / speed, infinite);
    supply_layer(front, shape, 20);
    supply_layer(front, shape, 10); // holds no host: nothing
    (void)front.advance(3.5 * h / speed, infinite);
    CHECK(front.lithiated_volume() == near(16 * (9.5 + 3.5) * cell_volume).epsilon(1e-9));
    CHECK(front.lithiated()(1, 1, 18) == 1);
    CHECK(front.lithiated()(1, 1, 17) == near(0.5).epsilon(1e-6));
    // Ahead of the front in the same plate: both fronts meet, nothing is counted twice.
    LithiationFront both(host, cubic, closed, speed);
    supply_layer(both, shape, 0);
    (void)both.advance(3 * h / speed, infinite);
    supply_layer(both, shape, 9);
    CHECK(both.advance(infinite, infinite).time == near(4 * h / speed).epsilon(1e-9));
    CHECK(both.lithiated_volume() == near(160 * cell_volume).epsilon(1e-12));
}

TEST_CASE("without supply nothing is lithiated, and time passes") {
    const Grid<float> host({3, 3, 3}, 1);
    LithiationFront front(host, cubic, closed, speed);
    const LithiationFront::Advance run = front.advance(10, infinite);
    CHECK(run.volume == 0);
    CHECK(run.time == 10);
    CHECK(front.advance(infinite, infinite).time == 0);
    front.supply(13);
    const LithiationFront::Advance none = front.advance(10, 0);
    CHECK(none.volume == 0);
    CHECK(none.time == 0);
}

TEST_CASE("a front that cannot be is refused, NaN included") {
    const double not_a_number = std::nan("");
    Grid<float> host({3, 3, 3}, 1);
    for (const double bad : {0.0, -1.0, not_a_number, infinite}) {
        CHECK_THROWS_AS(LithiationFront(host, cubic, closed, bad), Error);
        CHECK_THROWS_AS(LithiationFront(host, Vec3(h, bad, h), closed, speed), Error);
    }
    for (const float bad : {-0.1F, 1.1F, static_cast<float>(not_a_number)}) {
        host[5] = bad;
        CHECK_THROWS_AS(LithiationFront(host, cubic, closed, speed), Error);
    }
    host[5] = 1;
    LithiationFront front(host, cubic, closed, speed);
    CHECK_THROWS_AS(front.supply(27), Error);
    CHECK_THROWS_AS(front.supply(-1), Error);
    CHECK_THROWS_AS((void)front.advance(not_a_number, 1), Error);
    CHECK_THROWS_AS((void)front.advance(1, -1e-30), Error);
    CHECK_THROWS_WITH_AS((void)front.advance(-1, 1),
                         "lithiation front: a time of -1 s and a volume of 1 m^3 are to be run; "
                         "give values not below 0",
                         Error);
}

TEST_CASE("LLTO conducts a decade per 1/5 of the way from 1e-6 to 0.1 S/m, most of it early") {
    CHECK(llto_electronic_conductivity(1e-6, 0.1, 0) == near(1e-6).epsilon(1e-14));
    CHECK(llto_electronic_conductivity(1e-6, 0.1, 1) == near(0.1).epsilon(1e-14));
    // y = 0.05: 1.05/2 of the five decades.
    CHECK(llto_electronic_conductivity(1e-6, 0.1, 0.05) ==
          near(std::pow(10, -6 + 5 * 0.525)).epsilon(1e-12));
    CHECK_THROWS_AS(llto_electronic_conductivity(0, 0.1, 0.5), Error);
    CHECK_THROWS_AS(llto_electronic_conductivity(1e-6, 0.1, std::nan("")), Error);
}
