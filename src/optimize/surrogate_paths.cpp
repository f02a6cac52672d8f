#include <cmath>

#include "optimize/surrogate_model.h"

namespace porogen::optimize {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// features x points, for points in units of the length scales, one per column.
MatrixXd features_at(const SurrogatePaths& paths, const MatrixXd& points) {
    const MatrixXd angles = paths.frequencies * points;
    MatrixXd features(2 * angles.rows(), angles.cols());
    features << angles.array().cos().matrix(), angles.array().sin().matrix();
    return features;
}

MatrixXd normals(Index rows, Index columns, double deviation, RandomStream& random) {
    MatrixXd result(rows, columns);
    for (Index j = 0; j < columns; ++j) {
        for (Index i = 0; i < rows; ++i) {
            result(i, j) = deviation * random.normal();
        }
    }
    return result;
}

} // namespace

SurrogatePaths draw_paths(const SurrogateModel& model, int paths, int frequencies,
                          RandomStream& random) {
    SurrogatePaths result;
    // The spectral density of Matern 5/2 is Student's t distribution of five degrees of freedom
    // (Rasmussen & Williams 2006, eq. (4.15)): normal numbers over sqrt(g), g of the density p. The
    // data fix the low frequencies, so what is uncertain is the tail, small g, which drawing from p
    // would hardly ever meet (measured: deviations too small by half). Half the g are therefore
    // drawn evenly in ln(g) and all are weighted by the density wanted over the one drawn from.
    const double least = std::log(1e-7);
    const double most = std::log(10.0);
    result.frequencies = normals(frequencies, model.points.rows(), 1, random);
    VectorXd share(frequencies);
    for (Index m = 0; m < frequencies; ++m) {
        const bool even = m % 2 == 1;
        double g = 0;
        for (int i = 0; i < 5; ++i) {
            g += std::pow(random.normal(), 2) / 5;
        }
        if (even) {
            // Stratified: one in each of equal parts.
            g = std::exp(least + (most - least) *
                                     (static_cast<double>(m) - random.uniform(0, 2) + 1) /
                                     static_cast<double>(frequencies));
        }
        const double density =
            std::pow(2.5, 2.5) / std::tgamma(2.5) * std::pow(g, 1.5) * std::exp(-2.5 * g);
        const bool reached = std::log(g) > least && std::log(g) < most;
        share(m) = density / (density + (reached ? 1 / (g * (most - least)) : 0));
        result.frequencies.row(m) /= std::sqrt(g);
    }
    share /= share.sum();
    result.amplitudes = normals(2 * result.frequencies.rows(), paths, 1, random);
    const VectorXd deviations = (model.process_variance * share).cwiseSqrt();
    result.amplitudes.topRows(frequencies).array().colwise() *= deviations.array();
    result.amplitudes.bottomRows(frequencies).array().colwise() *= deviations.array();
    const MatrixXd prior = features_at(result, model.points).transpose() * result.amplitudes +
                           normals(model.points.cols(), paths,
                                   std::sqrt(model.process_variance * model.ratio), random);
    const MatrixXd white = model.factor.matrixL().solve((-prior).colwise() + model.values);
    result.coefficients = model.gram.solve(model.whitened.transpose() * white);
    result.weights = model.factor.matrixU().solve(white - model.whitened * result.coefficients);
    return result;
}

MatrixXd path_values(const SurrogateModel& model, const SurrogatePaths& paths,
                     const std::vector<std::vector<double>>& points) {
    const Index count = std::ssize(points);
    const Index dimension = model.points.rows();
    MatrixXd columns(dimension, count);
    MatrixXd k(model.points.cols(), count);
    for (Index i = 0; i < count; ++i) {
        columns.col(i) =
            Eigen::Map<const VectorXd>(points[static_cast<std::size_t>(i)].data(), dimension);
    }
    const MatrixXd scaled = model.inverse_lengths.asDiagonal() * columns;
    for (Index i = 0; i < count; ++i) {
        k.col(i) = correlations(model, scaled.col(i));
    }
    MatrixXd values =
        features_at(paths, scaled).transpose() * paths.amplitudes + k.transpose() * paths.weights;
    values.rowwise() += paths.coefficients.row(0);
    if (model.trend == Trend::linear) {
        values += columns.transpose() * paths.coefficients.bottomRows(dimension);
    }
    return (model.offset + model.scale * values.array()).matrix();
}

} // namespace porogen::optimize
