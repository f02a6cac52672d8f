#include "porogen/volume/chords.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "volume/row_crossings.h"

namespace porogen {

namespace {

/// What some rows found, in cells.
struct Found {
    double pore_length = 0;
    double crossings = 0;
    std::vector<float> pore; ///< lengths of whole chords
    std::vector<float> solid;
};

/// The pieces between one crossing and the next, also through the side where the row wraps.
void add_chords(const RowCrossings& row, const RowCutter& cutter, Found& found) {
    found.pore_length += pore_length(row, cutter.cells());
    found.crossings += static_cast<double>(row.at.size());
    bool pore = row.starts_in_pore;
    for (std::size_t c = 0; c + 1 < row.at.size(); ++c) {
        pore = !pore;
        (pore ? found.pore : found.solid).push_back(static_cast<float>(row.at[c + 1] - row.at[c]));
    }
    if (cutter.periodic() && !row.at.empty()) {
        const double around = static_cast<double>(cutter.cells()) - row.at.back() + row.at.front();
        (row.starts_in_pore ? found.pore : found.solid).push_back(static_cast<float>(around));
    }
}

Found find_chords(const PhaseVolume& volume, Axis axis) {
    const std::int64_t rows = RowCutter(volume, axis).rows();
    std::vector<Found> parts(static_cast<std::size_t>((rows + rows_per_task - 1) / rows_per_task));
    parallel_blocks(rows, rows_per_task, [&](std::int64_t begin, std::int64_t end) {
        RowCutter cutter(volume, axis);
        RowCrossings crossings;
        Found& part = parts[static_cast<std::size_t>(begin / rows_per_task)];
        for (std::int64_t row = begin; row < end; ++row) {
            cutter.cut(row, crossings);
            add_chords(crossings, cutter, part);
        }
    });
    Found all;
    for (Found& part : parts) {
        all.pore_length += part.pore_length;
        all.crossings += part.crossings;
        all.pore.insert(all.pore.end(), part.pore.begin(), part.pore.end());
        all.solid.insert(all.solid.end(), part.solid.begin(), part.solid.end());
        part = {};
    }
    return all;
}

/// Shortest of the sorted chords that at least this part does not exceed [cells].
double percentile(const std::vector<float>& chords, double part) {
    const auto count = static_cast<double>(chords.size());
    const auto n = static_cast<std::size_t>(std::max(std::ceil(part * count) - 1, 0.0));
    return static_cast<double>(chords[n]);
}

/// `chords` in cells of edge `voxel`; sorts them.
void describe(std::vector<float>& chords, double voxel, int lengths, ChordLengths& result) {
    result.count = static_cast<std::int64_t>(chords.size());
    if (chords.empty()) {
        return;
    }
    std::sort(chords.begin(), chords.end());
    for (int s = 1; s <= lengths; ++s) {
        const auto length = static_cast<float>(static_cast<double>(chords.back()) * s / lengths);
        const auto shorter =
            s == lengths ? chords.end() : std::upper_bound(chords.begin(), chords.end(), length);
        result.length.push_back(static_cast<double>(length) * voxel);
        result.cumulative.push_back(static_cast<double>(shorter - chords.begin()) /
                                    static_cast<double>(chords.size()));
    }
    result.d10 = percentile(chords, 0.1) * voxel;
    result.d50 = percentile(chords, 0.5) * voxel;
    result.d90 = percentile(chords, 0.9) * voxel;
}

} // namespace

ChordStatistics chord_lengths(const PhaseVolume& volume, int lengths) {
    if (!(lengths >= 2)) {
        throw_bad_input("chord lengths: " + std::to_string(lengths) +
                        " lengths cannot sample a distribution; ask for at least 2");
    }
    ChordStatistics result;
    if (volume.labels.empty()) {
        return result;
    }
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        const double voxel = volume.voxel[static_cast<int>(axis)];
        Found found = find_chords(volume, axis);
        if (found.crossings > 0) {
            const auto length = static_cast<double>(volume.labels.size());
            result.pore[a].mean = 2 * found.pore_length / found.crossings * voxel;
            result.solid[a].mean = 2 * (length - found.pore_length) / found.crossings * voxel;
        }
        describe(found.pore, voxel, lengths, result.pore[a]);
        describe(found.solid, voxel, lengths, result.solid[a]);
    }
    return result;
}

} // namespace porogen
