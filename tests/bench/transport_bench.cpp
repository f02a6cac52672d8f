// Speed of the transport solver on overlapping spheres, pore fraction 0.46, against the memory
// bandwidth measured in the same run.
//
//     bench_transport [--reference] [cells per side ...]        128 and 256 if none are given
//
// --reference also solves with plain conjugate gradients to 1e-8 and prints the relative
// difference.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <vector>

#include <sys/resource.h>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/transport/solve.h"
#include "transport/clusters.h"
#include "transport/multigrid.h"
#include "transport/solve_plain.h"
#include "transport/structures.h"

namespace {

using namespace porogen;

class Clock {
  public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Best of `repeats` runs [s].
template <class Body>
double best_time(int repeats, const Body& body) {
    double best = 1e300;
    for (int r = 0; r < repeats; ++r) {
        const Clock clock;
        body();
        best = std::min(best, clock.seconds());
    }
    return best;
}

/// Bandwidth of a = b + s c over arrays far larger than any cache [B/s].
double triad_bandwidth() {
    constexpr std::int64_t count = 1 << 25;
    Grid<float> a({count, 1, 1}, 0.0F);
    const Grid<float> b({count, 1, 1}, 1.0F);
    const Grid<float> c({count, 1, 1}, 2.0F);
    const double seconds = best_time(5, [&] {
        parallel_blocks(count, 1 << 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                a[n] = b[n] + 3.0F * c[n];
            }
        });
    });
    return 3.0 * sizeof(float) * static_cast<double>(count) / seconds;
}

/// Least traffic with memory of one V-cycle if every array is streamed once per step [B]: two
/// smoothers (faces, diagonal, right side, potential read and written: 28 B per cell), residual
/// (24) with restriction, prolongation (12) and the zero potential to start from (4).
double v_cycle_bytes(const transport::Multigrid& multigrid) {
    double bytes = 0;
    for (const transport::Level& level : multigrid.levels()) {
        bytes += (2 * 28.0 + 24.0 + 12.0 + 4.0) * static_cast<double>(level.shape.size());
    }
    return bytes;
}

/// Time of all threads together [s]: what a busy machine leaves comparable.
double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double peak_gigabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024e-9;
}

void compare(const ConductorNetwork& network, double conductance) {
    const Clock clock;
    const SolveReport plain = solve_plain(network, 1e-8, 100000).report;
    std::printf(
        "        plain conjugate gradients: %d iterations, %.1f s; conductances differ by %.1e\n",
        plain.iterations, clock.seconds(), conductance / plain.conductance - 1);
}

void bench(std::int64_t cells, double bandwidth, bool reference) {
    const PhaseVolume volume =
        test::overlapping_spheres(cells, 0.46, static_cast<double>(cells) / 16, 1);
    const Clock build;
    const ConductorNetwork network =
        voxel_network(volume, test::conductivities({1.0}), Axis::z, Sides::no_flux);
    const double build_seconds = build.seconds();
    const double cpu_start = cpu_seconds();
    const SolveReport report = solve(network).report;
    const double solve_cpu = cpu_seconds() - cpu_start;

    transport::ConductingCells conducting = transport::conducting_cells(network);
    const Clock set_up;
    transport::Multigrid multigrid(transport::finest_level(network, conducting.active), 2);
    const double set_up_seconds = set_up.seconds();
    std::fill(multigrid.rhs().begin(), multigrid.rhs().end(), 1.0F);
    const double cycle = best_time(5, [&] { multigrid.apply(); });
    const double bytes = v_cycle_bytes(multigrid);
    std::printf(
        "%4lld^3  %2d iterations  residual %.1e  k/k0 %.6f  solve %.2f s, CPU %.2f s  (network "
        "%.2f s, set-up "
        "%.2f s)\n        V-cycle %.3f s, %.2f GB: %.1f GB/s = %.0f %% of the triad;  peak %.2f "
        "GB\n",
        static_cast<long long>(cells), report.iterations, report.residual,
        report.conductance / (1e-6 * static_cast<double>(cells)), report.seconds, solve_cpu,
        build_seconds, set_up_seconds, cycle, bytes * 1e-9, bytes / cycle * 1e-9,
        100 * bytes / cycle / bandwidth, peak_gigabytes());
    if (reference) {
        compare(network, report.conductance);
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        std::vector<std::int64_t> sizes;
        bool reference = false;
        for (int arg = 1; arg < argc; ++arg) {
            if (std::string_view(argv[arg]) == "--reference") {
                reference = true;
                continue;
            }
            sizes.push_back(std::atoll(argv[arg]));
        }
        if (sizes.empty()) {
            sizes = {128, 256};
        }
        const double bandwidth = triad_bandwidth();
        std::printf("%d threads, triad %.1f GB/s\n", thread_count(), bandwidth * 1e-9);
        for (const std::int64_t cells : sizes) {
            bench(cells, bandwidth, reference);
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_transport: %s\n", error.what());
        return 1;
    }
    return 0;
}
