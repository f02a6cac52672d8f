// Speed and memory of the transport solver, against the memory bandwidth measured in the same run.
//
//     bench_transport [--quick] [--case TEXT] [--threads N]
//
// Each case runs in a process of its own, so that its peak of memory is its own. Time is that of
// solve(), set-up included, with the image in memory already; beside seconds it is given in passes
// of a triad a = b + s c in double (24 bytes) over the cells of the grid. --quick leaves out grids
// above 256^3, --case all whose name lacks the text.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/transport/solve.h"
#include "transport/structures.h"

namespace {

using namespace porogen;

struct Case {
    std::string name;
    std::int64_t cells = 0;
    /// Fractions left by overlapping spheres of label 1 and, where those are not, of label 2.
    double left_by_first = 1;
    double left_by_second = 1;
    /// Spheres are flattened along z by this factor.
    double flatness = 1;
    std::vector<double> conductivity{1.0}; ///< by label
};

std::vector<Case> all_cases() {
    return {
        {"one conductor 0.46, 128^3", 128, 0.46},
        {"one conductor 0.46, 256^3", 256, 0.46},
        {"one conductor 0.46, 512^3", 512, 0.46},
        {"one conductor 0.30 between flat grains, 500^3", 500, 0.30, 1, 2.1},
        {"three phases 1 : 0.01 : 100, 128^3", 128, 0.6, 0.7, 1, {1, 0.01, 100}},
        {"three phases 1 : 0.01 : 100, 256^3", 256, 0.6, 0.7, 1, {1, 0.01, 100}},
        {"three phases 1 : 1e-4 : 1e4, 128^3", 128, 0.6, 0.7, 1, {1, 1e-4, 1e4}},
        {"three phases 1 : 1e-4 : 1e4, 256^3", 256, 0.6, 0.7, 1, {1, 1e-4, 1e4}},
    };
}

/// Overlapping spheroids with half axes (radius, radius, radius / flatness) at random, periodic,
/// written as `label` over label 0.
void add_spheroids(PhaseVolume& volume, double left, double flatness, std::uint8_t label,
                   std::uint64_t seed) {
    constexpr double radius = 10;
    const std::int64_t cells = volume.shape().x;
    const auto side = static_cast<double>(cells);
    RandomStream random(seed, "overlapping spheroids");
    const double one = 4.0 / 3.0 * 3.14159265358979323846 * std::pow(radius, 3) / flatness;
    const auto count = std::lround(-std::log(left) * side * side * side / one);
    const auto wrap = [&](std::int64_t at) { return (at + cells) % cells; };
    for (long s = 0; s < count; ++s) {
        const Vec3 centre(random.uniform(0, side), random.uniform(0, side),
                          random.uniform(0, side));
        const auto reach_z = static_cast<std::int64_t>(radius / flatness + 1);
        const auto middle_z = static_cast<std::int64_t>(centre.z());
        for (std::int64_t k = middle_z - reach_z; k <= middle_z + reach_z; ++k) {
            const double dz = flatness * (static_cast<double>(k) + 0.5 - centre.z());
            for (auto j = static_cast<std::int64_t>(centre.y() - radius);
                 j <= static_cast<std::int64_t>(centre.y() + radius); ++j) {
                const double dy = static_cast<double>(j) + 0.5 - centre.y();
                const double rest = radius * radius - dz * dz - dy * dy;
                if (rest <= 0) {
                    continue;
                }
                const double half = std::sqrt(rest);
                for (auto i = static_cast<std::int64_t>(std::ceil(centre.x() - half - 0.5));
                     static_cast<double>(i) + 0.5 < centre.x() + half; ++i) {
                    std::uint8_t& there = volume.labels(wrap(i), wrap(j), wrap(k));
                    there = there == 0 ? label : there;
                }
            }
        }
    }
}

PhaseVolume make_volume(const Case& c) {
    PhaseVolume volume;
    volume.labels = Grid<std::uint8_t>({c.cells, c.cells, c.cells});
    volume.voxel = Vec3::Constant(1e-6);
    add_spheroids(volume, c.left_by_first, c.flatness, 1, 1);
    if (c.left_by_second < 1) {
        add_spheroids(volume, c.left_by_second, c.flatness, 2, 2);
    }
    volume.phases = phases_present(volume.labels);
    return volume;
}

/// Bandwidth of a = b + s c over arrays larger than caches [B/s], best of several.
double triad_bandwidth() {
    constexpr std::int64_t count = 1 << 25;
    Grid<double> a({count, 1, 1}, 0.0);
    const Grid<double> b({count, 1, 1}, 1.0);
    const Grid<double> c({count, 1, 1}, 2.0);
    double best = 1e300;
    for (int repeat = 0; repeat < 5; ++repeat) {
        const auto start = std::chrono::steady_clock::now();
        parallel_blocks(count, 1 << 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                a[n] = b[n] + 3.0 * c[n];
            }
        });
        best = std::min(
            best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return 3.0 * sizeof(double) * static_cast<double>(count) / best;
}

/// Runs what `body` does in a process of its own.
template <class Body>
void apart(const Body& body) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        body();
        std::fflush(stdout);
        ::_exit(0);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) < 0 || status != 0) {
        std::printf("   failed (status %d)\n", status);
    }
}

