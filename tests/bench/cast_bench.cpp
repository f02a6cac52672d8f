// Speed of casting and rasterising: the electrode of recipes/llto-cnt.toml in boxes for more and
// more particles, and its union on a grid.
//
//     bench_cast [particles ...]        200, 700 and 2000 if none are given

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/geometry/cast.h"
#include "porogen/geometry/rasterise.h"

namespace {

using namespace porogen;

/// Wall and processor time since it was made [s].
class Clock {
  public:
    [[nodiscard]] double wall() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    [[nodiscard]] double cpu() const {
        return static_cast<double>(std::clock() - cpu_start_) / CLOCKS_PER_SEC;
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::clock_t cpu_start_ = std::clock();
};

void bench(double particles) {
    // 700 particles fill 48 x 48 x 42 um; sides stay whole numbers of voxels.
    constexpr double voxel = 0.25e-6;
    const double scale = std::cbrt(particles / 700);
    CastOptions options;
    options.size = {0, 0, 0};
    for (int axis = 0; axis < 3; ++axis) {
        options.size[axis] = voxel * std::round((axis < 2 ? 192 : 168) * scale);
    }
    options.shear = 1;
    options.settling = 0.1;
    const Clock casting;
    const CastResult result = cast(options);
    const double cast_wall = casting.wall();
    const double cast_cpu = casting.cpu();
    const auto bodies = static_cast<double>(result.packing.particles.size());

    const Packing burnt = burn_out(result.packing);
    const Clock rasterising;
    const PhaseVolume volume = rasterise(burnt, {});
    const double raster_wall = rasterising.wall();
    const double cells = static_cast<double>(volume.shape().size());
    std::printf("%7.0f particles  %5d sweeps  cast %.1f s, CPU %.1f s, %.2f us per particle and "
                "sweep;  overlap %.2f %%, deepest %.3f\n"
                "        %.2f million cells  union %.3f s, %.1f million cells a second\n",
                bodies, result.report.sweeps, cast_wall, cast_cpu,
                1e6 * cast_cpu / bodies / result.report.sweeps,
                100 * result.report.overlap_fraction, result.report.deepest_overlap, 1e-6 * cells,
                raster_wall, 1e-6 * cells / raster_wall);
}

} // namespace

int main(int argc, char** argv) {
    try {
        std::vector<double> counts;
        for (int arg = 1; arg < argc; ++arg) {
            counts.push_back(std::atof(argv[arg]));
        }
        if (counts.empty()) {
            counts = {200, 700, 2000};
        }
        std::printf("%d threads\n", thread_count());
        for (const double count : counts) {
            bench(count);
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_cast: %s\n", error.what());
        return 1;
    }
    return 0;
}
