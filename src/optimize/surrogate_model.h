#pragma once

#include <vector>

#include <Eigen/Dense>

#include "porogen/core/random.h"
#include "porogen/optimize/surrogate.h"

namespace porogen {

/// What a fit keeps. Values are standardised, y = (value - offset) / scale; n points in d variables
/// with p trend functions; A = correlation + ratio I is the n x n covariance over the process
/// variance, symmetric positive definite, and P = A^-1 - A^-1 F (F^T A^-1 F)^-1 F^T A^-1.
struct SurrogateModel {
    Trend trend = Trend::constant;
    double offset = 0;
    double scale = 0;                    ///< 0: all values are the same
    double process_variance = 0;         ///< of y
    double ratio = 0;                    ///< noise variance / process variance
    std::vector<double> hyperparameters; ///< ln(length scales), ln(ratio)
    Eigen::VectorXd inverse_lengths;
    Eigen::MatrixXd points;             ///< d x n, divided by the length scales
    Eigen::VectorXd values;             ///< y
    Eigen::MatrixXd functions;          ///< F, n x p
    Eigen::LLT<Eigen::MatrixXd> factor; ///< A = L L^T
    Eigen::MatrixXd whitened;           ///< L^-1 F, n x p
    Eigen::LLT<Eigen::MatrixXd> gram;   ///< of F^T A^-1 F
    Eigen::VectorXd coefficients;       ///< of the trend
    Eigen::VectorXd weights;            ///< P y = A^-1 (y - F coefficients)
    Eigen::VectorXd diagonal;           ///< of P
};

namespace optimize {

/// Correlations of x, in units of the length scales, with the points.
Eigen::VectorXd correlations(const SurrogateModel& model, const Eigen::VectorXd& x);

/// Copies of the model with other hyperparameters, as plausible as the likelihood says: drawn from
/// the normal distribution that has the likelihood's curvature (Laplace's approximation; Rasmussen
/// & Williams 2006, section 3.4), and of those each as often as its likelihood over that
/// distribution's density asks (D. B. Rubin, Bayesian Statistics 3 (1988) 395). The prior is flat
/// in the logarithms, within the bounds of the fit.
std::vector<SurrogateModel> plausible_models(const SurrogateModel& model, int count,
                                             RandomStream& random);

/// Functions that the Gaussian process may be, given the data: a prior draw made of random Fourier
/// features, corrected by the kriging of what the data say otherwise (Matheron's rule; J. T. Wilson
/// et al., Proc. Mach. Learn. Res. 119 (2020) 10292, eqs. (11) and (13)).
struct SurrogatePaths {
    Eigen::MatrixXd frequencies;  ///< of a cosine and a sine each, for points / length scales, x d
    Eigen::MatrixXd amplitudes;   ///< of the cosines, then the sines, x paths
    Eigen::MatrixXd coefficients; ///< of the trend, p x paths
    Eigen::MatrixXd weights;      ///< n x paths
};

SurrogatePaths draw_paths(const SurrogateModel& model, int paths, int frequencies,
                          RandomStream& random);

/// The paths' values at points of the unit cube, points x paths, in the unit of the measured
/// values.
Eigen::MatrixXd path_values(const SurrogateModel& model, const SurrogatePaths& paths,
                            const std::vector<std::vector<double>>& points);

} // namespace optimize

} // namespace porogen
