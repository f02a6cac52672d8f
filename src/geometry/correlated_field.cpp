#include "geometry/correlated_field.h"

#include <algorithm>
#include <cmath>

namespace porogen {

namespace {

/// Smoothing with a cubic B-spline gives its autocorrelation, the B-spline of degree 7; that has
/// fallen to exp(-1/2) at this many knots.
constexpr double knots_in_length = 0.8429363711;
/// Nodes at most this many knots apart make the field stationary within 0.006; at a whole knot the
/// correlation would still vary by 0.05 with the place.
constexpr double most_spacing = 0.8;
/// Nodes within reach of a point along one axis; spacings are at least 0.56 knots, in a box of two
/// lengths.
constexpr std::size_t most_nodes = 9;

double cubic_spline(double t) {
    const double u = std::abs(t);
    const double rest = 2 - u;
    return u >= 2 ? 0 : u >= 1 ? rest * rest * rest / 6 : 2.0 / 3 - u * u * (1 - u / 2);
}

} // namespace

/// Weights of the nodes near a point along one axis.
struct CorrelatedField::Weights {
    std::array<std::int64_t, most_nodes> node{};
    std::array<double, most_nodes> value{};
    std::size_t count = 0;
    double squares = 0; ///< sum of value^2
};

CorrelatedField::Lattice CorrelatedField::lattice(double size, bool periodic, double knots) {
    const double most = most_spacing * knots;
    // The same box on another grid may differ in the last bit; the number of nodes must not.
    const auto intervals = static_cast<std::int64_t>(std::ceil(size / most * (1 - 1e-9)));
    if (periodic) {
        return {size, size / static_cast<double>(intervals), 0, intervals, true};
    }
    const auto margin = static_cast<std::int64_t>(std::ceil(2 / most_spacing));
    return {size, most, -margin, intervals + 2 * margin + 1, false};
}

CorrelatedField::CorrelatedField(const Vec3& size, std::array<bool, 3> periodic, double length,
                                 RandomStream random)
    : knots_(length / knots_in_length) {
    std::int64_t nodes = 1;
    for (std::size_t a = 0; a < 3; ++a) {
        axes_[a] = lattice(size[static_cast<int>(a)], periodic[a], knots_);
        nodes *= axes_[a].count;
    }
    noise_.resize(static_cast<std::size_t>(nodes));
    std::generate(noise_.begin(), noise_.end(), [&] { return random.normal(); });
}

CorrelatedField::Weights CorrelatedField::weights(const Lattice& along, double position) const {
    const double x = along.periodic ? position : std::clamp(position, 0.0, along.size);
    const auto low = static_cast<std::int64_t>(std::ceil((x - 2 * knots_) / along.spacing));
    const auto high = static_cast<std::int64_t>(std::floor((x + 2 * knots_) / along.spacing));
    const std::int64_t start = ((low - along.first) % along.count + along.count) % along.count;
    Weights weights;
    weights.count = static_cast<std::size_t>(std::min(high - low + 1, along.count));
    for (std::size_t n = 0; n < weights.count; ++n) {
        weights.node[n] = (start + static_cast<std::int64_t>(n)) % along.count;
    }
    for (std::int64_t j = low; j <= high; ++j) {
        // A short period meets the same node again.
        const auto n = static_cast<std::size_t>(j - low) % weights.count;
        weights.value[n] += cubic_spline((x - static_cast<double>(j) * along.spacing) / knots_);
    }
    for (std::size_t n = 0; n < weights.count; ++n) {
        weights.squares += weights.value[n] * weights.value[n];
    }
    return weights;
}

double CorrelatedField::operator()(const Vec3& point) const {
    const Weights x = weights(axes_[0], point.x());
    const Weights y = weights(axes_[1], point.y());
    const Weights z = weights(axes_[2], point.z());
    double sum = 0;
    for (std::size_t k = 0; k < z.count; ++k) {
        double plane = 0;
        for (std::size_t j = 0; j < y.count; ++j) {
            const double* const row =
                noise_.data() + axes_[0].count * (y.node[j] + axes_[1].count * z.node[k]);
            double line = 0;
            for (std::size_t i = 0; i < x.count; ++i) {
                line += x.value[i] * row[x.node[i]];
            }
            plane += y.value[j] * line;
        }
        sum += z.value[k] * plane;
    }
    return sum / std::sqrt(x.squares * y.squares * z.squares);
}

} // namespace porogen
