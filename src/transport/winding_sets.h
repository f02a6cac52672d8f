#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace porogen::transport {

/// Disjoint sets that know whether a way within them leads around a periodic box: each member has a
/// number of boxes relative to the root of its set. The root is the smallest member.
class WindingSets {
  public:
    explicit WindingSets(std::size_t count) : parent_(count), boxes_(count, 0), winds_(count, 0) {
        std::iota(parent_.begin(), parent_.end(), 0);
    }
    [[nodiscard]] std::int32_t root(std::int32_t n) { return find(n).first; }
    [[nodiscard]] bool winds(std::int32_t n) { return winds_[at(root(n))] != 0; }

    /// Joins a and b; the way from a to b crosses `boxes` ends of the box upwards.
    void join(std::int32_t a, std::int32_t b, std::int32_t boxes = 0) {
        const auto [root_a, of_a] = find(a);
        const auto [root_b, of_b] = find(b);
        const std::int32_t b_from_a = of_a + boxes - of_b; // root b relative to root a
        if (root_a == root_b) {
            winds_[at(root_a)] |= static_cast<std::uint8_t>(b_from_a != 0);
            return;
        }
        const bool a_leads = root_a < root_b;
        const std::int32_t lead = a_leads ? root_a : root_b;
        const std::int32_t follow = a_leads ? root_b : root_a;
        parent_[at(follow)] = lead;
        boxes_[at(follow)] = a_leads ? b_from_a : -b_from_a;
        winds_[at(lead)] |= winds_[at(follow)];
    }

  private:
    static std::size_t at(std::int32_t n) { return static_cast<std::size_t>(n); }

    /// Root and number of boxes relative to it; halves the path on the way.
    std::pair<std::int32_t, std::int32_t> find(std::int32_t n) {
        std::int32_t boxes = 0;
        while (parent_[at(n)] != n) {
            const std::int32_t up = parent_[at(n)];
            if (parent_[at(up)] != up) {
                boxes_[at(n)] += boxes_[at(up)];
                parent_[at(n)] = parent_[at(up)];
            }
            boxes += boxes_[at(n)];
            n = parent_[at(n)];
        }
        return {n, boxes};
    }

    std::vector<std::int32_t> parent_;
    std::vector<std::int32_t> boxes_;
    std::vector<std::uint8_t> winds_;
};

} // namespace porogen::transport
