#include "transport/smooth.h"

#include <vector>

#include <doctest/doctest.h>

#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "transport/coarsen.h"
#include "transport/multigrid.h"

using namespace porogen;
using namespace porogen::transport;

namespace {

/// Random conductances, about a third of them 0, on a box with any sides.
ConductorNetwork random_network(Shape shape, Axis axis, std::array<bool, 3> periodic,
                                RandomStream& random) {
    ConductorNetwork network;
    network.shape = shape;
    network.axis = axis;
    network.periodic = periodic;
    network.periodic[static_cast<std::size_t>(axis)] = false;
    const auto draw = [&] {
        return random.uniform() < 0.3 ? 0.0F : static_cast<float>(random.uniform(0.1, 2));
    };
    for (const Axis along : all_axes) {
        const auto a = static_cast<std::size_t>(along);
        network.face[a] = Grid<float>(shape);
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            const bool last = n / shape.stride(along) % shape[along] == shape[along] - 1;
            network.face[a][n] = last && !network.periodic[a] ? 0.0F : draw();
        }
    }
    const auto plates = static_cast<std::size_t>(shape.size() / shape[axis]);
    for (std::size_t m = 0; m < plates; ++m) {
        network.end_lower.push_back(draw());
        network.end_upper.push_back(draw());
    }
    return network;
}

Grid<float> random_field(Shape shape, RandomStream& random) {
    Grid<float> field(shape);
    for (float& v : field) {
        v = static_cast<float>(random.uniform(-1, 1));
    }
    return field;
}

double dot(const Grid<float>& a, const Grid<float>& b) {
    double sum = 0;
    for (std::int64_t n = 0; n < a.size(); ++n) {
        sum += static_cast<double>(a[n]) * static_cast<double>(b[n]);
    }
    return sum;
}

const std::vector<Shape> shapes{{64, 64, 64}, {33, 7, 41},  {1, 1, 40},  {5, 300, 30},
                                {2, 2, 2},    {100, 90, 1}, {16, 16, 11}};

} // namespace

TEST_CASE("the fused smoother has the same bits as one colour after the other") {
    RandomStream random(1, "smoother");
    for (const Shape& shape : shapes) {
        for (const bool wraps : {false, true}) {
            for (const Axis axis : {Axis::x, Axis::z}) {
                const ConductorNetwork network =
                    random_network(shape, axis, {wraps, wraps, wraps}, random);
                const Level level = finest_level(network, Grid<std::uint8_t>(shape, 1));
                const Grid<float> rhs = random_field(shape, random);
                Grid<float> fused = random_field(shape, random);
                Grid<float> plain = fused;
                for (const Order order : {Order::forward, Order::reversed}) {
                    for (const int sweeps : {1, 2, 3}) {
                        smooth(level.stencil(), rhs.data(), fused.data(), sweeps, order);
                        smooth_plain(level.stencil(), rhs.data(), plain.data(), sweeps, order);
                    }
                }
                CAPTURE(shape.x);
                CAPTURE(shape.z);
                CAPTURE(wraps);
                CHECK(std::equal(fused.begin(), fused.end(), plain.begin()));
            }
        }
    }
}

TEST_CASE("the V-cycle is symmetric and positive, odd periodic sides included") {
    RandomStream random(2, "v-cycle");
    for (const Shape& shape : shapes) {
        for (const bool wraps : {false, true}) {
            const ConductorNetwork network =
                random_network(shape, Axis::y, {wraps, wraps, wraps}, random);
            Multigrid multigrid(finest_level(network, Grid<std::uint8_t>(shape, 1)), 2);
            const auto apply = [&](const Grid<float>& v) {
                multigrid.rhs() = v;
                return Grid<float>(multigrid.apply());
            };
            // A cell without any conductance has no inverse; keep to vectors in the range of the
            // matrix.
            const auto draw = [&] {
                Grid<float> v = random_field(shape, random);
                for (std::int64_t n = 0; n < v.size(); ++n) {
                    v[n] = multigrid.finest().inverse_diagonal[n] > 0 ? v[n] : 0.0F;
                }
                return v;
            };
            const Grid<float> u = draw();
            const Grid<float> v = draw();
            const Grid<float> m_u = apply(u);
            const Grid<float> m_v = apply(v);
            CAPTURE(shape.x);
            CAPTURE(shape.z);
            CAPTURE(wraps);
            const double size = std::sqrt(dot(u, m_u) * dot(v, m_v));
            CHECK(dot(u, m_u) > 0);
            CHECK(dot(v, m_v) > 0);
            CHECK(std::abs(dot(u, m_v) - dot(v, m_u)) < 1e-4 * size);
        }
    }
}
