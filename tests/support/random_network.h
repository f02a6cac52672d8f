#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "porogen/core/random.h"
#include "porogen/transport/network.h"
#include "transport/assemble.h"

namespace porogen::test {

/// Parts (see assemble.h) at random: three carriers, of which the last may have two nodes in a
/// cell. Many links are missing, so there are dead ends, floating parts and cells without nodes.
class RandomParts {
  public:
    static constexpr int slots = 4;
    struct Link {
        int a = 0;
        int b = 0;
        double g = 0;
    };

    /// Conductances spread over `decades` powers of ten. `density`: 0..1, of links that exist.
    RandomParts(Shape shape, RandomStream& random, double density, double decades) : shape_(shape) {
        const auto conductance = [&] {
            return random.uniform(0, 1) < density
                       ? std::pow(10.0, decades * random.uniform(-0.5, 0.5))
                       : 0.0;
        };
        for (auto* links : {&face_[0], &face_[1], &face_[2], &within_, &end_[0], &end_[1]}) {
            links->resize(static_cast<std::size_t>(shape.size()));
            for (std::vector<Link>& list : *links) {
                for (int slot = 0; slot < slots; ++slot) {
                    list.push_back({slot, slot, conductance()});
                }
                if (links == &within_) {
                    list = {{0, 1, conductance()},
                            {0, 2, conductance()},
                            {1, 3, conductance()},
                            {0, 3, conductance() * (conductance() > 0 ? 1 : 0)}};
                } else if (links != &end_[0] && links != &end_[1] && conductance() > 0) {
                    list.push_back({2, 3, conductance()}); // between two sheets
                }
            }
        }
    }

    [[nodiscard]] std::uint8_t carrier(int slot) const {
        return static_cast<std::uint8_t>(slot < 2 ? slot : 2);
    }
    template <class Visit>
    void face(Axis along, std::int64_t n, std::int64_t, const Visit& visit) const {
        for (const Link& link :
             face_[static_cast<std::size_t>(along)][static_cast<std::size_t>(n)]) {
            visit(link.a, link.b, link.g);
        }
    }
    template <class Visit>
    void within(std::int64_t n, const Visit& visit) const {
        for (const Link& link : within_[static_cast<std::size_t>(n)]) {
            visit(link.a, link.b, link.g);
        }
    }
    template <class Visit>
    void end(Axis, bool upper, std::int64_t n, const Visit& visit) const {
        for (const Link& link : end_[upper ? 1 : 0][static_cast<std::size_t>(n)]) {
            visit(link.a, link.g);
        }
    }

  private:
    Shape shape_;
    std::array<std::vector<std::vector<Link>>, 3> face_;
    std::vector<std::vector<Link>> within_;
    std::array<std::vector<std::vector<Link>>, 2> end_;
};

/// A network of at most 4 x 4 x 4 cells: with plates along a random axis, or without any.
inline ConductorNetwork random_network(RandomStream& random, bool plates) {
    const auto length = [&] { return static_cast<std::int64_t>(random.uniform(1, 4.999)); };
    const Shape shape{length(), length(), length()};
    const Axis axis = all_axes[static_cast<std::size_t>(random.uniform(0, 2.999))];
    std::array<bool, 3> periodic{true, true, true};
    if (plates) {
        for (bool& wraps : periodic) {
            wraps = random.uniform(0, 1) < 0.5;
        }
        periodic[static_cast<std::size_t>(axis)] = false;
    }
    const RandomParts parts(shape, random, random.uniform(0.3, 0.9), random.uniform(0, 6));
    return transport::assemble(shape, axis, periodic, parts);
}

/// The slow, obvious twin of assemble(): a list of all links, then sorted into rows.
template <class Parts>
ConductorNetwork assemble_slowly(const Shape& shape, Axis axis, std::array<bool, 3> periodic,
                                 const Parts& parts) {
    using Node = std::pair<std::int64_t, int>; // cell, slot
    struct Link {
        Node a, b;
        float g;
        bool wraps;
        Axis axis;
    };
    std::vector<Link> links;
    std::map<Node, std::int32_t> number;
    std::array<std::vector<std::pair<Node, float>>, 2> plates;
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        const std::array<std::int64_t, 3> at{n % shape.x, n / shape.x % shape.y,
                                             n / (shape.x * shape.y)};
        parts.within(n, [&](int a, int b, double g) {
            links.push_back({{n, a}, {n, b}, static_cast<float>(g), false, Axis::x});
        });
        for (const Axis along : all_axes) {
            const auto i = static_cast<std::size_t>(along);
            std::array<std::int64_t, 3> next = at;
            const bool wraps = ++next[i] == shape[along];
            if (wraps && !periodic[i]) {
                continue;
            }
            next[i] %= shape[along];
            const std::int64_t up = shape.index(next[0], next[1], next[2]);
            parts.face(along, n, up, [&](int a, int b, double g) {
                links.push_back({{n, a}, {up, b}, static_cast<float>(g), wraps, along});
            });
        }
        const auto i = static_cast<std::size_t>(axis);
        for (const bool upper : {false, true}) {
            if (!periodic[i] && at[i] == (upper ? shape[axis] - 1 : 0)) {
                parts.end(axis, upper, n, [&](int a, double g) {
                    plates[upper ? 1 : 0].push_back({{n, a}, static_cast<float>(g)});
                });
            }
        }
    }
    for (const Link& link : links) {
        if (link.g > 0) {
            number[link.a] = number[link.b] = 0;
        }
    }
    for (const auto& plate : plates) {
        for (const auto& [node, g] : plate) {
            if (g > 0) {
                number[node] = 0;
            }
        }
    }
    ConductorNetwork network;
    network.shape = shape;
    network.axis = axis;
    network.periodic = periodic;
    std::int32_t count = 0;
    for (auto& [node, n] : number) {
        n = count++;
        network.cell.push_back(node.first);
        network.carrier.push_back(parts.carrier(node.second));
    }
    network.first.push_back(0);
    for (const auto& [node, n] : number) {
        for (const Link& link : links) {
            for (const auto& [from, to] : {std::pair(link.a, link.b), std::pair(link.b, link.a)}) {
                if (link.g > 0 && from == node && link.a != link.b) {
                    network.neighbour.push_back(number[to]);
                    network.conductance.push_back(link.g);
                }
            }
        }
        network.first.push_back(static_cast<std::int64_t>(network.neighbour.size()));
    }
    for (const Axis along : all_axes) {
        for (const Link& link : links) {
            if (link.wraps && link.axis == along && link.g > 0) {
                network.wraps.push_back({along, number[link.a], number[link.b], link.g});
            }
        }
    }
    for (const bool upper : {false, true}) {
        for (const auto& [node, g] : plates[upper ? 1 : 0]) {
            if (g > 0) {
                (upper ? network.upper : network.lower).push_back({number[node], g});
            }
        }
    }
    return network;
}

} // namespace porogen::test
