#include "porogen/volume/cut_sheet.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "volume/cut_pieces.h"
#include "volume/sheet_pieces.h"

namespace porogen {

namespace {

/// The patches of a slab's cells and their traces; patch numbers count from the slab's first one.
struct SlabSheet {
    std::vector<std::int32_t> patches; ///< number of patches in each cell
    std::vector<SheetPatch> patch;
    std::vector<std::int32_t> traces; ///< number of traces in each cell
    std::vector<TracePiece> trace;
    std::vector<SolidPart> solid_part;
    std::vector<std::int32_t> bodies; ///< number of bodies on faces in each cell
    std::vector<BodyOnFace> body;
};

SlabSheet slab_sheet(const SlabPieces& slab, const Vec3& voxel, std::int64_t layer) {
    SlabSheet sheet;
    const std::size_t cells = slab.first.size() - 1;
    sheet.patches.assign(cells, 0);
    sheet.traces.assign(cells, 0);
    sheet.bodies.assign(cells, 0);
    const std::int64_t origin = slab.first_layer * layer;
    for (std::size_t n = 0; n < cells; ++n) {
        const auto pieces = slab.of(static_cast<std::int64_t>(n));
        if (pieces.empty()) {
            continue;
        }
        CellSheet cell = cell_sheet(pieces, voxel);
        const auto before = static_cast<std::int32_t>(sheet.patch.size());
        for (TracePiece& trace : cell.trace) {
            trace.patch += before;
        }
        sheet.patches[n] = static_cast<std::int32_t>(cell.patch.size());
        sheet.traces[n] = static_cast<std::int32_t>(cell.trace.size());
        sheet.patch.insert(sheet.patch.end(), cell.patch.begin(), cell.patch.end());
        sheet.trace.insert(sheet.trace.end(), cell.trace.begin(), cell.trace.end());
        for (const std::array<float, 6>& face : cell.solid_part) {
            sheet.solid_part.push_back({origin + static_cast<std::int64_t>(n), face});
        }
        sheet.bodies[n] = static_cast<std::int32_t>(cell.body.size());
        sheet.body.insert(sheet.body.end(), cell.body.begin(), cell.body.end());
    }
    return sheet;
}

/// The slabs put together; `first_trace` as `first` of the sheet.
struct Gathered {
    CutSheet sheet;
    std::vector<std::int64_t> first_trace;
    std::vector<TracePiece> trace;
    std::vector<std::int64_t> first_body;
    std::vector<BodyOnFace> body;

