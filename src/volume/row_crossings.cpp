#include "volume/row_crossings.h"

namespace porogen {

RowCutter::RowCutter(const PhaseVolume& volume, Axis axis)
    : volume_(volume), cells_(volume.shape()[axis]), stride_(volume.shape().stride(axis)),
      periodic_(volume.periodic[static_cast<std::size_t>(axis)]),
      padded_(static_cast<std::size_t>(cells_) + 4) {}

void RowCutter::cut(std::int64_t row, RowCrossings& crossings) {
    crossings.at.clear();
    const std::int64_t start = row % stride_ + row / stride_ * stride_ * cells_;
    if (volume_.has_distance()) {
        cut_distance(start, crossings);
    } else {
        cut_labels(start, crossings);
    }
}

void RowCutter::cut_distance(std::int64_t start, RowCrossings& crossings) {
    const auto n = static_cast<std::size_t>(cells_);
    double* const d = padded_.data() + 2;
    for (std::int64_t i = 0; i < cells_; ++i) {
        d[i] = static_cast<double>(volume_.distance[start + i * stride_]);
    }
    if (periodic_) {
        d[-1] = d[cells_ - 1];
        d[-2] = d[(2 * cells_ - 2) % cells_];
        d[n] = d[0];
        d[n + 1] = d[1 % cells_];
    } else { // continued linearly
        const double lower = cells_ > 1 ? d[0] - d[1] : 0;
        const double upper = cells_ > 1 ? d[cells_ - 1] - d[cells_ - 2] : 0;
        d[-1] = d[0] + lower;
        d[-2] = d[-1] + lower;
        d[n] = d[cells_ - 1] + upper;
        d[n + 1] = d[n] + upper;
    }
    const auto below = [&](std::int64_t i) { // at the face below cell i
        return (9 * (d[i - 1] + d[i]) - d[i - 2] - d[i + 1]) / 16;
    };
    const auto look = [&](double from, double to, double position) {
        if ((from < 0) != (to < 0)) {
            crossings.at.push_back(position + 0.5 * from / (from - to));
        }
    };
    double face = below(0);
    crossings.starts_in_pore = !(face < 0);
    for (std::int64_t i = 0; i < cells_; ++i) {
        const double next = below(i + 1);
        look(face, d[i], static_cast<double>(i));
        look(d[i], next, static_cast<double>(i) + 0.5);
        face = next;
    }
}

void RowCutter::cut_labels(std::int64_t start, RowCrossings& crossings) const {
    const auto pore = [&](std::int64_t i) {
        return volume_.labels[start + i * stride_] == pore_label;
    };
    crossings.starts_in_pore = pore(0);
    for (std::int64_t i = 1; i < cells_; ++i) {
        if (pore(i) != pore(i - 1)) {
            crossings.at.push_back(static_cast<double>(i));
        }
    }
    if (periodic_ && pore(cells_ - 1) != pore(0)) {
        crossings.at.push_back(static_cast<double>(cells_));
    }
}

double pore_length(const RowCrossings& crossings, std::int64_t cells) {
    bool pore = crossings.starts_in_pore;
    double from = 0;
    double length = 0;
    for (const double at : crossings.at) {
        length += pore ? at - from : 0;
        from = at;
        pore = !pore;
    }
    return length + (pore ? static_cast<double>(cells) - from : 0);
}

} // namespace porogen
