#include "porogen/report/result_json.h"

#include <cmath>
#include <limits>
#include <map>

#include <nlohmann/json.hpp>

#include "porogen/core/version.h"
#include "porogen/recipe/options.h"
#include "porogen/report/performance.h"
#include "report/material_names.h"

namespace porogen {

using Json = nlohmann::ordered_json;

namespace {

/// JSON knows neither NaN nor infinity: what does not exist is null.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

template <class Value>
Json by_axis(const EffectiveTransport& transport, Value&& value) {
    Json json = Json::object();
    for (std::size_t a = 0; a < 3; ++a) {
        if (transport.measured[a]) {
            json[std::string(1, axis_names[a])] = value(a);
        }
    }
    return json;
}

Json flow_json(const EffectiveTransport& t) {
    Json json = Json::object();
    for (std::size_t a = 0; a < 3; ++a) {
        if (t.flow[a]) {
            json[std::string(1, axis_names[a])] = {
                {"median", number(t.flow[a]->median)},
                {"p90", number(t.flow[a]->p90)},
                {"p99", number(t.flow[a]->p99)},
                {"largest", number(t.flow[a]->largest)},
                {"stagnant_fraction", number(t.flow[a]->stagnant_fraction)},
                {"half_power_fraction", number(t.flow[a]->half_power_fraction)}};
        }
    }
    return json;
}

Json transport_json(const EffectiveTransport& t) {
    return {
        {"conductivity", by_axis(t, [&](std::size_t a) { return number(t.conductivity[a]); })},
        {"relative", by_axis(t, [&](std::size_t a) { return number(t.relative[a]); })},
        {"tortuosity_factor",
         by_axis(t, [&](std::size_t a) { return number(t.tortuosity_factor[a]); })},
        {"macmullin_number",
         by_axis(t, [&](std::size_t a) { return number(t.macmullin_number[a]); })},
        {"bruggeman_exponent",
         by_axis(t, [&](std::size_t a) { return number(t.bruggeman_exponent[a]); })},
        {"electrode_tortuosity_factor",
         by_axis(t, [&](std::size_t a) { return number(t.electrode_tortuosity_factor[a]); })},
        {"percolates", by_axis(t, [&](std::size_t a) { return Json(t.report[a].percolates); })},
        {"iterations", by_axis(t, [&](std::size_t a) { return Json(t.report[a].iterations); })},
        {"residual", by_axis(t, [&](std::size_t a) { return number(t.report[a].residual); })},
        {"error", by_axis(t, [&](std::size_t a) { return number(t.report[a].error); })},
        {"flux_imbalance",
         by_axis(t, [&](std::size_t a) { return number(t.report[a].flux_imbalance); })},
        {"unknowns", by_axis(t, [&](std::size_t a) { return Json(t.report[a].unknowns); })},
        {"dead_end", by_axis(t, [&](std::size_t a) { return Json(t.report[a].dead_end); })},
        {"floating", by_axis(t, [&](std::size_t a) { return Json(t.report[a].floating); })},
        {"seconds", by_axis(t, [&](std::size_t a) { return number(t.report[a].seconds); })},
        {"converged", by_axis(t, [&](std::size_t a) { return Json(t.report[a].converged); })},
        {"carrier_fraction", number(t.carrier_fraction)},
        {"current_density", flow_json(t)},
    };
}

Json metrics_json(const UniformityMetrics& m) {
    return {
        {"cov", number(m.cov)},
        {"gini", number(m.gini)},
        {"p99_ratio", number(m.p99_ratio)},
        {"active_area", number(m.active_area)},
        {"top_fraction", number(m.top_fraction)},
        {"bottom_fraction", number(m.bottom_fraction)},
        {"centroid", number(m.centroid)},
        {"fill", number(m.fill)},
        {"uniformity", number(m.uniformity)},
    };
}

Json capacity_or_null(double capacity) {
    return capacity < 0 ? Json(nullptr) : number(capacity);
}

Json step_json(const PlateStep& s) {
    Json step = {{"capacity", number(s.capacity)},
                 {"voltage", number(s.voltage)},
                 {"time", number(s.time)},
                 {"li_volume", number(s.li_volume)},
                 {"overflow", number(s.overflow)}};
    step.update(metrics_json(s.metrics));
    return step;
}

Json numbers(const std::vector<double>& values) {
    Json json = Json::array();
    for (const double value : values) {
        json.push_back(number(value));
    }
    return json;
}

/// Steps and metrics of the one-dimensional model.
Json homogenised_result(const PlateResult& p) {
    Json steps = Json::array();
    for (const PlateStep& s : p.steps) {
        steps.push_back(step_json(s));
    }
    Json metrics = metrics_json(p.metrics);
    metrics["overflow_capacity"] = capacity_or_null(p.overflow_capacity);
    metrics["clog_capacity"] = capacity_or_null(p.clog_capacity);
    metrics["overflow_fraction"] = number(p.steps.back().overflow_fraction());
    return {{"steps", std::move(steps)},
            {"metrics", std::move(metrics)},
            {"faraday_error", number(p.faraday_error)}};
}

Json homogenised_electrode(const HomogenisedElectrode& h) {
    return {{"thickness", number(h.thickness)},
            {"porosity", number(h.porosity)},
            {"specific_surface", number(h.specific_surface)},
            {"ionic_conductivity", number(h.ionic)},
            {"electronic_conductivity", number(h.electronic)},
            {"bruggeman_exponent", number(h.bruggeman_exponent)},
            {"area_exponent", number(h.area_exponent)}};
}

/// What was put in: nobody may take it for a prediction.
Json kinetics_inputs(const Recipe& recipe) {
    const Kinetics k = plate_options(recipe).kinetics;
    return {{"surface", recipe.text("plating.surface")},
            {"rate_law", recipe.text("plating.rate_law")},
            {"exchange_current_density", number(k.exchange_current_density)},
            {"film_resistance", number(k.film_resistance)}};
}

Json surface_json(const PlatingSurface& surface) {
    return surface.inert ? Json(nullptr) : number(surface.barrier);
}

/// Barriers by the name of the phase; null where nothing is ever plated.
Json resolved_inputs(const RunResult& r) {
    const ResolvedOptions& o = *r.resolved_options;
    Json json = kinetics_inputs(r.recipe);
    json["barriers"]["collector"] = surface_json(o.collector);
    for (const PlatingSolid& solid : o.solids) {
        json["barriers"][phase_name(r.volume, solid.label)] = {
            {"bare", surface_json(solid.bare)},
            {"coated_pristine", surface_json(solid.coated_pristine)},
            {"coated_lithiated", surface_json(solid.coated_lithiated)}};
    }
    json["barrier_spread"] = number(r.recipe.number("plating.barrier_spread"));
    json["nucleation_sites"] = number(r.recipe.number("plating.nucleation_sites"));
    json["host"] = r.recipe.text("plating.host");
    json["lithiation_speed"] = number(o.lithiation_speed);
    json["contact_resistance"] = number(o.solid_metal_resistance);
    return json;
}

Json resolved_step(const ResolvedStep& s) {
    Json step = step_json(s);
    step["overflow_fraction"] = number(s.overflow_fraction());
    step["inserted"] = number(s.inserted);
    step["lithiated"] = number(s.lithiated);
    step["wetted_area"] = number(s.wetted_area);
    step["covered"] = number(s.covered);
    step["cut_off"] = number(s.cut_off);
    step["depth_cov"] = number(s.depth_cov);
    step["least_concentration"] = number(s.least_concentration);
    step["newton_iterations"] = s.newton_iterations;
    step["linear_iterations"] = s.linear_iterations;
    return step;
}

Json resolved_json(const RunResult& r) {
    const ResolvedPlating& p = *r.resolved;
    Json steps = Json::array();
    for (const ResolvedStep& s : p.steps) {
        steps.push_back(resolved_step(s));
    }
    const ResolvedStep& last = p.steps.back();
    Json metrics = metrics_json(last.metrics);
    metrics["overflow_capacity"] = capacity_or_null(p.overflow_capacity);
    metrics["clog_capacity"] = capacity_or_null(p.clog_capacity);
    metrics["overflow_fraction"] = number(last.overflow_fraction());
    metrics["separator_capacity"] = capacity_or_null(p.separator_capacity);
    metrics["depth_cov"] = number(last.depth_cov);
    metrics["covered"] = number(last.covered);
    metrics["cut_off"] = number(last.cut_off);

    Json json = {{"model", "resolved"},
                 {"inputs", resolved_inputs(r)},
                 {"potentials", p.model == PotentialModel::two_potentials ? "two" : "one"},
                 {"concentration", p.concentration},
                 {"steps", std::move(steps)},
                 {"nucleation_overpotential", number(p.nucleation_overpotential)},
                 {"activation", number(p.activation)},
                 {"metrics", std::move(metrics)},
                 {"faraday_error", number(p.faraday_error)},
                 {"largest_correction", number(p.largest_correction)},
                 {"limiting_current", number(p.limiting_current)},
                 {"headroom", number(p.headroom_layers * r.volume.voxel.z())},
                 {"wagner", r.plating ? number(r.plating->wagner) : Json(nullptr)},
                 {"nu", r.plating ? number(r.plating->nu) : Json(nullptr)},
                 {"converged", p.converged}};
    json["activation_curve"] = Json::array();
    for (const auto& [voltage, inserted] : p.activation_curve) {
        json["activation_curve"].push_back(
            {{"voltage", number(voltage)}, {"inserted", number(inserted)}});
    }
    json["snapshots"] = Json::array();
    for (const PlatingSnapshot& snapshot : p.snapshots) {
        json["snapshots"].push_back(
            {{"capacity", number(snapshot.capacity)}, {"fill", numbers(snapshot.fill)}});
    }
    json["homogenised"] = nullptr; // the warnings say why
    if (r.plating) {
        json["homogenised"] = homogenised_electrode(*r.homogenised);
        json["homogenised"].update(homogenised_result(*r.plating));
    }
    return json;
}

/// Precondition: it is plated.
Json plating_object(const RunResult& r) {
    if (r.resolved) {
        return resolved_json(r);
    }
    Json json = {{"model", "homogenised"}, {"inputs", kinetics_inputs(r.recipe)}};
    json.update(homogenised_result(*r.plating));
    json["wagner"] = number(r.plating->wagner);
    json["nu"] = number(r.plating->nu);
    json["homogenised"] = homogenised_electrode(*r.homogenised);
    return json;
}

Json performance_json(const RunResult& r) {
    const AnodePerformance p = anode_performance(r);
    return {{"areal_mass", number(p.areal_mass)},
            {"host_capacity", number(p.host_capacity)},
            {"lithium_mass", number(p.lithium_mass)},
            {"capacity", number(p.capacity)},
            {"thickness", number(p.thickness)},
            {"capacity_per_volume", number(p.capacity_per_volume)},
            {"capacity_per_mass", number(p.capacity_per_mass)},
            {"energy_per_volume", number(p.energy_per_volume)},
            {"energy_per_mass", number(p.energy_per_mass)},
            {"local_current_density", number(p.local_current_density)}};
}

Json status_json(const RunResult& r) {
    return {{"converged", r.converged}, {"warnings", r.warnings}};
}

Json recipe_json(const Recipe& recipe) {
    Json json = Json::object();
    for (const auto& [key, value] : recipe.values()) {
        Json* place = &json;
        std::size_t begin = 0;
        for (std::size_t dot = key.find('.'); dot != std::string::npos;
             dot = key.find('.', begin)) {
            place = &(*place)[key.substr(begin, dot - begin)];
            begin = dot + 1;
        }
        (*place)[key.substr(begin)] = std::visit([](const auto& v) { return Json(v); }, value);
    }
    return json;
}

Json percentiles(const SizeDistribution& sizes) {
    return {{"d10", number(sizes.d10)}, {"d50", number(sizes.d50)}, {"d90", number(sizes.d90)}};
}

Json film_json(const RunResult& r) {
    const CoatReport& film = r.coating;
    return {{"material", r.recipe.text("coat.material")},
            {"order", r.recipe.text("coat.order")},
            {"mass_fraction", number(film.mass_fraction)},
            {"area", number(film.area)},
            {"coverage", number(film.coverage)},
            {"buried_fraction", number(film.buried_fraction)},
            {"conducting_fraction", number(film.conducting_fraction)},
            {"thickness",
             {{"mean", number(film.thickness)},
              {"d10", number(film.thickness_d10)},
              {"d50", number(film.thickness_d50)},
              {"d90", number(film.thickness_d90)}}},
            {"sheet_conductance", number(film.sheet_conductance)},
            {"contact_factor", number(film.contact_factor)},
            {"volume_fraction", number(film.volume_fraction)}};
}

Json chords_json(const std::array<ChordLengths, 3>& chords) {
    Json json = Json::object();
    for (std::size_t a = 0; a < 3; ++a) {
        json[std::string(1, axis_names[a])] = {{"mean", number(chords[a].mean)},
                                               {"d10", number(chords[a].d10)},
                                               {"d50", number(chords[a].d50)},
                                               {"d90", number(chords[a].d90)}};
    }
    return json;
}

Json topology_json(const SpaceTopology& space) {
    return {{"components", space.components},
            {"percolates",
             {{"x", space.percolates[0]}, {"y", space.percolates[1]}, {"z", space.percolates[2]}}},
            {"euler_density", number(space.euler)}};
}

Json contacts_json(const ContactStatistics& c) {
    return {{"count", c.contacts.size()},
            {"coordination", number(c.mean_coordination)},
            {"area",
             {{"mean", number(c.mean_area)},
              {"d10", number(c.area_d10)},
              {"d50", number(c.area_d50)},
              {"d90", number(c.area_d90)}}},
            {"area_fraction", number(c.area_fraction)},
            {"on_collector", c.on_floor},
            {"on_separator", c.on_lid}};
}

/// Every population by its name: links of a fibre count one by one.
Json populations_json(const RunResult& r) {
    Json json = Json::object();
    std::map<std::string, Packing> populations;
    for (const Particle& particle : r.cast.packing.particles) {
        Packing& packing = populations[particle.population];
        packing.box = r.cast.packing.box;
        packing.particles.push_back(particle);
    }
    for (const auto& [name, packing] : populations) {
        const double total = volume(packing, Role::host) + volume(packing, Role::porogen);
        json[name] = {{"particles", packing.particles.size()},
                      {"volume_fraction", number(total / r.cast.packing.box.size.prod())}};
    }
    return json;
}

Json geometry_json(const RunResult& r) {
    const PhaseVolume& grid = r.volume;
    Json targets = Json::object();
    for (const Target& target : r.targets) {
        targets[target.key] = {{"asked", number(target.asked)}, {"got", number(target.got)}};
    }
    return {
        {"porosity", number(r.morphology.porosity)},
        {"open_porosity", number(r.morphology.open_porosity)},
        {"pore_connected", r.morphology.pore_connected},
        {"solid_connected", r.morphology.solid_connected},
        {"solid_largest", number(r.morphology.solid_largest)},
        {"specific_surface", number(r.morphology.specific_surface)},
        {"thickness", number(grid.size().z())},
        {"voxel_size", number(grid.voxel.z())},
        {"shape", {grid.shape().x, grid.shape().y, grid.shape().z}},
        {"particles", r.cast.packing.particles.size()},
        {"overlap_fraction", number(r.cast.report.overlap_fraction)},
        {"deepest_overlap", number(r.cast.report.deepest_overlap)},
        {"surface_offset", number(r.porosity_fit.offset)},
        {"porosity_cast", number(r.porosity_fit.porosity_before)},
        {"orientation_r", number(r.cast.report.orientation_r)},
        {"order_parameter", number(r.cast.report.order_parameter)},
        {"cnt_mass_fraction", number(r.coating.mass_fraction)},
        {"cnt_thickness", number(r.coating.thickness)},
        {"cnt_coverage", number(r.coating.coverage)},
        {"cnt_sheet_conductance", number(r.coating.sheet_conductance)},
        {"cnt_volume_fraction", number(r.coating.volume_fraction)},
        {"pore_diameter", percentiles(r.microstructure.pores)},
        {"grain_diameter", percentiles(r.microstructure.grains)},
        {"film", film_json(r)},
        {"sintering",
         {{"surface_before", number(r.sintering.surface_before)},
          {"surface_after", number(r.sintering.surface_after)},
          {"steps", r.sintering.steps}}},
        {"binder",
         {{"volume_fraction", number(r.binder.volume_fraction)},
          {"neck_radius", number(r.binder.neck_radius)}}},
        {"chord_length",
         {{"pore", chords_json(r.microstructure.chords.pore)},
          {"solid", chords_json(r.microstructure.chords.solid)}}},
        {"two_point_surface", number(r.microstructure.correlation.specific_surface)},
        {"topology",
         {{"pore", topology_json(r.microstructure.topology.pore)},
          {"solid", topology_json(r.microstructure.topology.solid)}}},
        {"contacts", contacts_json(r.microstructure.contacts)},
        {"populations", populations_json(r)},
        {"targets", std::move(targets)},
    };
}

Json program_json() {
    return {{"name", "porogen"}, {"version", version()}, {"commit", commit()}};
}

/// What stands under a dotted key. A name may hold dots itself
/// ("geometry.targets.cast.porosity.got"), so every way to cut the key is tried, the shortest first
/// name first.
const Json* find(const Json& root, std::string_view key) {
    if (key.empty()) {
        return &root;
    }
    if (!root.is_object()) {
        return nullptr;
    }
    for (std::size_t dot = key.find('.'); true; dot = key.find('.', dot + 1)) {
        const auto child = root.find(std::string(key.substr(0, dot)));
        if (child != root.end()) {
            const bool whole = dot == std::string_view::npos;
            const Json* found = find(*child, whole ? std::string_view{} : key.substr(dot + 1));
            if (found != nullptr) {
                return found;
            }
        }
        if (dot == std::string_view::npos) {
            return nullptr;
        }
    }
}

void collect_numbers(const Json& json, const std::string& prefix, std::vector<std::string>& keys) {
    if (json.is_object()) {
        for (const auto& [name, value] : json.items()) {
            collect_numbers(value, prefix.empty() ? name : prefix + "." + name, keys);
        }
    } else if (json.is_number() || json.is_boolean() || json.is_null()) {
        keys.push_back(prefix);
    }
}

} // namespace

std::string result_json(const RunResult& r) {
    Json seconds = Json::object();
    for (const auto& [stage, value] : r.seconds) {
        seconds[stage] = number(value);
    }
    Json json = {{"program", program_json()},      {"recipe", recipe_json(r.recipe)},
                 {"recipe_hash", r.recipe.hash()}, {"seed", r.recipe.integer("seed")},
                 {"threads", r.threads},           {"seconds", std::move(seconds)},
                 {"geometry", geometry_json(r)}};
    if (r.ionic) {
        json["transport"]["ionic"] = transport_json(*r.ionic);
    }
    if (r.electronic) {
        json["transport"]["electronic"] = transport_json(*r.electronic);
    }
    if (r.electronic_pristine) {
        json["transport"]["electronic_pristine"] = transport_json(*r.electronic_pristine);
    }
    if (is_plated(r)) {
        json["plating"] = plating_object(r);
    }
    json["performance"] = performance_json(r);
    json["status"] = status_json(r);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string plating_json(const RunResult& r) {
    Json json = {{"program", program_json()},
                 {"recipe_hash", r.recipe.hash()},
                 {"seed", r.recipe.integer("seed")}};
    if (is_plated(r)) {
        json["plating"] = plating_object(r);
    }
    json["status"] = status_json(r);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string image_json(const PhaseVolume& volume, const std::string& source,
                       const std::vector<std::pair<std::uint8_t, double>>& conductivity,
                       const EffectiveTransport& transport, const Mat3* tensor) {
    const std::vector<double> fractions = phase_fractions(volume);
    Json phases = Json::array();
    for (std::size_t p = 0; p < volume.phases.size(); ++p) {
        double sigma = 0;
        for (const auto& [label, value] : conductivity) {
            sigma = label == volume.phases[p].label ? value : sigma;
        }
        phases.push_back({{"label", volume.phases[p].label},
                          {"volume_fraction", number(fractions[p])},
                          {"conductivity", number(sigma)}});
    }
    Json json = {{"program", program_json()},
                 {"image",
                  {{"file", source},
                   {"shape", {volume.shape().x, volume.shape().y, volume.shape().z}},
                   {"voxel_size", {volume.voxel.x(), volume.voxel.y(), volume.voxel.z()}},
                   {"phases", std::move(phases)}}},
                 {"transport", transport_json(transport)}};
    if (tensor != nullptr) {
        Json rows = Json::array();
        for (int a = 0; a < 3; ++a) {
            rows.push_back(
                {number((*tensor)(a, 0)), number((*tensor)(a, 1)), number((*tensor)(a, 2))});
        }
        json["transport"]["tensor"] = std::move(rows);
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<double> result_number(std::string_view json, std::string_view key) {
    const Json root = Json::parse(json, nullptr, false);
    const Json* const value = find(root, key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_boolean()) {
        return value->get<bool>() ? 1.0 : 0.0;
    }
    if (value->is_null()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

std::string result_recipe_hash(std::string_view json) {
    const Json root = Json::parse(json, nullptr, false);
    const Json* const value = find(root, "recipe_hash");
    return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

std::vector<std::string> result_keys(std::string_view json) {
    std::vector<std::string> keys;
    collect_numbers(Json::parse(json, nullptr, false), "", keys);
    return keys;
}

} // namespace porogen
