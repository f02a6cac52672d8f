#include "porogen/recipe/options.h"

#include <doctest/doctest.h>

#include "porogen/core/errors.h"

using namespace porogen;

namespace {
Recipe with(const std::vector<std::string>& overrides) {
    return Recipe::parse("", "test.toml", overrides);
}

std::string reason(const Recipe& recipe) {
    try {
        cast_options(recipe);
    } catch (const Error& error) {
        return std::to_string(static_cast<int>(error.code())) + ' ' + error.what();
    }
    return "accepted";
}
} // namespace

TEST_CASE("an empty recipe gives the defaults that the modules' own options have") {
    const Recipe recipe = with({});
    const CastOptions cast = cast_options(recipe);
    const CastOptions plain;
    CHECK((cast.size - plain.size).norm() < 1e-18);
    CHECK(cast.host_fraction == doctest::Approx(plain.host_fraction).epsilon(1e-15));
    CHECK(cast.populations[0].diameter ==
          doctest::Approx(plain.populations[0].diameter).epsilon(1e-14));
    CHECK(cast.populations[0].diameter_spread == plain.populations[0].diameter_spread);
    CHECK(cast.populations[0].diameter_min ==
          doctest::Approx(plain.populations[0].diameter_min).epsilon(1e-14));
    CHECK(cast.populations[0].diameter_max ==
          doctest::Approx(plain.populations[0].diameter_max).epsilon(1e-14));
    CHECK(cast.populations[0].aspect == plain.populations[0].aspect);
    CHECK(cast.populations[0].aspect_spread == plain.populations[0].aspect_spread);
    CHECK(cast.populations[0].rounding == plain.populations[0].rounding);
    CHECK(cast.populations[1].diameter_min ==
          doctest::Approx(plain.populations[1].diameter_min).epsilon(1e-14));
    CHECK(cast.populations[1].diameter_max ==
          doctest::Approx(plain.populations[1].diameter_max).epsilon(1e-14));
    CHECK(cast.seed == plain.seed);
    CHECK(cast.fill_height == plain.fill_height);
    CHECK(cast.max_overlap == plain.max_overlap);
    CHECK(cast.max_sweeps == plain.max_sweeps);

    const RasteriseOptions raster = rasterise_options(recipe);
    CHECK(raster.voxel == doctest::Approx(RasteriseOptions{}.voxel).epsilon(1e-14));
    CHECK(raster.band == RasteriseOptions{}.band);
    CHECK(raster.solid_name == "llto");

    const CoatOptions coat = coat_options(recipe);
    CHECK(coat.mass_fraction == CoatOptions{}.mass_fraction);
    CHECK(coat.host_density == CoatOptions{}.host_density);
    CHECK(coat.film_density == CoatOptions{}.film_density);
    CHECK(coat.film_porosity == CoatOptions{}.film_porosity);
    CHECK(coat.film_conductivity == CoatOptions{}.film_conductivity);
    CHECK(coat.percolation_mass == CoatOptions{}.percolation_mass);
    CHECK(coat.percolation_exponent == CoatOptions{}.percolation_exponent);
    CHECK(coat.contact_factor == CoatOptions{}.contact_factor);

    CHECK(solve_options(recipe).tolerance == SolveOptions{}.tolerance);
    CHECK(solve_options(recipe).max_iterations == SolveOptions{}.max_iterations);
    CHECK(transport_axes(recipe) == AxisMask{true, true, true});

    const PlateOptions plate = plate_options(recipe);
    CHECK(plate.current == doctest::Approx(PlateOptions{}.current).epsilon(1e-14));
    CHECK(plate.capacity == doctest::Approx(PlateOptions{}.capacity).epsilon(1e-14));
    CHECK(plate.lithium_molar_volume == PlateOptions{}.lithium_molar_volume);
    CHECK(plate.cells == PlateOptions{}.cells);
    CHECK(plate.max_fill_step == PlateOptions{}.max_fill_step);
    CHECK(plate.kinetics.temperature == Kinetics{}.temperature);

    CHECK(search_options(recipe).strategy == Strategy::global_then_local);
    CHECK(search_options(recipe).max_evaluations == SearchOptions{}.max_evaluations);
    CHECK(search_options(recipe).tolerance == SearchOptions{}.tolerance);
}

