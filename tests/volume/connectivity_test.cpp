#include "porogen/volume/connectivity.h"

#include <queue>

#include <doctest/doctest.h>

#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "volume/component_number.h"

using namespace porogen;

namespace {

using Joined = std::function<bool(Axis, std::int64_t)>;

/// The obvious twin: breadth-first flood from every cell in the order of memory.
Components flood(const Grid<std::uint8_t>& member, std::array<bool, 3> periodic,
                 const Joined& joined) {
    const Shape shape = member.shape();
    Components result{Grid<std::int32_t>(shape), {0}};
    const auto neighbour = [&](std::int64_t n, Axis axis, int step) -> std::int64_t {
        const std::int64_t layer = n / shape.stride(axis) % shape[axis];
        const std::int64_t next = layer + step;
        const std::int64_t wrapped = (next + shape[axis]) % shape[axis];
        if (next != wrapped && !periodic[static_cast<std::size_t>(axis)]) {
            return -1;
        }
        return n + (wrapped - layer) * shape.stride(axis);
    };
    for (std::int64_t seed = 0; seed < shape.size(); ++seed) {
        if (member[seed] == 0) {
            ++result.size[0];
            continue;
        }
        if (result.id[seed] != 0) {
            continue;
        }
        const auto id = static_cast<std::int32_t>(result.size.size());
        result.size.push_back(1);
        result.id[seed] = id;
        std::queue<std::int64_t> front;
        front.push(seed);
        while (!front.empty()) {
            const std::int64_t n = front.front();
            front.pop();
            for (const Axis axis : all_axes) {
                for (const int step : {-1, 1}) {
                    const std::int64_t m = neighbour(n, axis, step);
                    if (m < 0 || member[m] == 0 || result.id[m] != 0 ||
                        !joined(axis, step > 0 ? n : m)) {
                        continue;
                    }
                    result.id[m] = id;
                    ++result.size.back();
                    front.push(m);
                }
            }
        }
    }
    return result;
}

Grid<std::uint8_t> random_members(const Shape& shape, double fraction, RandomStream& random) {
    Grid<std::uint8_t> member(shape);
    for (std::uint8_t& m : member) {
        m = random.uniform() < fraction ? 1 : 0;
    }
    return member;
}

bool same(const Components& a, const Components& b) {
    return a.size == b.size && std::equal(a.id.begin(), a.id.end(), b.id.begin());
}

} // namespace

TEST_CASE("components equal those of a flood, near the percolation threshold and away from it") {
    const std::uint64_t seed = 7;
    CAPTURE(seed);
    RandomStream random(seed, "connectivity");
    for (const Shape shape : {Shape{13, 11, 9}, Shape{1, 7, 5}, Shape{6, 1, 1}, Shape{2, 2, 2}}) {
        for (const double fraction : {0.1, 0.31, 0.6, 1.0}) {
            for (int wrap = 0; wrap < 8; ++wrap) {
                const std::array<bool, 3> periodic{(wrap & 1) != 0, (wrap & 2) != 0,
                                                   (wrap & 4) != 0};
                CAPTURE(wrap);
                CAPTURE(fraction);
                const auto member = random_members(shape, fraction, random);
                const auto any = [](Axis, std::int64_t) { return true; };
                CHECK(same(connected_components(member, periodic), flood(member, periodic, any)));
            }
        }
    }
}

TEST_CASE("components of a graph with missing joints equal those of a flood") {
    RandomStream random(8, "joints");
    for (const double open : {0.0, 0.2, 0.5, 0.9}) {
        const Shape shape{9, 8, 7};
        const auto member = random_members(shape, 0.8, random);
        std::array<Grid<std::uint8_t>, 3> joint;
        for (auto& axis : joint) {
            axis = random_members(shape, open, random);
        }
        const Joined joined = [&](Axis axis, std::int64_t n) {
            return joint[static_cast<std::size_t>(axis)][n] != 0;
        };
        for (const bool wrap : {false, true}) {
            const std::array<bool, 3> periodic{wrap, !wrap, wrap};
            CAPTURE(open);
            CHECK(same(connected_components(member, periodic, joined),
                       flood(member, periodic, joined)));
        }
    }
}

TEST_CASE("a channel through the side of the box joins what periodicity joins, and nothing else") {
    Grid<std::uint8_t> member(Shape{5, 4, 3});
    member(0, 2, 1) = 1;
    member(4, 2, 1) = 1;
    const Components open = connected_components(member, {false, false, false});
    CHECK(open.size == std::vector<std::int64_t>{58, 1, 1});
    const Components wrapped = connected_components(member, {true, false, false});
    CHECK(wrapped.size == std::vector<std::int64_t>{58, 2});
}

TEST_CASE("the ends a component touches") {
    Grid<std::uint8_t> member(Shape{3, 3, 4});
    for (std::int64_t k = 0; k < 4; ++k) {
        member(0, 0, k) = 1; // through
    }
    member(2, 2, 0) = 1; // collector side only
    member(2, 0, 3) = 1; // separator side only
    member(2, 2, 2) = 1; // neither
    const Components parts = connected_components(member, {false, false, false});
    const auto ends = touches_ends(parts, Axis::z);
    REQUIRE(ends.size() == 5);
    CHECK(ends[0] == 0);
    CHECK(ends[static_cast<std::size_t>(parts.id(0, 0, 0))] == 3);
    CHECK(ends[static_cast<std::size_t>(parts.id(2, 2, 0))] == 1);
    CHECK(ends[static_cast<std::size_t>(parts.id(2, 0, 3))] == 2);
    CHECK(ends[static_cast<std::size_t>(parts.id(2, 2, 2))] == 0);
    CHECK(touches_ends(parts, Axis::x)[static_cast<std::size_t>(parts.id(2, 2, 2))] == 2);
    CHECK(touches_ends(parts, Axis::y)[static_cast<std::size_t>(parts.id(0, 0, 0))] == 1);
}

TEST_CASE("no cells, no components") {
    const Components none =
        connected_components(Grid<std::uint8_t>(Shape{4, 4, 4}), {true, true, true});
    CHECK(none.size == std::vector<std::int64_t>{64});
    CHECK(connected_components(Grid<std::uint8_t>(), {true, true, true}).size ==
          std::vector<std::int64_t>{0});
}

TEST_CASE("components do not depend on the number of threads") {
    RandomStream random(9, "threads");
    const auto member = random_members(Shape{40, 60, 60}, 0.32, random);
    const Components many = connected_components(member, {true, true, false});
    const ThreadLimit single(1);
    CHECK(same(many, connected_components(member, {true, true, false})));
}

TEST_CASE("more components than can be numbered are refused") {
    CHECK(component_number(1) == 1);
    CHECK(component_number(2147483647) == 2147483647);
    CHECK_THROWS_WITH_AS(component_number(2147483648),
                         "connected components: 2147483648 components or cells in a row (at most "
                         "2147483647 can be numbered); crop or coarsen the image",
                         Error);
}
