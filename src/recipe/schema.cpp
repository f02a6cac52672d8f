#include "porogen/recipe/schema.h"

#include <algorithm>
#include <array>
#include <string>

#include "porogen/recipe/materials.h"

namespace porogen {

namespace {

struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool low_open = false;
    bool high_open = false;
};
constexpr Range between(double low, double high) {
    return {low, high, false, false};
}
constexpr Range at_least(double low) {
    return {low};
}
constexpr Range strictly_between(double low, double high) {
    return {low, high, true, true};
}
constexpr Range above(double low, double high) {
    return {low, high, true, false};
}
constexpr Range below(double low, double high) {
    return {low, high, false, true};
}
constexpr Range particle_sizes = between(10e-9, 1e-3);
constexpr Range population_sizes = between(1e-9, 1e-3); // tubes, too

KeySpec quantity(std::string key, std::string unit, std::string value, Range range,
                 std::string doc) {
    KeySpec spec;
    spec.key = std::move(key);
    spec.type = ValueType::number;
    spec.unit = std::move(unit);
    spec.default_value = std::move(value);
    spec.low = range.low;
    spec.high = range.high;
    spec.low_open = range.low_open;
    spec.high_open = range.high_open;
    spec.doc = std::move(doc);
    return spec;
}

KeySpec number(std::string key, std::string value, Range range, std::string doc) {
    return quantity(std::move(key), "1", std::move(value), range, std::move(doc));
}

KeySpec integer(std::string key, std::string value, Range range, std::string doc) {
    KeySpec spec = number(std::move(key), std::move(value), range, std::move(doc));
    spec.type = ValueType::integer;
    return spec;
}

KeySpec choice(std::string key, std::vector<std::string> choices, std::string value,
               std::string doc) {
    KeySpec spec = number(std::move(key), std::move(value), {}, std::move(doc));
    spec.type = ValueType::choice;
    spec.choices = std::move(choices);
    return spec;
}

KeySpec boolean(std::string key, std::string value, std::string doc) {
    KeySpec spec = number(std::move(key), std::move(value), {}, std::move(doc));
    spec.type = ValueType::boolean;
    return spec;
}

KeySpec text(std::string key, std::string value, std::string doc) {
    KeySpec spec = number(std::move(key), std::move(value), {}, std::move(doc));
    spec.type = ValueType::text;
    return spec;
}

KeySpec or_auto(KeySpec spec) {
    spec.may_be_auto = true;
    return spec;
}

KeySpec aside(KeySpec spec) {
    spec.affects_result = false;
    return spec;
}

/// What [flakes] and [porogen] say of their part in the whole.
KeySpec base_share(std::string key, const std::string& role) {
    return or_auto(number(std::move(key), "auto", between(0, 1),
                          "Part of the volume of all " + role +
                              " that these particles take. auto takes what the [population.NAME] "
                              "of the same role leave, which may be nothing."));
}

/// Each stands for one key per population that a recipe declares.
std::vector<KeySpec> population_keys() {
    return {
        choice("population.NAME.role", {"host", "porogen"}, "host",
               "host stays in the electrode, porogen burns out."),
        choice("population.NAME.shape", {"flake", "sphere", "ellipsoid", "fibre", "plate"}, "flake",
               "flake: rounded prism with an irregular outline; sphere; ellipsoid: three axes; "
               "fibre: chain of capsules that may bend; plate: a flat layer on the floor, as wide "
               "as the box, a foil, whose volume says how thick."),
        number(
            "population.NAME.share", "1", between(0, 1),
            "Part of the volume of its role (all host or all porogen) that the population takes; "
            "1 leaves nothing to [flakes] or [porogen]."),
        choice("population.NAME.size_law", {"lognormal", "uniform"}, "lognormal",
               "lognormal: about diameter, cut off at diameter_min and diameter_max; uniform: "
               "between the two."),
        quantity("population.NAME.diameter", "m", "6.4 um", population_sizes,
                 "Median diameter. Flakes: of the circle with the outline's area; ellipsoids: of "
                 "the ball of the same volume; fibres: of the cross-section; plates have none. For "
                 "size_law = \"uniform\" it only sets the ends that are auto."),
        number("population.NAME.diameter_spread", "1.154", between(1, 3),
               "Geometric standard deviation of the diameter for size_law = \"lognormal\"; 1 makes "
               "all equal."),
        or_auto(quantity("population.NAME.diameter_min", "m", "auto", population_sizes,
                         "Smaller particles are not drawn. auto takes diameter / 2.")),
        or_auto(quantity("population.NAME.diameter_max", "m", "auto", population_sizes,
                         "Larger particles are not drawn. auto takes 2 diameter.")),
        number("population.NAME.aspect", "3", between(1, 1e4),
               "Median of: flakes diameter / thickness; ellipsoids longest / shortest axis; fibres "
               "length / diameter."),
        number("population.NAME.aspect_spread", "1.35", between(1, 3),
               "Geometric standard deviation of the aspect; 1 makes all equal."),
        number(
            "population.NAME.rounding", "0.15", between(0, 1),
            "Flakes: rounding radius of the edges / half the thickness, 0 sharp, 1 fully round."),
        number(
            "population.NAME.flatness", "1", between(0, 1),
            "Ellipsoids: where the middle axis stands between the shortest (0, a needle) and the "
            "longest (1, a disc), on a logarithmic scale."),
        quantity("population.NAME.persistence_length", "m", "100 um", between(1e-9, 0.1),
                 "Fibres: length over which the direction is remembered; along the fibre the mean "
                 "cosine of the angle falls as exp(-s / persistence_length)."),
    };
}

std::vector<KeySpec> electrode_keys() {
    return {
        aside(text("title", "", "A name for reports and pictures.")),
        integer("seed", "1", at_least(0),
                "Seed of every random choice. The same recipe, seed and version give the same "
                "electrode; another seed gives another sample of the same kind."),

        quantity("domain.size_x", "m", "48 um", between(100e-9, 10e-3),
                 "Lateral period of the box along x; a whole number of voxels. About seven flake "
                 "diameters make a representative sample."),
        quantity("domain.size_y", "m", "48 um", between(100e-9, 10e-3),
                 "Lateral period of the box along y; a whole number of voxels."),
        quantity("domain.thickness", "m", "42 um", between(100e-9, 10e-3),
                 "Thickness of the electrode from collector to separator; a whole number of "
                 "voxels. 42 um is where 4 mAh/cm^2 of dense lithium just fill 46 % of pores."),
        quantity("domain.voxel", "m", "0.25 um", between(1e-9, 100e-6),
                 "Edge of the cubic cells. Surfaces are resolved below the voxel, so ten cells "
                 "across a flake's diameter are a start; halve it to see what the grid "
                 "contributes."),

        choice("host.material", {"llto", "carbon_fibre", "cnt", "copper"}, "llto",
               "What the host's particles are made of: takes density and electronic conductivity "
               "from the section of materials of that name and names the solid in volume.vdb."),

        base_share("flakes.share", "host"),
        quantity(
            "flakes.diameter", "m", "6.4 um", particle_sizes,
            "Median equivalent diameter of the flakes (of the circle with the outline's area)."),
        number("flakes.diameter_spread", "1.154", between(1, 3),
               "Geometric standard deviation of the diameter; 1 makes all flakes equal. 1.154 puts "
               "90 % of them between 5 and 8 um."),
        quantity("flakes.diameter_min", "m", "4 um", particle_sizes,
                 "Smaller flakes are not drawn."),
        quantity("flakes.diameter_max", "m", "10 um", particle_sizes,
                 "Larger flakes are not drawn."),
        number("flakes.aspect", "3", between(1, 100), "Median diameter / thickness of the flakes."),
        number("flakes.aspect_spread", "1.35", between(1, 3),
               "Geometric standard deviation of the aspect; 1 makes all equal."),
        number("flakes.rounding", "0.15", between(0, 1),
               "Rounding radius of the edges / half the thickness: 0 sharp, 1 fully round rims."),

        or_auto(number(
            "porogen.fraction", "auto", below(0, 0.9),
            "Volume of porogen beads / volume of the cast layer. auto takes what cast.porosity and "
            "cast.wall_porosity leave for them: (porosity - wall_porosity) / (1 - "
            "wall_porosity).")),
        quantity("porogen.diameter_min", "m", "5 um", particle_sizes,
                 "Smallest bead; diameters are uniform between the two."),
        quantity("porogen.diameter_max", "m", "10 um", particle_sizes, "Largest bead."),
        base_share("porogen.share", "porogen"),
    };
}

std::vector<KeySpec> process_keys() {
    return {
        number("cast.porosity", "0.46", strictly_between(0, 1),
               "Porosity of the electrode after burnout, with the binder and without the coating; "
               "hit exactly on the grid."),
        number("cast.wall_porosity", "0.40", below(0, 1),
               "Porosity between the flakes if the beads count as solid (assumed; these flakes and "
               "beads pack down to about 0.34, see src/geometry/README.md). Splits the pores into "
               "those of the beads and those between flakes."),
        number("cast.fill_height", "2.5", between(1, 20),
               "Height of the dilute slurry / final thickness. Higher lets flakes turn more freely "
               "before they touch, and takes longer."),
        number("cast.max_overlap", "0.05", above(0, 0.5),
               "The packing is relaxed when no contact is deeper than this part of the thinner "
               "particle."),
        integer("cast.max_sweeps", "8000", between(10, 1e6),
                "The relaxation gives up after this many sweeps."),
        number("cast.shear", "0", at_least(0),
               "Shear strain of the wet slurry under the blade: its top moves by this many heights "
               "along x and turns long and flat particles on its way."),
        number("cast.settling", "0", between(0, 1),
               "How far the median host particle sinks while the slurry dries / height of the "
               "slurry; the others follow by Stokes' law."),
        or_auto(
            number("cast.orientation_r", "auto", between(0.05, 3),
                   "March-Dollase r of the host's flakes and discs to arrive at: 1 random, below "
                   "1 lying flat, above 1 upright. auto takes what the process gives.")),
        number("cast.max_offset", "1", between(0, 10),
               "Farthest the surfaces may be moved, in voxels, to hit the porosity exactly."),

        number(
            "binder.mass_fraction", "0", between(0, 1),
            "Mass of binder (materials.binder_slurry.pvdf_density) / mass of the host. It is part "
            "of the solid that cast.porosity leaves."),

        quantity("sinter.length", "m", "0 um", between(0, 1e-4),
                 "Features with a smaller radius of curvature are smoothed away by curvature flow: "
                 "the square root of the time that it flows; 0 leaves every edge as cast."),

        choice("coat.material", {"cnt", "zno", "cu2s"}, "cnt",
               "What the coating is made of: takes density, porosity and conductivity of the film "
               "from the section of materials of that name."),
        number("coat.mass_fraction", "0.02", between(0, 1),
               "Mass of the coating / mass of the host; 0 leaves it bare."),
        choice("coat.order", {"framework", "particles"}, "framework",
               "framework: coated after burnout, where pores open to the separator side reach. "
               "particles: the host's particles are coated before they are cast."),
        number("coat.coverage", "1", above(0, 1),
               "Part of the surface that the coating can reach that it covers, in patches."),
        quantity("coat.patch_size", "m", "2 um", between(1e-9, 1e-3),
                 "Correlation length of the patches and of the local thickness."),
        number("coat.thickness_spread", "1", between(1, 10),
               "Geometric standard deviation of the local mass per area; 1 coats evenly."),
    };
}

std::vector<KeySpec> measurement_keys() {
    return {
        choice("transport.axes", {"x", "y", "z", "xy", "xz", "yz", "xyz"}, "xyz",
               "Directions in which transport is measured. Plating needs z."),
        number(
            "transport.tolerance", "1e-06", above(0, 0.1),
            "Relative residual at which the solver stops; the conductivities are about as exact."),
        integer("transport.max_iterations", "500", between(1, 1e6),
                "The solver gives up after this many."),
        choice("transport.host_state", {"pristine", "lithiated", "both"}, "lithiated",
               "State of an llto host whose electronic conductivity counts: "
               "materials.llto.sigma_e_pristine or sigma_e_lithiated. both: lithiated counts, the "
               "pristine state is measured beside it."),
        choice("transport.host_ions", {"yes", "no"}, "yes",
               "Whether ions also go through an llto host, with materials.llto.sigma_ion_total "
               "behind the resistance R_interface_liquid."),
        choice("transport.electrode_tortuosity", {"yes", "no"}, "yes",
               "Whether the electrode tortuosity factor of the pores is measured too: with current "
               "fed over the pore walls, as in the impedance of a blocking electrode."),

        quantity("plating.current", "A/m^2", "0.5 mA/cm^2", between(1e-8, 1e5),
                 "Plating current per geometric area."),
        quantity("plating.capacity", "C/m^2", "4 mAh/cm^2", above(0, 3.6e7),
                 "Charge to plate per geometric area."),
        choice("plating.surface", {"calibrated", "lithium"}, "calibrated",
               "Kinetics of the surface. calibrated: kinetics.i0_effective_from_paper, which "
               "contains the film on the surface; calibrated from the impedance of the source "
               "paper, not predicted. lithium: kinetics.i0_Li in series with sei.area_resistance."),
        choice("plating.model", {"homogenised", "resolved", "none"}, "homogenised",
               "homogenised: the one-dimensional porous electrode with the measured properties. "
               "resolved: the lithium grows in the pores of volume.vdb, the homogenised prediction "
               "stands beside it. none: the run ends with transport."),
        choice("plating.rate_law", {"butler_volmer", "linear", "tafel"}, "butler_volmer",
               "How the local current follows from the overpotential."),
        or_auto(
            number("plating.bruggeman", "auto", between(1, 20),
                   "Exponent b of ionic conductivity ~ (open porosity)^b while lithium narrows the "
                   "pores. auto takes the b that the measured tortuosity factor of the empty pores "
                   "implies.")),
        number("plating.area_exponent", "0.5", between(0, 5),
               "Reacting surface ~ (open porosity / porosity)^this; 1/2 is for lithium lining "
               "cylindrical pores."),
        integer("plating.cells", "200", between(2, 20000), "homogenised: cells over the depth."),
        number("plating.max_fill_step", "0.02", between(1e-4, 0.5),
               "homogenised: largest change of any cell's lithium fill in one step of charge."),

        choice(
            "plating.potentials", {"automatic", "one", "two"}, "automatic",
            "resolved: which potentials vary in space. one: that of the ions, all that conducts "
            "electrons is at the collector's; two: that of the electrons too; automatic: one, if "
            "the first distribution shows that the electrons' hardly varies."),
        choice("plating.concentration", {"auto", "yes", "no"}, "auto",
               "resolved: whether the salt concentration varies. auto: where the current is above "
               "a tenth of the limiting one."),
        choice("plating.host", {"lithiated", "pristine"}, "lithiated",
               "resolved: whether an llto host is full of lithium when plating begins, as after "
               "the first cycles, or takes it up before and while it is plated."),
        or_auto(quantity("plating.headroom", "m", "auto", between(100e-9, 1e-3),
                         "resolved: electrolyte between framework and separator. auto takes room "
                         "for the lithium that the pores cannot hold, and 4 um.")),
        number("plating.max_move", "0.4", between(0.01, 0.5),
               "resolved: largest move of the surface in a step, in voxels."),
        number("plating.max_charge_step", "0.05", between(1e-4, 1),
               "resolved: largest part of plating.capacity in a step."),
        text("plating.snapshots", "1 mAh/cm^2, 2 mAh/cm^2, 4 mAh/cm^2",
             "resolved: charges at which the lithium is kept and drawn, apart from that at the "
             "end; charges per area with their units and commas between them."),
        integer("plating.depth_cells", "20", between(2, 1000),
                "resolved: cells of the depth profiles."),
        quantity("plating.barrier_spread", "V", "7.5 mV", between(0, 0.1),
                 "resolved: standard deviation of the nucleation barriers "
                 "(materials.kinetics.eta_nuc_*) from cell to cell; a choice, 5 to 10 mV."),
        quantity("plating.nucleation_sites", "m^-2", "0 m^-2", between(0, 1e18),
                 "resolved: places per area at which lithium can nucleate on a surface with a "
                 "barrier, 1e12 to 1e13 m^-2 on copper; 0: anywhere."),
        quantity("plating.contact_resistance", "ohm m^2", "0 ohm m^2", between(0, 1e3),
                 "resolved: between the host and the film or lithium on it."),

        aside(boolean("output.vdb", "true",
                      "Write volume.vdb, the electrode for ParaView, Blender and Houdini.")),
        aside(boolean("output.stl", "true", "Write the surface as STL, for meshing and printing.")),
        aside(boolean("output.pictures", "true", "Render pictures of the electrode.")),
    };
}

std::vector<KeySpec> search_keys() {
    return {
        aside(
            text("optimize.objective", "uniform",
                 "What is sought: a number of result.json (RESULTS.md), or one of two ready-made "
                 "meanings of good "
                 "plating. uniform: the largest plating.metrics.uniformity; bottom_up: the lowest "
                 "plating.metrics.centroid with at most 1 % of the lithium above the framework.")),
        aside(choice("optimize.goal", {"auto", "maximise", "minimise"}, "auto",
                     "Whether more or less of the objective is better; auto: what a ready-made "
                     "objective says, else maximise.")),
        aside(integer("optimize.max_evaluations", "40", between(1, 1e6),
                      "How many electrodes are evaluated at most before the confirmation, those "
                      "found in the history included.")),
        aside(number("optimize.screen", "0.33", between(0, 1),
                     "Part of them that lie all over the range (Sobol sequence) and are evaluated "
                     "first, several at once; 0: none.")),
        aside(choice("optimize.global", {"none", "kriging", "direct_l", "crs2"}, "kriging",
                     "Search everywhere after the screen. kriging: one point after the other where "
                     "surrogates of the objective and the constraints promise most (few, noisy, "
                     "costly evaluations); with NLopt DIRECT-L (several optima) or CRS2 (many "
                     "variables, a large budget).")),
        aside(choice("optimize.local", {"auto", "none", "sbplx", "cobyla", "bobyqa"}, "auto",
                     "Search around the best after that, with NLopt: SBPLX (noise), COBYLA (active "
                     "constraints), BOBYQA (smooth, at least two variables, no active constraint); "
                     "auto: none after kriging, which does that too, else COBYLA if there are "
                     "constraints and SBPLX if not.")),
        aside(
            number("optimize.tolerance", "0.001", above(0, 0.5),
                   "The search stops when the variables move less than this part of their range.")),
        aside(
            integer("optimize.contenders", "3", between(0, 1000),
                    "How many of the best designs are evaluated again with fresh seeds, beside the "
                    "recipe's own; 0: no confirmation.")),
        aside(integer("optimize.replicates", "5", between(0, 1000),
                      "With how many fresh seeds. The means, their 95 % intervals and the margins "
                      "over the recipe's own design with the same seeds decide.")),
        aside(integer("optimize.seeds", "1", between(1, 1000),
                      "Casts of each design before the confirmation, with the same seeds for every "
                      "design; their means count. More of them calm a noisy objective.")),
        aside(
            choice("optimize.robustness", {"nominal", "mean", "worst"}, "nominal",
                   "What counts of a design, the material values being uncertain: its objective "
                   "and constraints at the nominal values, their mean over draws from the trusted "
                   "ranges, or the worst of these draws.")),
        aside(integer("optimize.samples", "8", between(1, 1e4),
                      "Draws of the material values per design, the same for every design, unless "
                      "robustness is nominal.")),
    };
}

/// The material values that a stage reads. All others are kept for the record, with their sources,
/// until a model needs them; a recipe that sets one of those would change nothing, so it is
/// refused.
constexpr std::array materials_in_use{
    "constants.T",
    "lithium.molar_mass",
    "lithium.molar_volume",
    "copper.density",
    "copper.electronic_conductivity",
    "llto.density",
    "llto.capacity",
    "llto.D_chem",
    "llto.insertion_potential_1",
    "llto.insertion_potential_2",
    "llto.sigma_e_pristine",
    "llto.sigma_e_lithiated",
    "llto.sigma_ion_total",
    "llto.R_interface_liquid",
    "cnt.density_multiwall",
    "cnt.coating_porosity",
    "cnt.film_conductivity",
    "cnt.sheet_percolation_mass",
    "cnt.sheet_exponent",
    "cnt.intertube_contact_factor",
    "cnt.density",
    "cnt.electronic_conductivity",
    "carbon_fibre.density",
    "carbon_fibre.electronic_conductivity",
    "zno.density",
    "zno.coating_porosity",
    "zno.film_conductivity",
    "zno.sheet_percolation_mass",
    "zno.sheet_exponent",
    "zno.contact_factor",
    "cu2s.density",
    "cu2s.coating_porosity",
    "cu2s.film_conductivity",
    "cu2s.sheet_percolation_mass",
    "cu2s.sheet_exponent",
    "cu2s.contact_factor",
    "pmma.density",
    "binder_slurry.pvdf_density",
    "binder_slurry.solvent_density",
    "electrolyte.conductivity",
    "electrolyte.li_concentration",
    "electrolyte.salt_diffusivity",
    "electrolyte.transference_number",
    "kinetics.i0_Li",
    "kinetics.i0_effective_from_paper",
    "kinetics.alpha_a",
    "kinetics.alpha_c",
    "kinetics.eta_nuc_Cu",
    "kinetics.eta_nuc_CNT",
    "kinetics.eta_nuc_LLTO",
    "kinetics.eta_nuc_LLTO_CNT_lithiated",
    "sei.area_resistance",
    "nmc622.mean_potential",
};

/// What is physically possible, far wider than the range a value is trusted in: any positive
/// number, 0 too where the trusted range holds it, and parts of a whole up to 1.
Range physical_range(const MaterialValue& value) {
    const auto named = [&](std::string_view word) {
        return value.key.find(word) != std::string::npos;
    };
    Range range;
    range.low = 0;
    range.low_open = value.low > 0;
    if (named("porosity") || named("fraction") || named("transference")) {
        range.high = 1;
        range.high_open = named("porosity"); // a film or deposit without matter
    }
    return range;
}

KeySpec material_key(const MaterialValue& value) {
    KeySpec spec =
        quantity("materials." + value.key, value.unit, value.written, physical_range(value),
                 value.source + " (" + std::string(trust_name(value.trust)) + ").");
    spec.reference_only = std::ranges::find(materials_in_use, value.key) == materials_in_use.end();
    spec.affects_result = !spec.reference_only;
    return spec;
}

std::vector<KeySpec> make_schema() {
    std::vector<KeySpec> keys;
    for (const auto& part :
         {electrode_keys, population_keys, process_keys, measurement_keys, search_keys}) {
        std::ranges::move(part(), std::back_inserter(keys));
    }
    std::ranges::transform(materials(), std::back_inserter(keys), material_key);
    return keys;
}

} // namespace

const std::vector<KeySpec>& schema() {
    static const std::vector<KeySpec> keys = make_schema();
    return keys;
}

} // namespace porogen
