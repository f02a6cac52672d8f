#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Cholesky>

#include "porogen/core/vec.h"
#include "porogen/transport/network.h"

namespace porogen::test {

/// The slow, obvious twins that judge solve(): the whole matrix, dense, factorised.

/// Number of the connected part that each node belongs to, from 0.
inline std::vector<int> parts_of(const ConductorNetwork& network) {
    std::vector<int> part(network.cell.size(), -1);
    int count = 0;
    for (std::size_t seed = 0; seed < part.size(); ++seed) {
        if (part[seed] >= 0) {
            continue;
        }
        std::vector<std::size_t> open{seed};
        part[seed] = count;
        while (!open.empty()) {
            const std::size_t n = open.back();
            open.pop_back();
            for (auto e = network.first[n]; e < network.first[n + 1]; ++e) {
                const auto m =
                    static_cast<std::size_t>(network.neighbour[static_cast<std::size_t>(e)]);
                if (part[m] < 0) {
                    part[m] = count;
                    open.push_back(m);
                }
            }
        }
        ++count;
    }
    return part;
}

/// The matrix A of the network: rows, and the plates on the diagonal [S].
inline Eigen::MatrixXd dense_matrix(const ConductorNetwork& network) {
    const auto count = static_cast<Eigen::Index>(network.nodes());
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(count, count);
    for (Eigen::Index n = 0; n < count; ++n) {
        const auto row = static_cast<std::size_t>(n);
        for (auto e = network.first[row]; e < network.first[row + 1]; ++e) {
            const auto g = static_cast<double>(network.conductance[static_cast<std::size_t>(e)]);
            a(n, n) += g;
            a(n, network.neighbour[static_cast<std::size_t>(e)]) -= g;
        }
    }
    for (const auto* plate : {&network.lower, &network.upper}) {
        for (const auto& link : *plate) {
            a(link.node, link.node) += static_cast<double>(link.conductance);
        }
    }
    return a;
}

/// Solves A v = b for the nodes with keep[n], all others held at 0.
inline Eigen::VectorXd solve_kept(const Eigen::MatrixXd& a, const Eigen::VectorXd& b,
                                  const std::vector<bool>& keep) {
    std::vector<Eigen::Index> kept;
    for (std::size_t n = 0; n < keep.size(); ++n) {
        if (keep[n]) {
            kept.push_back(static_cast<Eigen::Index>(n));
        }
    }
    Eigen::VectorXd v = Eigen::VectorXd::Zero(b.size());
    if (!kept.empty()) {
        const Eigen::VectorXd part =
            Eigen::MatrixXd(a(kept, kept)).ldlt().solve(Eigen::VectorXd(b(kept)));
        v(kept) = part;
    }
    return v;
}

struct DenseSolution {
    bool percolates = false;
    double conductance = 0;        ///< power at potentials 1 (lower plate) and 0 (upper) [S]
    double in = 0;                 ///< from the lower plate [S]
    double out = 0;                ///< into the upper plate [S]
    std::vector<bool> carries;     ///< nodes of parts that join the plates
    std::vector<double> potential; ///< 0 in all other nodes
};

/// Between the plates of a network.
inline DenseSolution dense_plates(const ConductorNetwork& network) {
    const std::vector<int> part = parts_of(network);
    std::vector<bool> at_lower(part.size(), false);
    std::vector<bool> at_upper(part.size(), false);
    Eigen::VectorXd b = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(network.nodes()));
    for (const auto& link : network.lower) {
        at_lower[static_cast<std::size_t>(part[static_cast<std::size_t>(link.node)])] = true;
        b[link.node] += static_cast<double>(link.conductance);
    }
    for (const auto& link : network.upper) {
        at_upper[static_cast<std::size_t>(part[static_cast<std::size_t>(link.node)])] = true;
    }
    DenseSolution solution;
    for (const int p : part) {
        const auto at = static_cast<std::size_t>(p);
        solution.carries.push_back(at_lower[at] && at_upper[at]);
        solution.percolates = solution.percolates || solution.carries.back();
    }
    const Eigen::VectorXd v = solve_kept(dense_matrix(network), b, solution.carries);
    solution.potential.assign(v.begin(), v.end());
    const auto potential = [&](std::int32_t n) {
        return solution.potential[static_cast<std::size_t>(n)];
    };
    const auto carries = [&](std::int32_t n) {
        return solution.carries[static_cast<std::size_t>(n)];
    };
    double twice = 0; // every link stands in two rows
    for (std::size_t n = 0; n < part.size(); ++n) {
        for (auto e = network.first[n]; e < network.first[n + 1]; ++e) {
            const auto at = static_cast<std::size_t>(e);
            const double dv = solution.potential[n] - potential(network.neighbour[at]);
            twice += static_cast<double>(network.conductance[at]) * dv * dv;
        }
    }
    solution.conductance = twice / 2;
    for (const auto& link : network.lower) {
        const double dv = 1 - potential(link.node);
        const double current = carries(link.node) ? static_cast<double>(link.conductance) * dv : 0;
        solution.in += current;
        solution.conductance += current * dv;
    }
    for (const auto& link : network.upper) {
        const double current = static_cast<double>(link.conductance) * potential(link.node);
        solution.out += current;
        solution.conductance += current * potential(link.node);
    }
    return solution;
}

/// Of a network that wraps along all axes: current along axis a per fall of the potential by 1
/// from one period to the next along axis b [S]. Conductivity: times length_a length_b / volume.
inline Mat3 dense_tensor(const ConductorNetwork& network) {
    const std::vector<int> part = parts_of(network);
    std::vector<bool> keep(part.size(), true);
    std::vector<bool> seen(part.size(), false);
    for (std::size_t n = 0; n < part.size(); ++n) { // the first node of each part stays at 0
        keep[n] = seen[static_cast<std::size_t>(part[n])];
        seen[static_cast<std::size_t>(part[n])] = true;
    }
    const Eigen::MatrixXd a = dense_matrix(network);
    Eigen::MatrixXd b = Eigen::MatrixXd::Zero(a.rows(), 3);
    Mat3 tensor = Mat3::Zero();
    for (const auto& wrap : network.wraps) { // current g (v_last - v_first + 1) at a fall by 1
        const auto g = static_cast<double>(wrap.conductance);
        const int axis = static_cast<int>(wrap.axis);
        b(wrap.last, axis) -= g;
        b(wrap.first, axis) += g;
        tensor(axis, axis) += g;
    }
    Eigen::MatrixXd v(a.rows(), 3);
    for (int axis = 0; axis < 3; ++axis) {
        v.col(axis) = solve_kept(a, b.col(axis), keep);
    }
    return tensor - b.transpose() * v;
}

} // namespace porogen::test
