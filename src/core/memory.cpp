#include "porogen/core/memory.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>

#include "porogen/core/errors.h"

namespace porogen {

namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// The number in a file that holds one; `unlimited` if there is none ("max").
double number_in(const char* file) {
    std::ifstream in(file);
    double value = 0;
    return in >> value ? value : unlimited;
}

double system_memory() {
    std::ifstream in("/proc/meminfo");
    std::string name;
    double kibibytes = 0;
    std::string unit;
    while (in >> name >> kibibytes && std::getline(in, unit)) {
        if (name == "MemAvailable:") {
            return 1024 * kibibytes;
        }
    }
    return unlimited;
}

double control_group_memory() {
    const double limit = number_in("/sys/fs/cgroup/memory.max");
    const double used = number_in("/sys/fs/cgroup/memory.current");
    return limit < unlimited && used < unlimited ? std::max(0.0, limit - used) : unlimited;
}

std::string gibibytes(double bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g GiB", bytes / (1024.0 * 1024 * 1024));
    return text;
}

} // namespace

double available_memory() {
    return std::min(system_memory(), control_group_memory());
}

void require_memory(double bytes, const std::string& what) {
    const double available = available_memory();
    if (!(bytes <= available)) {
        throw_bad_input(what + ": needs " + gibibytes(bytes) + ", " + gibibytes(available) +
                        " free (it would swap or be killed); use a machine with more memory, a "
                        "smaller cut or larger voxels");
    }
}

} // namespace porogen
