#include "porogen/report/result_keys.h"

#include <algorithm>
#include <iterator>

namespace porogen {

namespace {

using enum ResultWhen;

std::vector<ResultKey> provenance() {
    return {
        {"program.name", "", "Always porogen."},
        {"program.version", "", "Version of the program."},
        {"program.commit", "", "Commit that it was built from."},
        {"recipe.KEY", "",
         "The effective recipe, defaults included: every key of KEYS.md that is not a list, "
         "numbers "
         "in SI."},
        {"recipe_hash", "",
         "16 hex digits over every value of the recipe that affects the result, the seed apart."},
        {"seed", "1", "Seed of all random streams."},
        {"threads", "1",
         "Threads that were used; no other number but the wall times depends on "
         "them."},
        {"seconds.{cast,rasterise,sinter,bind,porosity,coat,morphology,microstructure}", "s",
         "Wall time of that stage."},
        {"seconds.{ions,electrons}", "s", "Wall time of that stage.", measured},
        {"seconds.pristine electrons", "s", "Wall time of that stage.", both_states},
        {"seconds.plate", "s", "Wall time of the one-dimensional plating.", electrode},
        {"seconds.plate in space", "s", "Wall time of the plating in space.", resolved},
    };
}

std::vector<ResultKey> geometry() {
    return {
        {"geometry.porosity", "1",
         "Pore volume / volume of the box, from cells cut by the surface; the film takes nothing."},
        {"geometry.open_porosity", "1",
         "Volume of the pores connected to the separator side / volume of the box."},
        {"geometry.pore_connected", "1",
         "true if the pores join the collector side to the separator side."},
        {"geometry.solid_connected", "1",
         "true if the solid joins the collector side to the separator side."},
        {"geometry.solid_largest", "1", "Part of the solid volume in its largest component."},
        {"geometry.specific_surface", "1/m",
         "Area between pores and solid / volume of the box, the box's own sides not counted."},
        {"geometry.thickness", "m", "Height of the box, from the collector to the separator side."},
        {"geometry.voxel_size", "m", "Edge of the cubic cells."},
        {"geometry.shape[]", "1", "Number of cells along x, y and z."},
        {"geometry.particles", "1",
         "Number of particles cast, host and porogen, links of a fibre counted one by one."},
        {"geometry.overlap_fraction", "1",
         "Volume counted twice where particles overlap / volume of all particles, as cast."},
        {"geometry.deepest_overlap", "1",
         "Deepest contact / thickness of the thinner particle, as cast."},
        {"geometry.surface_offset", "m",
         "How far the surface was moved outwards, into the pores, to give the asked porosity."},
        {"geometry.porosity_cast", "1", "Porosity before that move of the surface."},
        {"geometry.orientation_r", "1",
         "March-Dollase r of the normals of the host's flakes and discs to z: 1 random, below 1 "
         "flat; null without flakes and discs."},
        {"geometry.order_parameter", "1",
         "S2 = <3 cos^2 - 1>/2 of the same normals: 0 random, 1 flat, -1/2 upright; without flakes "
         "and discs that of the axes of the fibres; null without those too."},
        {"geometry.cnt_mass_fraction", "1", "The same as geometry.film.mass_fraction."},
        {"geometry.cnt_thickness", "m", "The same as geometry.film.thickness.mean."},
        {"geometry.cnt_coverage", "1", "The same as geometry.film.coverage."},
        {"geometry.cnt_sheet_conductance", "S", "The same as geometry.film.sheet_conductance."},
        {"geometry.cnt_volume_fraction", "1", "The same as geometry.film.volume_fraction."},
        {"geometry.pore_diameter.{d10,d50,d90}", "m",
         "Diameter that 10, 50 and 90 % of the pore volume do not exceed (local thickness: the "
         "largest ball in the pores that holds the point)."},
        {"geometry.grain_diameter.{d10,d50,d90}", "m", "The same of the solid."},
        {"geometry.film.material", "", "coat.material of the recipe."},
        {"geometry.film.order", "", "coat.order of the recipe."},
        {"geometry.film.mass_fraction", "1",
         "Mass of the film / mass of the solid (all at the host's density), as measured on the "
         "grid, what contacts hide "
         "included."},
        {"geometry.film.area", "m^2", "Coated area that pores touch, in the whole box."},
        {"geometry.film.coverage", "1", "Coated area / area between pores and solid."},
        {"geometry.film.buried_fraction", "1",
         "Part of the coated particles' area that contacts hide; 0 where the framework was "
         "coated."},
        {"geometry.film.conducting_fraction", "1",
         "Part of the coated area with more film per area than its percolation threshold."},
        {"geometry.film.thickness.mean", "m",
         "Mean thickness of the film, its own pores included, over the coated area."},
        {"geometry.film.thickness.{d10,d50,d90}", "m",
         "Thickness that the film does not exceed on 10, 50 and 90 % of the coated area."},
        {"geometry.film.sheet_conductance", "S",
         "Mean sheet conductance of the film over the coated area."},
        {"geometry.film.contact_factor", "1",
         "What the sheet conductance is multiplied with for the contacts of coated particles; 1 "
         "where the framework was coated."},
        {"geometry.film.volume_fraction", "1",
         "Volume of the film's own material that pores touch, without its pores / volume of the "
         "box."},
        {"geometry.sintering.{surface_before,surface_after}", "1/m",
         "Area between pores and solid / volume of the box before and after sintering; 0 if the "
         "recipe does not sinter."},
        {"geometry.sintering.steps", "1", "Time steps of the sintering."},
        {"geometry.binder.volume_fraction", "1",
         "Volume of the binder / volume of the box, as it came out; 0 without binder."},
        {"geometry.binder.neck_radius", "m",
         "Radius of the balls that just do not fit where the binder is: that of its meniscus."},
        {"geometry.chord_length.{pore,solid}.{x,y,z}.mean", "m",
         "Mean length of the pieces of straight lines along an axis in pore or solid: length of "
         "all / half the number of intersections with the surface."},
        {"geometry.chord_length.{pore,solid}.{x,y,z}.{d10,d50,d90}", "m",
         "Length that 10, 50 and 90 % of the chords with both ends on the surface, by number, do "
         "not exceed."},
        {"geometry.two_point_surface", "1/m",
         "Area between pores and solid / volume of the box from the two-point correlation, -4 "
         "S2'(0), mean of the three axes."},
        {"geometry.topology.{pore,solid}.components", "1",
         "Number of connected components of at least one cell's volume."},
        {"geometry.topology.{pore,solid}.percolates.{x,y,z}", "1",
         "true if a component joins both sides of the box across that axis."},
        {"geometry.topology.{pore,solid}.euler_density", "1/m^3",
         "Euler characteristic (components + cavities - tunnels) / volume of the box."},
        {"geometry.contacts.count", "1", "Number of contacts between host particles, as cast."},
        {"geometry.contacts.coordination", "1",
         "Mean number of other particles that a host particle touches."},
        {"geometry.contacts.area.mean", "m^2", "Mean area of a contact."},
        {"geometry.contacts.area.{d10,d50,d90}", "m^2",
         "Area that 10, 50 and 90 % of the contacts, by number, do not exceed."},
        {"geometry.contacts.area_fraction", "1",
         "Part of the host particles' own surface that is in contact."},
        {"geometry.contacts.{on_collector,on_separator}", "1",
         "Number of host particles that touch the collector and the separator side."},
        {"geometry.populations.NAME.particles", "1",
         "Number of particles of a population (flakes, porogen and those of the recipe), links of "
         "a fibre counted one by one; populations without a particle are left out."},
        {"geometry.populations.NAME.volume_fraction", "1",
         "Volume of all particles of the population / volume of the box."},
        {"geometry.targets.{cast.porosity,host.fraction,porogen.fraction,cast.max_overlap,"
         "coat.mass_fraction}.{asked,got}",
         "1",
         "What the recipe asked for and what came out: porosity, volume of the host particles and "
         "of the porogen / volume of the box, deepest overlap, mass of film / mass of host."},
        {"geometry.targets.domain.thickness.{asked,got}", "m",
         "Thickness asked for, and height of the box."},
        {"geometry.targets.cast.orientation_r.{asked,got}", "1",
         "March-Dollase r asked for and got.", oriented},
        {"geometry.targets.binder.volume_fraction.{asked,got}", "1",
         "Volume of the binder / volume of the box asked for and got.", bound},
    };
}

/// Of one kind of carrier: "ionic", "electronic", …
std::vector<ResultKey> transport_of(const std::string& carriers, ResultWhen when) {
    const std::string head = "transport." + carriers + ".";
    const auto per_axis = [&](const char* name) { return head + name + ".{x,y,z}"; };
    const bool ions = carriers == "ionic";
    return {
        {per_axis("conductivity"), "S/m",
         ions ? "Effective ionic conductivity of pores and host along an axis, of the framework "
                "before the film narrows its pores; 0 without a path."
         : when == both_states
             ? "Effective electronic conductivity of solid and film along an axis, with the host "
               "before its lithiation; 0 without a path."
             : "Effective electronic conductivity of solid and film along an axis; 0 without a "
               "path.",
         when},
        {per_axis("relative"), "1",
         ions ? "Effective conductivity / that of the electrolyte."
              : "Effective conductivity / that of the host's solid; null where a film shares the "
                "current.",
         when},
        {per_axis("tortuosity_factor"), "1",
         "tau = volume fraction of the conducting phase x its conductivity / effective "
         "conductivity; null without a path or a bulk to compare with.",
         when},
        {per_axis("macmullin_number"), "1",
         "Bulk conductivity / effective conductivity; null as the tortuosity factor.", when},
        {per_axis("bruggeman_exponent"), "1",
         "Exponent b of relative conductivity = (volume fraction)^b; null as the tortuosity "
         "factor.",
         when},
        {per_axis("electrode_tortuosity_factor"), "1",
         ions ? "Tortuosity factor with the current fed evenly over the pore walls, as in the "
                "impedance of a blocking electrode; null unless transport.electrode_tortuosity = "
                "\"yes\"."
              : "Always null: electrons are not fed over the pore walls.",
         when},
        {per_axis("percolates"), "1", "true if a path of conductors joins both sides.", when},
        {per_axis("iterations"), "1", "Iterations of the conjugate gradients.", when},
        {per_axis("residual"), "1", "|b - A x| / |b| of the linear system at the end.", when},
        {per_axis("error"), "1",
         "Relative error of the conductivity against that of the network solved exactly; the "
         "error of the voxels is not in it.",
         when},
        {per_axis("flux_imbalance"), "1",
         "(Largest - smallest) / mean of the currents through all layers.", when},
        {per_axis("unknowns"), "1", "Nodes of the network that carry current.", when},
        {per_axis("dead_end"), "1", "Nodes that are joined to one side only.", when},
        {per_axis("floating"), "1", "Nodes that are joined to neither side.", when},
        {per_axis("seconds"), "s", "Wall time of the solution.", when},
        {per_axis("converged"), "1", "true if the solver met its tolerance.", when},
        {head + "carrier_fraction", "1",
         "Volume fraction of the conducting phase; null where several conduct.", when},
        {head + "current_density", "",
         "Empty in a run: statistics of the current density are those of images (porogen measure).",
         when},
    };
}

std::vector<ResultKey> plating_inputs() {
    const std::string head = "plating.inputs.";
    return {
        {head + "surface", "", "plating.surface of the recipe.", plated},
        {head + "rate_law", "", "plating.rate_law of the recipe.", plated},
        {head + "exchange_current_density", "A/m^2",
         "Exchange current density i0 of lithium, on the true area: an input.", plated},
        {head + "film_resistance", "ohm m^2",
         "Resistance of the film on lithium (SEI), on the true area: an input.", plated},
        {head + "barriers.collector", "V",
         "Nucleation barrier of the collector: an input; null where nothing is ever plated.",
         resolved},
        {head + "barriers.{llto,carbon_fibre,cnt,copper,binder}.{bare,coated_pristine,"
                "coated_lithiated}",
         "V",
         "Nucleation barrier of a solid of the framework: bare, and under the film before and "
         "after its lithiation: an input; null where nothing is ever plated.",
         resolved},
        {head + "barrier_spread", "V", "plating.barrier_spread of the recipe.", resolved},
        {head + "nucleation_sites", "1/m^2", "plating.nucleation_sites of the recipe.", resolved},
        {head + "host", "", "plating.host of the recipe.", resolved},
        {head + "lithiation_speed", "m/s", "Speed of the front of lithiation in the host.",
         resolved},
        {head + "contact_resistance", "ohm m^2",
         "Resistance between the host and the film or lithium on it.", resolved},
    };
}

/// Of every step, and at the end.
std::vector<ResultKey> plating_statistics(const std::string& head, ResultWhen when) {
    return {
        {head + "cov", "1",
         "Standard deviation / mean of the local current over the reacting area.", when},
        {head + "gini", "1",
         "Gini coefficient of the local current over the reacting area: 0 even, 1 all in one "
         "place.",
         when},
        {head + "p99_ratio", "1",
         "99th percentile / mean of the local current over the reacting area.", when},
        {head + "active_area", "1",
         "Part of the reacting area that carries at least a tenth of the mean local current.",
         when},
        {head + "top_fraction", "1",
         "Share of the lithium in the upper 10 % of the depth, what lies above the framework "
         "included; of the current before there is any.",
         when},
        {head + "bottom_fraction", "1", "The same in the lower 10 %.", when},
        {head + "centroid", "1",
         "Height of the lithium's centre of mass above the collector / thickness of the framework; "
         "what lies above it counts as 1.",
         when},
        {head + "fill", "1",
         "Volume of the lithium inside the framework / volume of its pores: those that the film "
         "leaves of the open ones in the one-dimensional model, all in space.",
         when},
        {head + "uniformity", "1",
         "1 - (sum of |share of a depth cell - 1/n| + share above the framework) / 2: 1 even, 1/n "
         "all in one of n cells, 0 all above; in space of the fill of each cell's pores.",
         when},
    };
}

std::vector<ResultKey> plating_steps(const std::string& steps, ResultWhen when) {
    const std::string head = steps + "[].";
    std::vector<ResultKey> keys{
        {head + "capacity", "C/m^2",
         "Charge since the first plating, what a host takes up meanwhile included; the first step "
         "is the state at 0.",
         when},
        {head + "voltage", "V", "Plating overpotential of the host, positive while it plates.",
         when},
        {head + "time", "s", "Time since the first plating.", when},
        {head + "li_volume", "m", "Volume of the plated lithium / geometric area.", when},
        {head + "overflow", "m", "Of that, what lies above the framework.", when},
    };
    std::ranges::move(plating_statistics(head, when), std::back_inserter(keys));
    return keys;
}

std::vector<ResultKey> resolved_steps() {
    const std::string head = "plating.steps[].";
    return {
        {head + "overflow_fraction", "1", "Part of the lithium above the framework.", resolved},
        {head + "inserted", "C/m^2",
         "Charge that the host has taken up, before the first plating too.", resolved},
        {head + "lithiated", "1", "Part of the host that is lithiated.", resolved},
        {head + "wetted_area", "1", "Open surface that ions and electrons reach / geometric area.",
         resolved},
        {head + "covered", "1", "Of that, the part covered with lithium.", resolved},
        {head + "cut_off", "1",
         "Volume of open pores that ions cannot reach any more / pore volume at the start.",
         resolved},
        {head + "depth_cov", "1",
         "Standard deviation / mean of the pores' fill over the depth cells.", resolved},
        {head + "least_concentration", "1", "Lowest salt concentration / that at the separator.",
         resolved},
        {head + "newton_iterations", "1", "Newton steps for the potentials.", resolved},
        {head + "linear_iterations", "1", "Iterations of the linear solver within them.", resolved},
    };
}

std::vector<ResultKey> plating_metrics(const std::string& metrics, ResultWhen when, bool in_space) {
    const std::string head = metrics + ".";
    std::vector<ResultKey> keys = plating_statistics(head, when);
    keys.push_back(
        {head + "overflow_capacity", "C/m^2",
         in_space ? "Charge at which lithium begins to lie above the framework: the first of it in "
                    "the one-dimensional model, 5 % of it in space; null if never."
                  : "Charge at which the first lithium lies above the framework; null if never.",
         when});
    keys.push_back(
        {head + "clog_capacity", "C/m^2",
         in_space ? "Charge at which pores close: the first depth cell is full in the "
                    "one-dimensional model, 1 % of the pore volume is cut off from the separator "
                    "in space; null if never."
                  : "Charge at which the first depth cell is full; null if never.",
         when});
    keys.push_back(
        {head + "overflow_fraction", "1", "Part of the lithium above the framework.", when});
    return keys;
}

std::vector<ResultKey> plating_results() {
    return {
        {"plating.faraday_error", "1",
         "|volume of the lithium x F / molar volume - plated charge| / plated charge, the largest "
         "over the steps.",
         plated},
        {"plating.largest_correction", "1",
         "Largest |1 - factor| by which a step's moves of the surface were scaled for that.",
         resolved},
        {"plating.limiting_current", "A/m^2",
         "Current at which the salt at the collector runs out, by the formula for uniform uptake "
         "in the framework without lithium.",
         resolved},
        {"plating.headroom", "m", "Electrolyte between framework and separator.", resolved},
        {"plating.wagner", "1",
         "Wagner number at the start: ionic conductivity x linearised reaction resistance on the "
         "true area / thickness; in space that of the one-dimensional prediction, null without "
         "it.",
         plated},
        {"plating.nu", "1",
         "Reaction number at the start, nu^2 = L^2 a / R (1/kappa + 1/sigma) with R the linearised "
         "reaction resistance: below 1 the reaction is even over the depth; null as "
         "plating.wagner.",
         plated},
        {"plating.converged", "1", "true if the potentials converged at every step.", resolved},
        {"plating.activation_curve[].voltage", "V",
         "Open-circuit potential of the host against lithium at its mean content, before the first "
         "plating: an input.",
         resolved},
        {"plating.activation_curve[].inserted", "C/m^2", "Charge taken up so far.", resolved},
        {"plating.snapshots[].capacity", "C/m^2",
         "Charge at which the lithium was kept (plating.snapshots, and the end).", resolved},
        {"plating.snapshots[].fill[]", "1",
         "Lithium / pore volume of each depth cell, the first at the collector.", resolved},
        {"plating.homogenised", "",
         "The electrode that the one-dimensional model takes; in space also its prediction, null "
         "where it cannot be had (the warnings say why).",
         plated},
        {"plating.homogenised.thickness", "m", "Thickness of that electrode.", electrode},
        {"plating.homogenised.porosity", "1",
         "Open porosity that the film leaves: what lithium can fill.", electrode},
        {"plating.homogenised.specific_surface", "1/m",
         "Reacting area / volume: the coated area, all where there is no film.", electrode},
        {"plating.homogenised.ionic_conductivity", "S/m",
         "Effective ionic conductivity along z, of the pores that the film leaves.", electrode},
        {"plating.homogenised.electronic_conductivity", "S/m",
         "Effective electronic conductivity along z.", electrode},
        {"plating.homogenised.bruggeman_exponent", "1",
         "Ionic conductivity ~ (open part of the pores)^this as they fill.", electrode},
        {"plating.homogenised.area_exponent", "1",
         "Reacting area ~ (open part of the pores)^this as they fill.", electrode},
    };
}

std::vector<ResultKey> plating() {
    std::vector<ResultKey> keys{
        {"plating.model", "", "plating.model of the recipe: homogenised or resolved.", plated}};
    const auto append = [&](std::vector<ResultKey> more) {
        std::ranges::move(more, std::back_inserter(keys));
    };
    append(plating_inputs());
    keys.push_back({"plating.potentials", "",
                    "Whose potential varies: one, that of the ions, or two, of the electrons too.",
                    resolved});
    keys.push_back(
        {"plating.concentration", "1", "true if the salt concentration was followed.", resolved});
    append(plating_steps("plating.steps", plated));
    append(resolved_steps());
    append({
        {"plating.nucleation_overpotential", "V",
         "Highest barrier that bare surface had to overcome: an input, read off where it acted; 0 "
         "if there was none.",
         resolved},
        {"plating.activation", "C/m^2",
         "Charge that the host took up before the first plating, which no capacity counts.",
         resolved},
    });
    append(plating_metrics("plating.metrics", plated, true));
    append({
        {"plating.metrics.separator_capacity", "C/m^2",
         "Charge at which lithium had grown through the headroom and plating stopped; null if "
         "never.",
         resolved},
        {"plating.metrics.depth_cov", "1",
         "Standard deviation / mean of the pores' fill over the depth cells at the end.", resolved},
        {"plating.metrics.covered", "1", "Part of the wetted area covered with lithium at the end.",
         resolved},
        {"plating.metrics.cut_off", "1",
         "Volume of open pores that ions cannot reach any more at the end / pore volume at the "
         "start.",
         resolved},
    });
    append(plating_results());
    append(plating_steps("plating.homogenised.steps", beside));
    append(plating_metrics("plating.homogenised.metrics", beside, false));
    keys.push_back({"plating.homogenised.faraday_error", "1",
                    "plating.faraday_error of the one-dimensional prediction.", beside});
    return keys;
}

std::vector<ResultKey> performance() {
    const std::string head = "performance.";
    return {
        {head + "areal_mass", "kg/m^2",
         "Mass of the framework (host, binder, film) / geometric area; no collector, no "
         "electrolyte, no lithium; a foil that is the host counts."},
        {head + "host_capacity", "C/m^2",
         "Charge of the lithium that would just fill the open pores of the framework: connected to "
         "the separator side, less the volume of the film's own material."},
        {head + "lithium_mass", "kg/m^2",
         "Mass of the plated lithium / geometric area; what the host takes up is not in it. This "
         "and all below are null where nothing was plated."},
        {head + "capacity", "C/m^2",
         "Charge of the plated lithium at the end; what the host takes up is not in it."},
        {head + "thickness", "m",
         "Thickness of the framework (the box in the one-dimensional model, up to the highest "
         "solid in space) + volume of the lithium above it / geometric area, as a dense layer."},
        {head + "capacity_per_volume", "C/m^3", "performance.capacity / performance.thickness."},
        {head + "capacity_per_mass", "C/kg", "performance.capacity / (areal mass + lithium mass)."},
        {head + "energy_per_volume", "J/m^3",
         "performance.capacity x (mean potential of an NCM622 cathode, "
         "materials.nmc622.mean_potential - plating overpotential at the end) / thickness: of the "
         "anode alone, on a discharge that loses what plating needs at its end."},
        {head + "energy_per_mass", "J/kg", "The same energy / (areal mass + lithium mass)."},
        {head + "local_current_density", "A/m^2",
         "plating.current / (area that ions and electrons reach and that may react, before plating "
         "/ geometric area): mean current density on the true surface."},
    };
}

std::vector<ResultKey> status() {
    return {
        {"status.converged", "1", "true if every solver met its tolerance."},
        {"status.warnings[]", "", "What to know before trusting the numbers, one line each."},
    };
}

} // namespace

const std::vector<ResultKey>& result_reference() {
    static const std::vector<ResultKey> table = [] {
        std::vector<ResultKey> keys;
        for (const auto& part : {provenance(), geometry(), transport_of("ionic", measured),
                                 transport_of("electronic", measured),
                                 transport_of("electronic_pristine", both_states), plating(),
                                 performance(), status()}) {
            keys.insert(keys.end(), part.begin(), part.end());
        }
        return keys;
    }();
    return table;
}

} // namespace porogen
