#pragma once

#include <cstdint>
#include <vector>

#include "porogen/geometry/particles.h"

namespace porogen {

/// Where two host particles touch.
struct ParticleContact {
    int a = 0;            ///< index into Packing::particles
    int b = 0;            ///< > a; may be meant through a periodic side
    Vec3 point{0, 0, 0};  ///< midway at the deepest point, next to a [m]
    Vec3 normal{0, 0, 1}; ///< unit vector from a to b
    double depth = 0;     ///< how deep the two overlap along the normal [m]
    double area = 0;      ///< section of their overlap through `point`, across the normal [m^2]
};

/// How the particles of a framework touch each other. A body is a particle, or all links of one
/// fibre together; a body's contacts with itself and with its own periodic images do not count.
struct ContactStatistics {
    /// Sorted by (a, b, image).
    std::vector<ParticleContact> contacts;
    /// Number of distinct bodies that each body touches, in the order of their first particles.
    std::vector<int> coordination;
    /// Bodies with n neighbours, n = 0, 1, … up to the largest.
    std::vector<std::int64_t> histogram;
    double mean_coordination = 0; ///< [1]
    double mean_area = 0;         ///< of a contact [m^2]
    /// 10 % of the contacts (by number) are of at most this area [m^2].
    double area_d10 = 0;
    double area_d50 = 0;
    double area_d90 = 0;
    double total_area = 0; ///< of all contacts, each counted once [m^2]
    /// 2 x total area / surface area of all bodies: the part of the particles' own surface that is
    /// in contact [1].
    double area_fraction = 0;
    std::int64_t on_floor = 0; ///< bodies that touch the collector
    std::int64_t on_lid = 0;   ///< bodies that touch the separator side
};

/// Contacts of the host particles; porogen is passed over, and a foil is the floor. Two bodies
/// touch where both, their surfaces moved outwards by `offset` [m], overlap. The offset is that
/// which gave the porosity (PorosityFit::offset), so that what touches here is joined in the
/// volume; it may be negative. Areas are integrals over the plane by signed_distance(), to about
/// 0.5 % for round and angular sections alike. Deterministic for any number of threads. Throws
/// Error(bad_input) if `offset` is not finite.
ContactStatistics measure_contacts(const Packing& packing, double offset = 0);

} // namespace porogen
