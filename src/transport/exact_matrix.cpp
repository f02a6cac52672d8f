#include "transport/exact_matrix.h"

#include <algorithm>
#include <vector>

#include "porogen/core/parallel.h"
#include "transport/end_layer.h"

namespace porogen::transport {

namespace {

/// The rows beside a row of cells, in the order of RowLinks; a missing one is the row itself, with
/// zero conductances.
template <class T>
std::array<const T*, 4> neighbour_rows(const RowLinks& links, const T* v) {
    std::array<const T*, 4> rows{};
    for (std::size_t side = 0; side < 4; ++side) {
        rows[side] = v + (links.neighbour[side] < 0 ? links.first : links.neighbour[side]);
    }
    return rows;
}

/// out = sum over the faces g (v_n - v_neighbour) on one row.
template <class T>
void outflow(const Stencil& a, const RowLinks& links, const T* v, double* __restrict out) {
    const std::array<const T*, 4> rows = neighbour_rows(links, v);
    const float* gx = a.face[0] + links.first;
    const T* own = v + links.first;
    const std::int64_t last = a.shape.x - 1;
    const double wrap = static_cast<double>(wrap_link(a, links.first));
    const auto across = [&](std::int64_t i) {
        const auto v_i = static_cast<double>(own[i]);
        const auto side = [&](std::size_t s) {
            return static_cast<double>(links.g[s][i]) * (v_i - static_cast<double>(rows[s][i]));
        };
        return (side(0) + side(1)) + (side(2) + side(3));
    };
    const auto along = [&](double g, std::int64_t i, std::int64_t neighbour) {
        return g * (static_cast<double>(own[i]) - static_cast<double>(own[neighbour]));
    };
    if (last == 0) {
        out[0] = across(0);
        return;
    }
    out[0] = across(0) + (along(wrap, 0, last) + along(static_cast<double>(gx[0]), 0, 1));
    for (std::int64_t i = 1; i < last; ++i) {
        out[i] = across(i) + (along(static_cast<double>(gx[i - 1]), i, i - 1) +
                              along(static_cast<double>(gx[i]), i, i + 1));
    }
    out[last] = across(last) +
                (along(static_cast<double>(gx[last - 1]), last, last - 1) + along(wrap, last, 0));
}

/// Calls body(links, n, value) for every row, where value is the sum it returns, and adds those up.
template <class Body>
double sum_rows(const Stencil& a, const Body& body) {
    return parallel_sum(a.shape.z, planes_per_block(a.shape),
                        [&](std::int64_t begin, std::int64_t end) {
                            double sum = 0;
                            for (std::int64_t k = begin; k < end; ++k) {
                                for (std::int64_t j = 0; j < a.shape.y; ++j) {
                                    sum += body(row_links(a, j, k));
                                }
                            }
                            return sum;
                        });
}

/// The double that a stored float was rounded from.
class ExactValues {
  public:
    explicit ExactValues(const std::vector<double>& values) : values_(values) {}

    double operator()(float g) {
        if (g == last_float_) {
            return last_exact_;
        }
        last_float_ = g;
        last_exact_ = look_up(g);
        return last_exact_;
    }

  private:
    [[nodiscard]] double look_up(float g) const {
        const auto rounds_below = [](double value, float limit) {
            return static_cast<float>(value) < limit;
        };
        const auto found = std::lower_bound(values_.begin(), values_.end(), g, rounds_below);
        const bool known = found != values_.end() && static_cast<float>(*found) == g;
        return known ? *found : static_cast<double>(g);
    }

    const std::vector<double>& values_;
    float last_float_ = 0;
    double last_exact_ = 0;
};

double square(double v) {
    return v * v;
}

/// Power of the upper faces of one row.
double row_power(const Level& level, const RowLinks& links, const Grid<double>& x,
                 ExactValues& exact) {
    const Stencil a = level.stencil();
    const std::array<const double*, 4> rows = neighbour_rows(links, x.data());
    const float* inverse = a.inverse_diagonal + links.first;
    const double* own = x.data() + links.first;
    const float* gx = a.face[0] + links.first;
    const std::int64_t last = a.shape.x - 1;
    double power = 0;
    for (std::int64_t i = 0; i <= last; ++i) {
        if (inverse[i] > 0) {
            const float right = i < last ? gx[i] : wrap_link(a, links.first);
            power += exact(right) * square(own[i] - own[i < last ? i + 1 : 0]);
            power += exact(links.g[1][i]) * square(own[i] - rows[1][i]);
            power += exact(links.g[3][i]) * square(own[i] - rows[3][i]);
        }
    }
    return power;
}

} // namespace

double multiply(const Level& level, const Grid<float>& p, Grid<double>& q) {
    const Stencil a = level.stencil();
    double p_q = sum_rows(a, [&](const RowLinks& links) {
        double* out = q.data() + links.first;
        const float* own = p.data() + links.first;
        outflow(a, links, p.data(), out);
        double sum = 0;
        for (std::int64_t i = 0; i < a.shape.x; ++i) {
            sum += static_cast<double>(own[i]) * out[i];
        }
        return sum;
    });
    const EndLayer ends{level.shape, level.axis};
    const auto add_plate = [&](std::int64_t n, float g) {
        const double current = static_cast<double>(g) * static_cast<double>(p[n]);
        q[n] += current;
        p_q += static_cast<double>(p[n]) * current;
    };
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        add_plate(ends.lower(m), level.end_lower[static_cast<std::size_t>(m)]);
        add_plate(ends.upper(m), level.end_upper[static_cast<std::size_t>(m)]);
    }
    return p_q;
}

double residual(const Level& level, const Grid<double>& x, Grid<double>& r) {
    const Stencil a = level.stencil();
    sum_rows(a, [&](const RowLinks& links) {
        double* out = r.data() + links.first;
        outflow(a, links, x.data(), out);
        for (std::int64_t i = 0; i < a.shape.x; ++i) {
            out[i] = -out[i];
        }
        return 0.0;
    });
    const EndLayer ends{level.shape, level.axis};
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        const std::int64_t first = ends.lower(m);
        const std::int64_t last = ends.upper(m);
        r[first] +=
            static_cast<double>(level.end_lower[static_cast<std::size_t>(m)]) * (1 - x[first]);
        r[last] -= static_cast<double>(level.end_upper[static_cast<std::size_t>(m)]) * x[last];
    }
    return parallel_sum(r.size(), 65536, [&](std::int64_t begin, std::int64_t end) {
        double sum = 0;
        for (std::int64_t n = begin; n < end; ++n) {
            sum += square(r[n]);
        }
        return sum;
    });
}

double source_norm2(const Level& level) {
    double sum = 0;
    for (const float g : level.end_lower) {
        sum += square(static_cast<double>(g));
    }
    return sum;
}

Currents currents(const ConductorNetwork& network, const Level& level, const Grid<double>& x) {
    Currents result;
    result.power = sum_rows(level.stencil(), [&](const RowLinks& links) {
        ExactValues exact(network.exact);
        return row_power(level, links, x, exact);
    });
    ExactValues exact(network.exact);
    const EndLayer ends{level.shape, level.axis};
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        const double g_in = exact(level.end_lower[static_cast<std::size_t>(m)]);
        const double g_out = exact(level.end_upper[static_cast<std::size_t>(m)]);
        const double drop_in = 1 - x[ends.lower(m)];
        const double drop_out = x[ends.upper(m)];
        result.in += g_in * drop_in;
        result.out += g_out * drop_out;
        result.power += g_in * square(drop_in) + g_out * square(drop_out);
    }
    return result;
}

} // namespace porogen::transport