    [[nodiscard]] std::span<const BodyOnFace> bodies(std::int64_t cell) const {
        const auto n = static_cast<std::size_t>(cell);
        return {body.begin() + first_body[n], body.begin() + first_body[n + 1]};
    }
    [[nodiscard]] std::span<const TracePiece> traces(std::int64_t cell, int face) const {
        const auto n = static_cast<std::size_t>(cell);
        const auto begin = trace.begin() + first_trace[n];
        const auto end = trace.begin() + first_trace[n + 1];
        const auto low = std::find_if(begin, end, [&](auto& t) { return t.face >= face; });
        const auto high = std::find_if(low, end, [&](auto& t) { return t.face > face; });
        return {low, high};
    }
};

Gathered gather(const std::vector<SlabSheet>& slabs) {
    Gathered all;
    all.sheet.first.push_back(0);
    all.first_trace.push_back(0);
    all.first_body.push_back(0);
    for (const SlabSheet& slab : slabs) {
        const std::size_t before = all.sheet.patch.size();
        if (before + slab.patch.size() >
            static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
            throw_bad_input("surface: more than 2147483647 patches (they are numbered in 32 bit); "
                            "take larger voxels");
        }
        for (std::size_t n = 0; n < slab.patches.size(); ++n) {
            all.sheet.first.push_back(all.sheet.first.back() + slab.patches[n]);
            all.first_trace.push_back(all.first_trace.back() + slab.traces[n]);
            all.first_body.push_back(all.first_body.back() + slab.bodies[n]);
        }
        all.sheet.patch.insert(all.sheet.patch.end(), slab.patch.begin(), slab.patch.end());
        for (TracePiece trace : slab.trace) {
            trace.patch += static_cast<std::int32_t>(before);
            all.trace.push_back(trace);
        }
        all.sheet.solid_part.insert(all.sheet.solid_part.end(), slab.solid_part.begin(),
                                    slab.solid_part.end());
        all.body.insert(all.body.end(), slab.body.begin(), slab.body.end());
    }
    return all;
}

/// Upper neighbour of a cell along an axis, -1 if there is none.
std::int64_t upper_neighbour(const PhaseVolume& volume, std::int64_t n, Axis axis) {
    const Shape& shape = volume.shape();
    const std::int64_t stride = shape.stride(axis);
    const std::int64_t at = n / stride % shape[axis];
    if (at + 1 < shape[axis]) {
        return n + stride;
    }
    return volume.periodic[static_cast<std::size_t>(axis)] ? n - at * stride : -1;
}

std::int64_t lower_neighbour(const PhaseVolume& volume, std::int64_t n, Axis axis) {
    const Shape& shape = volume.shape();
    const std::int64_t stride = shape.stride(axis);
    const std::int64_t at = n / stride % shape[axis];
    if (at > 0) {
        return n - stride;
    }
    return volume.periodic[static_cast<std::size_t>(axis)] ? n + (shape[axis] - 1) * stride : -1;
}

struct NumberedJoint {
    std::int32_t lower = 0;
    SheetJoint joint;
};

/// The joints of a cell's patches with those in its upper neighbours, by patch.
void find_joints(const PhaseVolume& volume, const Gathered& all, std::int64_t cell,
                 std::vector<NumberedJoint>& joints) {
    joints.clear();
    for (const Axis axis : all_axes) {
        const std::int64_t up = upper_neighbour(volume, cell, axis);
        if (up < 0) {
            continue;
        }
        const auto lower = all.traces(cell, 2 * static_cast<int>(axis) + 1);
        const auto upper = all.traces(up, 2 * static_cast<int>(axis));
        auto other = upper.begin();
        for (const TracePiece& trace : lower) {
            while (other != upper.end() && other->place < trace.place) {
                ++other;
            }
            if (other == upper.end() || other->place != trace.place) {
                continue;
            }
            const auto same = std::find_if(joints.begin(), joints.end(), [&](auto& j) {
                return j.lower == trace.patch && j.joint.axis == axis &&
                       j.joint.upper == other->patch;
            });
            if (same != joints.end()) {
                same->joint.length += trace.length;
            } else {
                joints.push_back({trace.patch, {axis, other->patch, trace.length}});
            }
        }
    }
    std::stable_sort(joints.begin(), joints.end(),
                     [](const auto& a, const auto& b) { return a.lower < b.lower; });
}

/// The joints of the solid across the upper face of a cell along an axis.
void find_solid_joints(const Gathered& all, std::int64_t cell, Axis axis, std::int64_t up,
                       double tolerance, std::vector<SolidJoint>& joints) {
    const auto same = [tolerance](const BodyOnFace& p, const BodyOnFace& q) {
        double most = 0;
        for (std::size_t v = 0; v < p.values.size(); ++v) {
            most = std::max(most, std::abs(static_cast<double>(p.values[v] - q.values[v])));
        }
        return most < tolerance;
    };
    const auto here = all.sheet.solid_parts(cell);
    const auto there = all.sheet.solid_parts(up);
    const auto a = 2 * static_cast<std::size_t>(axis);
    const auto add = [&](std::size_t lower, std::size_t upper, float fraction) {
        if (fraction > 0) {
            joints.push_back({cell, axis, static_cast<std::uint8_t>(lower),
                              static_cast<std::uint8_t>(upper), fraction});
        }
    };
    if (there.empty()) {
        for (std::size_t part = 0; part < here.size(); ++part) {
            add(part, 0, here[part].face[a + 1]);
        }
        return;
    }
    if (here.empty()) {
        for (std::size_t part = 0; part < there.size(); ++part) {
            add(0, part, there[part].face[a]);
        }
        return;
    }
    // Both divided: bodies tell which part goes on as which; where a part goes on as several, its
    // area is shared as the bodies cover the face.
    for (std::size_t lower = 0; lower < here.size(); ++lower) {
        std::vector<float> covered(there.size(), 0);
        float sum = 0;
        for (const BodyOnFace& body : all.bodies(cell)) {
            if (body.face != a + 1 || body.part != lower) {
                continue;
            }
            for (const BodyOnFace& other : all.bodies(up)) {
                if (other.face == a && same(other, body)) {
                    covered[other.part] += body.fraction;
                    sum += body.fraction;
                    break;
                }
            }
        }
        for (std::size_t upper = 0; upper < there.size(); ++upper) {
            if (covered[upper] > 0) {
                add(lower, upper, here[lower].face[a + 1] * covered[upper] / sum);
            }
        }
    }
}

} // namespace

std::span<const SolidPart> CutSheet::solid_parts(std::int64_t cell) const {
    const auto low =
        std::lower_bound(solid_part.begin(), solid_part.end(), cell,
                         [](const SolidPart& p, std::int64_t n) { return p.cell < n; });
    auto high = low;
    while (high != solid_part.end() && high->cell == cell) {
        ++high;
    }
    return {low, high};
}

std::span<const SolidJoint> CutSheet::solid_joints(std::int64_t cell, Axis axis) const {
    const auto is_before = [axis](const SolidJoint& j, std::int64_t n) {
        return j.cell < n || (j.cell == n && j.axis < axis);
    };
    const auto low = std::lower_bound(solid_joint.begin(), solid_joint.end(), cell, is_before);
    auto high = low;
    while (high != solid_joint.end() && high->cell == cell && high->axis == axis) {
        ++high;
    }
    return {low, high};
}

CutSheet cut_sheet(const PhaseVolume& volume) {
    const PieceMaker pieces(volume);
    std::vector<SlabSheet> slabs(static_cast<std::size_t>(pieces.slabs()));
    parallel_blocks(pieces.slabs(), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t s = begin; s < end; ++s) {
            slabs[static_cast<std::size_t>(s)] =
                slab_sheet(pieces.slab(s, 0), volume.voxel, volume.shape().x * volume.shape().y);
        }
    });
    Gathered all = gather(slabs);
    slabs.clear();
    std::vector<NumberedJoint> joints;
    CutSheet& sheet = all.sheet;
    sheet.first_joint.assign(sheet.patch.size() + 1, 0);
    for (std::int64_t cell = 0; cell < volume.shape().size(); ++cell) {
        if (sheet.in_cell(cell).empty()) {
            continue;
        }
        find_joints(volume, all, cell, joints);
        for (const NumberedJoint& joint : joints) {
            ++sheet.first_joint[static_cast<std::size_t>(joint.lower) + 1];
            sheet.joint.push_back(joint.joint);
        }
    }
    for (std::size_t p = 0; p < sheet.patch.size(); ++p) {
        sheet.first_joint[p + 1] += sheet.first_joint[p];
    }
    std::vector<SolidJoint> solid_joints;
    std::vector<std::int64_t> divided; // cells, and their lower neighbours
    for (const SolidPart& part : sheet.solid_part) {
        divided.push_back(part.cell);
        for (const Axis axis : all_axes) {
            const std::int64_t down = lower_neighbour(volume, part.cell, axis);
            if (down >= 0) {
                divided.push_back(down);
            }
        }
    }
    std::sort(divided.begin(), divided.end());
    divided.erase(std::unique(divided.begin(), divided.end()), divided.end());
    for (const std::int64_t cell : divided) {
        for (const Axis axis : all_axes) {
            const std::int64_t up = upper_neighbour(volume, cell, axis);
            if (up >= 0 && !(sheet.solid_parts(cell).empty() && sheet.solid_parts(up).empty())) {
                find_solid_joints(all, cell, axis, up, 1e-3 * volume.voxel.minCoeff(),
                                  solid_joints);
            }
        }
    }
    sheet.solid_joint = std::move(solid_joints);
    return std::move(all.sheet);
}

} // namespace porogen
