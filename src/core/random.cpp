#include "porogen/core/random.h"

#include <bit>
#include <cmath>

#include "porogen/core/hash.h"

namespace porogen {

namespace {

std::uint64_t splitmix(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

} // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) : state_{} {
    std::uint64_t mixer = seed ^ fnv1a(name);
    for (auto& word : state_) {
        word = splitmix(mixer);
    }
}

std::uint64_t RandomStream::bits() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double RandomStream::uniform() {
    return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

double RandomStream::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_normal_;
    }
    double u = 0;
    double v = 0;
    double s = 0;
    do {
        u = uniform(-1, 1);
        v = uniform(-1, 1);
        s = u * u + v * v;
    } while (s >= 1 || s == 0);
    const double factor = std::sqrt(-2 * std::log(s) / s);
    spare_normal_ = v * factor;
    has_spare_ = true;
    return u * factor;
}

double RandomStream::lognormal(double median, double sigma_g) {
    return median * std::exp(std::log(sigma_g) * normal());
}

std::uint64_t RandomStream::below(std::uint64_t count) {
    // Rejection keeps the distribution exactly uniform.
    const std::uint64_t limit = count * (UINT64_MAX / count);
    std::uint64_t draw = 0;
    do {
        draw = bits();
    } while (draw >= limit);
    return draw % count;
}

} // namespace porogen
