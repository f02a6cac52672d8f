#include "orientation.h"

#include <cmath>

namespace porogen {

double order_parameter(const std::vector<Vec3>& normals) {
    double sum = 0;
    for (const Vec3& n : normals) {
        sum += (3 * n.z() * n.z() - 1) / 2;
    }
    return normals.empty() ? 0 : sum / static_cast<double>(normals.size());
}

double march_dollase(const std::vector<Vec3>& normals) {
    // With a = r^3, the likelihood is stationary where sum (2 a c^2 - s^2) / (a c^2 + s^2) = 0;
    // every term grows with a, so the root is the only one.
    const auto slope = [&](double log_a) {
        const double a = std::exp(log_a);
        double sum = 0;
        for (const Vec3& n : normals) {
            const double c2 = n.z() * n.z();
            const double s2 = n.x() * n.x() + n.y() * n.y();
            sum += (2 * a * c2 - s2) / (a * c2 + s2);
        }
        return sum;
    };
    if (normals.empty()) {
        return 1;
    }
    double low = 3 * std::log(1e-3);
    double high = 3 * std::log(1e3);
    for (int n = 0; n < 60; ++n) {
        const double middle = (low + high) / 2;
        (slope(middle) < 0 ? low : high) = middle;
    }
    return std::exp((low + high) / 6);
}

} // namespace porogen
