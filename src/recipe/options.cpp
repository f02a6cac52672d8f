#include "porogen/recipe/options.h"

#include <algorithm>
#include <cmath>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "recipe/between_keys.h"
#include "recipe/lookup.h"
#include "recipe/si_units.h"
#include "recipe/value.h"

namespace porogen {

namespace {

/// "domain.voxel = 0.25 um"
std::string shown(const Recipe& recipe, std::string_view key) {
    return std::string(key) + " = " + readable(*find_key(key), recipe.number(key));
}

/// A place to point at: where the first of the keys that somebody wrote stands.
std::string place(const Recipe& recipe, const std::vector<std::string_view>& keys) {
    for (const std::string_view key : keys) {
        if (recipe.is_given(key)) {
            return recipe.where(key) + ": ";
        }
    }
    return recipe.name() + ": ";
}

/// The grid wants whole voxels, and moving a side behind the user's back would change the
/// electrode.
void check_whole_voxels(const Recipe& recipe, std::string_view key) {
    const double voxel = recipe.number("domain.voxel");
    const double count = recipe.number(key) / voxel;
    if (count >= 0.5 && std::abs(count - std::nearbyint(count)) < 1e-6 * count) {
        return;
    }
    const KeySpec& spec = *find_key(key);
    const double below = std::max(1.0, std::floor(count));
    const auto side = [&](double cells) { return readable(spec, rounded(cells * voxel, 10)); };
    throw_bad_input(place(recipe, {key, "domain.voxel"}) + shown(recipe, key) +
                    " is no whole number of voxels (" + readable(*find_key("domain.voxel"), voxel) +
                    " each); take " + side(below) + " or " + side(below + 1) +
                    ", or another domain.voxel");
}

void check_order(const Recipe& recipe, const std::string& small, const std::string& large) {
    if (recipe.is_auto(small) || recipe.is_auto(large)) {
        return;
    }
    if (!(recipe.number(small) <= recipe.number(large))) {
        throw_bad_input(place(recipe, {small, large}) + shown(recipe, small) + " is above " +
                        shown(recipe, large) +
                        " (the first must not exceed the second); change one of them");
    }
}

void check_box(const Recipe& recipe) {
    for (const std::string_view key : {"domain.size_x", "domain.size_y", "domain.thickness"}) {
        check_whole_voxels(recipe, key);
    }
}

RateLaw rate_law(const Recipe& recipe) {
    const std::string& law = recipe.text("plating.rate_law");
    return law == "linear"  ? RateLaw::linear
           : law == "tafel" ? RateLaw::tafel
                            : RateLaw::butler_volmer;
}

/// The surface as the source paper's impedance shows it already holds its film; a lithium surface
/// does not.
Kinetics kinetics(const Recipe& recipe) {
    const bool lithium = recipe.text("plating.surface") == "lithium";
    Kinetics kinetics;
    kinetics.law = rate_law(recipe);
    kinetics.exchange_current_density = recipe.number(
        lithium ? "materials.kinetics.i0_Li" : "materials.kinetics.i0_effective_from_paper");
    kinetics.film_resistance = lithium ? recipe.number("materials.sei.area_resistance") : 0;
    kinetics.alpha_a = recipe.number("materials.kinetics.alpha_a");
    kinetics.alpha_c = recipe.number("materials.kinetics.alpha_c");
    kinetics.temperature = recipe.number("materials.constants.T");
    return kinetics;
}

double host_density(const Recipe& recipe) {
    return recipe.number("materials." + recipe.text("host.material") + ".density");
}

/// Volume of binder / volume of host [1].
double binder_per_host(const Recipe& recipe) {
    return recipe.number("binder.mass_fraction") * host_density(recipe) /
           recipe.number("materials.binder_slurry.pvdf_density");
}

double density_of(Role role, const Recipe& recipe) {
    return role == Role::host ? host_density(recipe) : recipe.number("materials.pmma.density");
}

[[noreturn]] void throw_wrong_shares(const Recipe& recipe, const ShareKeys& shares, double sum,
                                     const std::string& advice) {
    std::string parts;
    std::string at;
    for (const std::string& key : shares.all()) {
        if (!recipe.is_auto(key)) {
            parts += (parts.empty() ? "" : ", ") + shown(recipe, key);
            at = at.empty() && recipe.is_given(key) ? recipe.where(key) : at;
        }
    }
    at = at.empty() ? recipe.where(shares.of_populations.front()) : at; // every share a default
    throw_bad_input(at + ": the shares of the " + shares.role + " add up to " +
                    format_number(rounded(sum, 6)) + " (they are parts of one whole: " + parts +
                    "); " + advice);
}

/// What the flakes or the beads take of the host or the porogen.
double base_share(const Recipe& recipe, const ShareKeys& shares) {
    double sum = 0;
    for (const std::string& key : shares.of_populations) {
        sum += recipe.number(key);
    }
    if (recipe.is_auto(shares.base)) {
        if (!(sum <= 1 + share_slack)) {
            throw_wrong_shares(recipe, shares, sum, "lower one of them");
        }
        return sum >= 1 - share_slack ? 0 : 1 - sum;
    }
    sum += recipe.number(shares.base);
    if (!(std::abs(sum - 1) <= share_slack)) {
        throw_wrong_shares(recipe, shares, sum,
                           "correct one, or leave " + shares.base + " at \"auto\"");
    }
    return recipe.number(shares.base);
}

Population flakes(const Recipe& recipe) {
    Population flakes;
    flakes.share = base_share(recipe, share_keys(recipe, "host"));
    flakes.diameter = recipe.number("flakes.diameter");
    flakes.diameter_spread = recipe.number("flakes.diameter_spread");
    flakes.diameter_min = recipe.number("flakes.diameter_min");
    flakes.diameter_max = recipe.number("flakes.diameter_max");
    flakes.aspect = recipe.number("flakes.aspect");
    flakes.aspect_spread = recipe.number("flakes.aspect_spread");
    flakes.rounding = recipe.number("flakes.rounding");
    flakes.density = density_of(flakes.role, recipe);
    return flakes;
}

Population beads(const Recipe& recipe) {
    Population beads = porogen_beads();
    beads.share = base_share(recipe, share_keys(recipe, "porogen"));
    beads.diameter_min = recipe.number("porogen.diameter_min");
    beads.diameter_max = recipe.number("porogen.diameter_max");
    beads.density = density_of(beads.role, recipe);
    return beads;
}

ParticleShape shape(const std::string& name) {
    return name == "sphere"      ? ParticleShape::sphere
           : name == "ellipsoid" ? ParticleShape::ellipsoid
           : name == "fibre"     ? ParticleShape::fibre
           : name == "plate"     ? ParticleShape::plate
                                 : ParticleShape::flake;
}

Population population(const Recipe& recipe, const std::string& name) {
    const auto key = [&](const char* field) { return "population." + name + '.' + field; };
    const auto number = [&](const char* field) { return recipe.number(key(field)); };
    const auto end = [&](const char* field, double automatic) {
        return recipe.is_auto(key(field)) ? automatic : number(field);
    };
    Population population;
    population.name = name;
    population.role = recipe.text(key("role")) == "porogen" ? Role::porogen : Role::host;
    population.shape = shape(recipe.text(key("shape")));
    population.share = number("share");
    population.size_law =
        recipe.text(key("size_law")) == "uniform" ? SizeLaw::uniform : SizeLaw::lognormal;
    population.diameter = number("diameter");
    population.diameter_spread = number("diameter_spread");
    population.diameter_min = end("diameter_min", population.diameter / 2);
    population.diameter_max = end("diameter_max", 2 * population.diameter);
    if (population.size_law == SizeLaw::uniform) {
        population.diameter = (population.diameter_min + population.diameter_max) / 2;
    }
    population.aspect = number("aspect");
    population.aspect_spread = number("aspect_spread");
    population.rounding = number("rounding");
    population.flatness = number("flatness");
    population.persistence_length = number("persistence_length");
    population.density = density_of(population.role, recipe);
    return population;
}

/// All that take a part; those without would not be one particle.
std::vector<Population> populations(const Recipe& recipe) {
    std::vector<Population> all{flakes(recipe), beads(recipe)};
    for (const std::string& name : recipe.populations()) {
        all.push_back(population(recipe, name));
    }
    std::erase_if(all, [](const Population& p) { return !(p.share > 0); });
    return all;
}

double barrier(const Recipe& recipe, const char* surface) {
    return recipe.number(std::string("materials.kinetics.eta_nuc_") + surface);
}

PlatingSurface surface_with(const Recipe& recipe, double barrier) {
    PlatingSurface surface;
    surface.barrier = barrier;
    if (barrier > 0) {
        surface.barrier_spread = recipe.number("plating.barrier_spread");
        surface.site_density = recipe.number("plating.nucleation_sites");
    }
    return surface;
}

/// Under a film the host's surface counts no more. Of those of ZnO and Cu2S no barrier is known;
/// lithium wets both, so they are taken to have none.
void coat_surface(PlatingSolid& solid, const Recipe& recipe) {
    const bool tubes = recipe.text("coat.material") == "cnt";
    solid.coated_pristine = surface_with(recipe, tubes ? barrier(recipe, "CNT") : 0);
    solid.coated_lithiated = solid.coated_pristine;
}

/// A foil is part of the collector; other copper conducts as it does.
bool is_foil(const Recipe& recipe) {
    const std::vector<Population> all = populations(recipe);
    return recipe.text("host.material") == "copper" &&
           std::ranges::all_of(all, [](const Population& p) {
               return p.role == Role::porogen || p.shape == ParticleShape::plate;
           });
}

PlatingSolid plating_host(const Recipe& recipe, std::uint8_t label) {
    const std::string& material = recipe.text("host.material");
    PlatingSolid host;
    host.label = label;
    coat_surface(host, recipe);
    if (material != "llto") {
        host.collector = is_foil(recipe);
        host.lithiated_conductivity =
            recipe.number("materials." + material + ".electronic_conductivity");
        host.pristine_conductivity = host.lithiated_conductivity;
        host.bare = surface_with(recipe, barrier(recipe, material == "copper" ? "Cu" : "CNT"));
        return host;
    }
    host.pristine_conductivity = recipe.number("materials.llto.sigma_e_pristine");
    host.lithiated_conductivity = recipe.number("materials.llto.sigma_e_lithiated");
    host.insertion_capacity =
        recipe.number("materials.llto.capacity") * recipe.number("materials.llto.density");
    host.bare = surface_with(recipe, barrier(recipe, "LLTO"));
    if (recipe.text("coat.material") == "cnt") {
        host.coated_lithiated = surface_with(recipe, barrier(recipe, "LLTO_CNT_lithiated"));
    }
    return host;
}

/// Polymer: plated where a film covers it, and nowhere else.
PlatingSolid plating_binder(const Recipe& recipe, std::uint8_t label) {
    PlatingSolid binder;
    binder.label = label;
    binder.bare.inert = true;
    coat_surface(binder, recipe);
    return binder;
}

std::vector<PlatingSolid> plating_solids(const Recipe& recipe, const PhaseVolume& volume) {
    std::vector<PlatingSolid> solids;
    for (const Phase& phase : volume.phases) {
        if (phase.label == pore_label) {
            continue;
        }
        if (phase.name == recipe.text("host.material")) {
            solids.push_back(plating_host(recipe, phase.label));
        } else if (phase.name == "binder") {
            solids.push_back(plating_binder(recipe, phase.label));
        } else {
            throw_bad_input(recipe.name() + ": the volume holds a phase '" + phase.name +
                            "' (plating knows " + recipe.text("host.material") +
                            " and binder); name it as one of them");
        }
    }
    return solids;
}

PotentialModel potential_model(const Recipe& recipe) {
    const std::string& model = recipe.text("plating.potentials");
    return model == "one"   ? PotentialModel::one_potential
           : model == "two" ? PotentialModel::two_potentials
                            : PotentialModel::automatic;
}

Electrolyte electrolyte(const Recipe& recipe) {
    Electrolyte electrolyte;
    electrolyte.conductivity = recipe.number("materials.electrolyte.conductivity");
    electrolyte.concentration = recipe.number("materials.electrolyte.li_concentration");
    electrolyte.diffusivity = recipe.number("materials.electrolyte.salt_diffusivity");
    electrolyte.transference_number = recipe.number("materials.electrolyte.transference_number");
    electrolyte.temperature = recipe.number("materials.constants.T");
    return electrolyte;
}

} // namespace

CastOptions cast_options(const Recipe& recipe) {
    check_box(recipe);
    for (const KeyOrder& order : key_orders(recipe)) {
        check_order(recipe, order.small, order.large);
    }
    CastOptions options;
    options.size = Vec3(recipe.number("domain.size_x"), recipe.number("domain.size_y"),
                        recipe.number("domain.thickness"));
    options.host_fraction = (1 - recipe.number("cast.porosity")) / (1 + binder_per_host(recipe));
    options.porogen_fraction = porogen_fraction(recipe);
    options.populations = populations(recipe);
    options.shear = recipe.number("cast.shear");
    options.settling = recipe.number("cast.settling");
    options.fluid_density = recipe.number("materials.binder_slurry.solvent_density");
    options.orientation_r =
        recipe.is_auto("cast.orientation_r") ? 0 : recipe.number("cast.orientation_r");
    options.seed = static_cast<std::uint64_t>(recipe.integer("seed"));
    options.fill_height = recipe.number("cast.fill_height");
    options.max_overlap = recipe.number("cast.max_overlap");
    options.max_sweeps = static_cast<int>(recipe.integer("cast.max_sweeps"));
    return options;
}

RasteriseOptions rasterise_options(const Recipe& recipe) {
    check_box(recipe);
    RasteriseOptions options;
    options.voxel = recipe.number("domain.voxel");
    // Interpolation of cut cells takes three voxels, after the largest offset.
    options.band = 3 + std::max(1.0, recipe.number("cast.max_offset"));
    options.solid_name = recipe.text("host.material");
    return options;
}

CoatOptions coat_options(const Recipe& recipe) {
    CoatOptions options;
    options.name = recipe.text("coat.material");
    const bool tubes = options.name == "cnt";
    const auto film = [&](const char* name) {
        return recipe.number("materials." + options.name + '.' + name);
    };
    options.mass_fraction = recipe.number("coat.mass_fraction");
    options.host_density = host_density(recipe);
    options.film_density = film(tubes ? "density_multiwall" : "density");
    options.film_porosity = film("coating_porosity");
    options.film_conductivity = film("film_conductivity");
    options.percolation_mass = film("sheet_percolation_mass");
    options.percolation_exponent = film("sheet_exponent");
    options.contact_factor = film(tubes ? "intertube_contact_factor" : "contact_factor");
    options.order =
        recipe.text("coat.order") == "particles" ? CoatOrder::particles : CoatOrder::framework;
    options.coverage = recipe.number("coat.coverage");
    options.patch_size = recipe.number("coat.patch_size");
    options.thickness_spread = recipe.number("coat.thickness_spread");
    options.seed = static_cast<std::uint64_t>(recipe.integer("seed"));
    return options;
}

MeasureOptions measure_options(const Recipe& recipe) {
    MeasureOptions options;
    options.solver.tolerance = recipe.number("transport.tolerance");
    options.solver.max_iterations = static_cast<int>(recipe.integer("transport.max_iterations"));
    const std::string& axes = recipe.text("transport.axes");
    const auto has = [&](char axis) { return axes.find(axis) != std::string::npos; };
    options.axes = {has('x'), has('y'), has('z')};
    options.electrode = recipe.text("transport.electrode_tortuosity") == "yes";
    return options;
}

IonicConductors ionic_conductors(const Recipe& recipe) {
    IonicConductors conductors;
    conductors.electrolyte = recipe.number("materials.electrolyte.conductivity");
    if (recipe.text("host.material") == "llto" && recipe.text("transport.host_ions") == "yes") {
        conductors.host = recipe.number("materials.llto.sigma_ion_total");
        conductors.interface_resistance = recipe.number("materials.llto.R_interface_liquid");
    }
    return conductors;
}

PlateOptions plate_options(const Recipe& recipe) {
    PlateOptions options;
    options.kinetics = kinetics(recipe);
    options.current = recipe.number("plating.current");
    options.capacity = recipe.number("plating.capacity");
    options.lithium_molar_volume = recipe.number("materials.lithium.molar_volume");
    options.cells = static_cast<int>(recipe.integer("plating.cells"));
    options.max_fill_step = recipe.number("plating.max_fill_step");
    return options;
}

namespace {

/// Of LLTO: two kinds of sites where Lin et al. see them in cyclic voltammetry, a third one and all
/// widths chosen such that the mean is the 1.0 V of Zhang et al., Nat. Commun. 2020, 11, 3490. The
/// shape is a guess.
Msmr insertion_potential(const Recipe& recipe) {
    return {.U0 = {recipe.number("materials.llto.insertion_potential_1"),
                   recipe.number("materials.llto.insertion_potential_2"), 0.55},
            .X = {0.22, 0.33, 0.45},
            .w = {2, 3, 9},
            .temperature = recipe.number("materials.constants.T")};
}

} // namespace

ResolvedOptions resolved_options(const Recipe& recipe, const PhaseVolume& volume) {
    ResolvedOptions options;
    options.current = recipe.number("plating.current");
    options.capacity = recipe.number("plating.capacity");
    options.lithium_molar_volume = recipe.number("materials.lithium.molar_volume");
    options.kinetics = kinetics(recipe);
    options.electrolyte = electrolyte(recipe);
    const std::string& concentration = recipe.text("plating.concentration");
    if (concentration != "auto") {
        options.concentration = concentration == "yes";
    }
    options.solids = plating_solids(recipe, volume);
    options.collector = surface_with(recipe, barrier(recipe, "Cu"));
    // As coat() reports it: films of particles touch, one over the framework runs across its necks.
    const CoatOptions film = coat_options(recipe);
    options.sheet_factor = film.order == CoatOrder::particles ? film.contact_factor : 1;
    options.solid_metal_resistance = recipe.number("plating.contact_resistance");
    options.host_state =
        recipe.text("plating.host") == "pristine" ? HostState::pristine : HostState::lithiated;
    // Through a flake's thickness while its diameter / aspect is diffused through.
    options.lithiation_speed = recipe.number("materials.llto.D_chem") *
                               recipe.number("flakes.aspect") / recipe.number("flakes.diameter");
    if (recipe.text("host.material") == "llto") {
        options.insertion = insertion_potential(recipe);
    }
    options.model = potential_model(recipe);
    if (!recipe.is_auto("plating.headroom")) {
        options.headroom = recipe.number("plating.headroom");
    }
    options.max_move = recipe.number("plating.max_move");
    options.max_charge_step = recipe.number("plating.max_charge_step");
    options.snapshots = plating_snapshots(recipe);
    options.depth_cells = static_cast<int>(recipe.integer("plating.depth_cells"));
    options.seed = static_cast<std::uint64_t>(recipe.integer("seed"));
    return options;
}

double host_electronic_conductivity(const Recipe& recipe) {
    const std::string& material = recipe.text("host.material");
    if (material != "llto") {
        return recipe.number("materials." + material + ".electronic_conductivity");
    }
    return recipe.number(recipe.text("transport.host_state") == "pristine"
                             ? "materials.llto.sigma_e_pristine"
                             : "materials.llto.sigma_e_lithiated");
}

std::vector<double> plating_snapshots(const Recipe& recipe) {
    const std::string key = "plating.snapshots";
    const std::string& list = recipe.text(key);
    std::vector<double> charges;
    for (std::size_t begin = 0; begin < list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        const std::string entry = list.substr(begin, end - begin);
        try {
            charges.push_back(parse_quantity(entry, "C/m^2"));
        } catch (const Error& error) {
            throw_bad_input(place(recipe, {key}) + key + ": " + error.what());
        }
        if (!(charges.back() > 0)) {
            throw_bad_input(place(recipe, {key}) + key + ": '" + entry +
                            "' is no charge to plate (it must be above 0); correct it");
        }
        begin = end + 1;
    }
    std::ranges::sort(charges);
    const double last = recipe.number("plating.capacity") * (1 - 1e-9);
    charges.erase(std::ranges::lower_bound(charges, last), charges.end());
    charges.erase(std::ranges::unique(charges).begin(), charges.end());
    return charges;
}

double porogen_fraction(const Recipe& recipe) {
    const double porosity = recipe.number("cast.porosity");
    if (!recipe.is_auto("porogen.fraction")) {
        const double given = recipe.number("porogen.fraction");
        if (!(given <= porosity)) {
            throw_infeasible(place(recipe, {"porogen.fraction", "cast.porosity"}) +
                             shown(recipe, "porogen.fraction") + " is above " +
                             shown(recipe, "cast.porosity") +
                             " (every bead leaves its volume as a pore); lower the fraction or "
                             "raise the porosity");
        }
        return given;
    }
    const double wall = recipe.number("cast.wall_porosity");
    if (!(porosity >= wall)) {
        throw_infeasible(
            place(recipe, {"cast.porosity", "cast.wall_porosity"}) +
            shown(recipe, "cast.porosity") + " is below " + shown(recipe, "cast.wall_porosity") +
            " (the flakes alone leave more pores than asked for); raise the porosity or lower the "
            "wall porosity");
    }
    return (porosity - wall) / (1 - wall);
}

double binder_volume_fraction(const Recipe& recipe) {
    const double binder = binder_per_host(recipe);
    return (1 - recipe.number("cast.porosity")) * binder / (1 + binder);
}

} // namespace porogen
