#pragma once

#include <limits>
#include <optional>
#include <vector>

namespace porogen {

/// What a framework is made of before anything is plated. Volumes are those per geometric area [m].
struct AnodeFramework {
    struct Part {
        double volume = 0;  ///< of the material alone, without pores in it [m]
        double density = 0; ///< of the same [kg/m^3]
    };
    std::vector<Part> parts; ///< host, binder, film
    double thickness = 0;    ///< [m]
    /// Pores that are joined to the separator side, less what a film takes of them [m].
    double open_pores = 0;
};

/// The lithium on it, and how it was plated.
struct AnodeLithium {
    double volume = 0;        ///< all plated lithium / geometric area [m]
    double overflow = 0;      ///< of that, above the framework [m]
    double reacting_area = 0; ///< before anything is plated / geometric area [1]
    double current = 0;       ///< on the geometric area [A/m^2]
    double overpotential = 0; ///< of plating at the end, > 0 [V]
};

struct AnodeConstants {
    double lithium_molar_volume = 1.2996e-5; ///< [m^3/mol]
    double lithium_molar_mass = 6.94e-3;     ///< [kg/mol]
    double cathode_potential = 3.835;        ///< mean, against lithium [V]
};

/// What a designer gains and pays for. Of the anode alone: framework and lithium, neither its
/// electrolyte nor the collector, separator and cathode. NaN where nothing was plated.
struct AnodePerformance {
    static constexpr double none = std::numeric_limits<double>::quiet_NaN();

    double areal_mass = 0;      ///< of the framework [kg/m^2]
    double host_capacity = 0;   ///< of the lithium that just fills the open pores [C/m^2]
    double lithium_mass = none; ///< plated [kg/m^2]
    double capacity = none;     ///< of the plated lithium [C/m^2]
    /// Framework and, as a dense layer, the lithium above it [m].
    double thickness = none;
    double capacity_per_volume = none; ///< capacity / thickness [C/m^3]
    double capacity_per_mass = none;   ///< capacity / (framework + lithium) [C/kg]
    /// Capacity x (cathode potential - overpotential at the end) / thickness [J/m^3]: a discharge
    /// that loses what plating needs at its end.
    double energy_per_volume = none;
    double energy_per_mass = none;       ///< the same / (framework + lithium) [J/kg]
    double local_current_density = none; ///< current / reacting area, before plating [A/m^2]
};

AnodePerformance anode_performance(const AnodeFramework& framework,
                                   const std::optional<AnodeLithium>& lithium,
                                   const AnodeConstants& constants);

} // namespace porogen
