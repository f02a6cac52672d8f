#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "porogen/transport/network.h"

namespace porogen::test {

/// Conductance of a network along an axis [S] by conjugate gradients with symmetric Gauss-Seidel:
/// between its plates, or, if it wraps along the axis, for a potential that falls by 1 from period
/// to period. Parts without current are left alone.
class PlainNetwork {
  public:
    explicit PlainNetwork(const ConductorNetwork& network)
        : net_(network), diagonal_(network.cell.size(), 0) {
        for (std::size_t n = 0; n < diagonal_.size(); ++n) {
            for (auto e = net_.first[n]; e < net_.first[n + 1]; ++e) {
                diagonal_[n] += static_cast<double>(net_.conductance[static_cast<std::size_t>(e)]);
            }
        }
        for (const auto* plate : {&net_.lower, &net_.upper}) {
            for (const auto& link : *plate) {
                diagonal_[static_cast<std::size_t>(link.node)] +=
                    static_cast<double>(link.conductance);
            }
        }
    }

    double conductance(Axis axis, double tolerance = 1e-8, int max_iterations = 4000) {
        const std::size_t count = diagonal_.size();
        std::vector<double> b(count, 0);
        double power = 0; // of all potentials zero inside
        for (const auto& link : net_.lower) {
            b[static_cast<std::size_t>(link.node)] += static_cast<double>(link.conductance);
            power += static_cast<double>(link.conductance);
        }
        if (net_.lower.empty() && net_.upper.empty()) {
            for (const auto& wrap : net_.wraps) {
                if (wrap.axis == axis) { // from last to first the potential falls by 1 too little
                    const auto g = static_cast<double>(wrap.conductance);
                    b[static_cast<std::size_t>(wrap.last)] -= g;
                    b[static_cast<std::size_t>(wrap.first)] += g;
                    power += g;
                }
            }
        }
        std::vector<double> x(count, 0);
        std::vector<double> r = b;
        std::vector<double> z(count, 0);
        std::vector<double> p(count, 0);
        std::vector<double> q(count, 0);
        const double target = tolerance * std::sqrt(dot(b, b));
        double rho = 0;
        for (iterations = 0; iterations < max_iterations; ++iterations) {
            if (std::sqrt(dot(r, r)) <= target) {
                break;
            }
            precondition(r, z);
            const double next = dot(r, z);
            const double beta = iterations == 0 ? 0 : next / rho;
            rho = next;
            for (std::size_t n = 0; n < count; ++n) {
                p[n] = z[n] + beta * p[n];
            }
            multiply(p, q);
            const double alpha = rho / dot(p, q);
            for (std::size_t n = 0; n < count; ++n) {
                x[n] += alpha * p[n];
                r[n] -= alpha * q[n];
            }
        }
        potential = x;
        // min over v of  power - 2 b.v + v.A v, at the solution power - b.x; with the residual the
        // error is of second order
        double energy = power;
        multiply(x, q);
        for (std::size_t n = 0; n < count; ++n) {
            energy += x[n] * (q[n] - 2 * b[n]);
        }
        return energy;
    }

    int iterations = 0;
    std::vector<double> potential;

  private:
    static double dot(const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0;
        for (std::size_t n = 0; n < a.size(); ++n) {
            sum += a[n] * b[n];
        }
        return sum;
    }

    void multiply(const std::vector<double>& v, std::vector<double>& out) const {
        for (std::size_t n = 0; n < v.size(); ++n) {
            double sum = diagonal_[n] * v[n];
            for (auto e = net_.first[n]; e < net_.first[n + 1]; ++e) {
                const auto at = static_cast<std::size_t>(e);
                sum -= static_cast<double>(net_.conductance[at]) *
                       v[static_cast<std::size_t>(net_.neighbour[at])];
            }
            out[n] = sum;
        }
    }

    /// (D + L) D^-1 (D + U) z = r
    void precondition(const std::vector<double>& r, std::vector<double>& z) const {
        const auto sweep = [&](std::size_t n, bool lower) {
            double sum = 0;
            for (auto e = net_.first[n]; e < net_.first[n + 1]; ++e) {
                const auto at = static_cast<std::size_t>(e);
                const auto m = static_cast<std::size_t>(net_.neighbour[at]);
                if (lower ? m < n : m > n) {
                    sum += static_cast<double>(net_.conductance[at]) * z[m];
                }
            }
            return sum;
        };
        for (std::size_t n = 0; n < r.size(); ++n) {
            z[n] = diagonal_[n] > 0 ? (r[n] + sweep(n, true)) / diagonal_[n] : 0;
        }
        for (std::size_t n = r.size(); n-- > 0;) {
            z[n] += diagonal_[n] > 0 ? sweep(n, false) / diagonal_[n] : 0;
        }
    }

    const ConductorNetwork& net_;
    std::vector<double> diagonal_;
};

} // namespace porogen::test
