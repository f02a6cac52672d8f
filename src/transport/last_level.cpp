#include "transport/last_level.h"

#include <vector>

#include <Eigen/SparseCholesky>

namespace porogen::transport {

struct LastLevel::Factor {
    Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> ldlt;
};

LastLevel::LastLevel(const GraphRows& rows) : factor_(std::make_unique<Factor>()) {
    constexpr double shift = 1e-6;
    std::vector<Eigen::Triplet<double>> entries;
    const auto nodes = static_cast<int>(rows.nodes());
    for (int n = 0; n < nodes; ++n) {
        double diagonal = 0;
        const GraphRows::Links links{rows, n};
        links.each([&](std::int32_t m, float g, std::size_t) {
            if (m < n) {
                entries.emplace_back(n, m, -static_cast<double>(g));
            }
            diagonal += static_cast<double>(g);
        });
        diagonal += links.plate<double>();
        entries.emplace_back(n, n, diagonal > 0 ? (1 + shift) * diagonal : 1.0);
    }
    Eigen::SparseMatrix<double> matrix(nodes, nodes);
    matrix.setFromTriplets(entries.begin(), entries.end());
    factor_->ldlt.compute(matrix); // reads the lower triangle
}

LastLevel::~LastLevel() = default;

void LastLevel::solve(const Buffer<float>& b, Buffer<float>& x) const {
    const auto nodes = static_cast<Eigen::Index>(b.size());
    const Eigen::VectorXd right = Eigen::Map<const Eigen::VectorXf>(b.data(), nodes).cast<double>();
    const Eigen::VectorXd solution = factor_->ldlt.solve(right);
    Eigen::Map<Eigen::VectorXf>(x.data(), nodes) = solution.cast<float>();
}

} // namespace porogen::transport