TEST_CASE("every option follows its key") {
    const Recipe recipe = with(
        {"seed=7", "domain.size_x=20 um", "domain.size_y=30 um", "domain.thickness=40 um",
         "domain.voxel=500 nm", "cast.porosity=60 %", "porogen.fraction=0.3", "cast.max_offset=2",
         "transport.axes=xz", "transport.tolerance=1e-8", "plating.rate_law=tafel",
         "optimize.strategy=cobyla", "materials.constants.T=40 degC", "coat.mass_fraction=0",
         "materials.cnt.film_conductivity=30 S/cm", "plating.capacity=1 mAh/cm2"});
    const CastOptions cast = cast_options(recipe);
    CHECK(cast.seed == 7);
    CHECK((cast.size - Vec3(20e-6, 30e-6, 40e-6)).norm() < 1e-18);
    CHECK(cast.host_fraction == doctest::Approx(0.4).epsilon(1e-15));
    CHECK(cast.porogen_fraction == 0.3);
    CHECK(rasterise_options(recipe).voxel == doctest::Approx(0.5e-6).epsilon(1e-14));
    CHECK(rasterise_options(recipe).band == 5);
    CHECK(transport_axes(recipe) == AxisMask{true, false, true});
    CHECK(solve_options(recipe).tolerance == 1e-8);
    CHECK(plate_options(recipe).kinetics.law == RateLaw::tafel);
    CHECK(plate_options(recipe).kinetics.temperature == doctest::Approx(313.15));
    CHECK(plate_options(recipe).capacity == doctest::Approx(36000).epsilon(1e-14));
    CHECK(search_options(recipe).strategy == Strategy::cobyla);
    CHECK(coat_options(recipe).mass_fraction == 0);
    CHECK(coat_options(recipe).film_conductivity == doctest::Approx(3000).epsilon(1e-14));
}

TEST_CASE("a calibrated surface holds its film already, a lithium surface has it in series") {
    const Kinetics calibrated = plate_options(with({})).kinetics;
    CHECK(calibrated.exchange_current_density == 0.11);
    CHECK(calibrated.film_resistance == 0);
    const Kinetics lithium = plate_options(with({"plating.surface=lithium"})).kinetics;
    CHECK(lithium.exchange_current_density == 10);
    CHECK(lithium.film_resistance == 2e-3);
}

TEST_CASE("the host conducts as its state says") {
    CHECK(host_electronic_conductivity(with({})) == 0.1);
    CHECK(host_electronic_conductivity(with({"transport.host_state=pristine"})) == 1e-6);
}

TEST_CASE("the porogen fraction leaves the asked porosity after burnout") {
    for (const double porosity : {0.40, 0.46, 0.50, 0.60}) {
        Recipe recipe = with({});
        recipe.set_number("cast.porosity", porosity);
        const double phi = porogen_fraction(recipe);
        CHECK(phi + (1 - phi) * 0.40 == doctest::Approx(porosity).epsilon(1e-14));
        CHECK(phi >= 0);
    }
    CHECK(porogen_fraction(with({"cast.wall_porosity=0"})) == 0.46); // every pore is a bead's
}

TEST_CASE(
    "a design that cannot exist is infeasible, a contradiction is bad input, and both say where") {
    CHECK(reason(with({"cast.porosity=0.3"})) ==
          "3 --set cast.porosity=0.3: cast.porosity = 0.3 is below cast.wall_porosity = 0.4 (the "
          "flakes alone "
          "leave more pores than asked for); raise the porosity or lower the wall porosity");
    CHECK(reason(with({"domain.voxel=0.32 um"})) ==
          "2 --set domain.voxel=0.32 um: domain.thickness = 42 um is no whole number of voxels "
          "(0.32 um each); "
          "take 41.92 um or 42.24 um, or another domain.voxel");
    CHECK(reason(with({"domain.size_x=1 um", "domain.voxel=10 um"})) ==
          "2 --set domain.size_x=1 um: domain.size_x = 1 um is no whole number of voxels (10 um "
          "each); take 10 um "
          "or 20 um, or another domain.voxel");
    CHECK(reason(with({"domain.voxel=0.1 um"})) == "accepted"); // 420 voxels, up to rounding
}
