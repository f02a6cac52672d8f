#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace porogen {

/// A named stream of random numbers (xoshiro256**, Blackman & Vigna 2018). Two streams of different
/// names are independent; the same seed and name give the same numbers on every machine, because
/// the distributions are ours and not the standard library's. Streams are passed in, never global.
class RandomStream {
  public:
    RandomStream(std::uint64_t seed, std::string_view name);

    /// 64 random bits.
    std::uint64_t bits();
    /// Uniform in [0, 1).
    double uniform();
    /// Uniform in [low, high).
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Standard normal (Marsaglia's polar method).
    double normal();
    /// exp(ln(median) + ln(sigma_g) N(0,1)); sigma_g >= 1 is the geometric standard deviation.
    double lognormal(double median, double sigma_g);
    /// Uniform integer in [0, count). Precondition: count > 0.
    std::uint64_t below(std::uint64_t count);

  private:
    std::array<std::uint64_t, 4> state_;
    double spare_normal_ = 0;
    bool has_spare_ = false;
};

} // namespace porogen
