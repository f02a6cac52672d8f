#include "porogen/volume/distance_transform.h"

#include <limits>

#include "volume/lower_envelope.h"

namespace porogen {

Grid<float> squared_distance_transform(const Grid<std::uint8_t>& site, const Vec3& voxel,
                                       std::array<bool, 3> periodic) {
    Grid<float> square(site.shape(), std::numeric_limits<float>::infinity());
    for (std::int64_t n = 0; n < site.size(); ++n) {
        if (site[n] != 0) {
            square[n] = 0;
        }
    }
    lower_envelope(square, voxel, periodic);
    return square;
}

} // namespace porogen