void bench(const Case& c, int threads) {
    const ThreadLimit limit(threads);
    const double bandwidth = triad_bandwidth();
    const PhaseVolume volume = make_volume(c);
    const ImageNetwork network =
        voxel_network(volume, test::conductivities(c.conductivity), Axis::z, Sides::no_flux);
    // The triad's arrays were the peak so far: start a new one.
    if (std::FILE* file = std::fopen("/proc/self/clear_refs", "w")) {
        std::fputs("5", file);
        std::fclose(file);
    }
    const SolveReport report = solve(network).report;
    double peak = 0;
    if (std::FILE* file = std::fopen("/proc/self/status", "r")) {
        char line[256];
        while (std::fgets(line, sizeof line, file) != nullptr) {
            if (std::strncmp(line, "VmHWM:", 6) == 0) {
                peak = 1024 * std::atof(line + 6);
            }
        }
        std::fclose(file);
    }
    const auto cells = static_cast<double>(volume.labels.size());
    const double pass = 24 * cells / bandwidth;
    const double relative = report.conductance / (1e-6 * static_cast<double>(c.cells));
    std::printf("%-47s %2d  %5.1f GB/s  %2d  %.1e  %8.3f s  %4.0f passes  %5.1f B/cell  %.6f  "
                "%.1e  %.1e\n",
                c.name.c_str(), thread_count(), 1e-9 * bandwidth, report.iterations,
                report.residual, report.seconds, report.seconds / pass, peak / cells, relative,
                report.error, report.flux_imbalance);
}

} // namespace

int main(int argc, char** argv) {
    bool quick = false;
    std::string wanted;
    int threads = 0;
    for (int at = 1; at < argc; ++at) {
        if (std::strcmp(argv[at], "--quick") == 0) {
            quick = true;
        } else if (std::strcmp(argv[at], "--case") == 0 && at + 1 < argc) {
            wanted = argv[++at];
        } else if (std::strcmp(argv[at], "--threads") == 0 && at + 1 < argc) {
            threads = std::atoi(argv[++at]);
        } else {
            std::fprintf(stderr, "usage: bench_transport [--quick] [--case TEXT] [--threads N]\n");
            return 1;
        }
    }
    std::printf(
        "case, threads, triad, iterations, residual, time, time in triad passes, peak memory "
        "with the image, k / k0, error, flux imbalance\n");
    for (const Case& c : all_cases()) {
        if ((quick && c.cells > 256) || c.name.find(wanted) == std::string::npos) {
            continue;
        }
        apart([&] { bench(c, threads); });
    }
    return 0;
}
