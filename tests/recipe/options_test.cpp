#include "porogen/recipe/options.h"

#include <doctest/doctest.h>

#include "near.h"
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
    REQUIRE(cast.populations.size() == plain.populations.size());
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(cast.populations[i].name == plain.populations[i].name);
        CHECK(cast.populations[i].role == plain.populations[i].role);
        CHECK(cast.populations[i].shape == plain.populations[i].shape);
        CHECK(cast.populations[i].size_law == plain.populations[i].size_law);
        CHECK(cast.populations[i].share == 1);
        CHECK(cast.populations[i].density == plain.populations[i].density);
    }
    CHECK(cast.shear == plain.shear);
    CHECK(cast.settling == plain.settling);
    CHECK(cast.fluid_density == plain.fluid_density);
    CHECK(cast.orientation_r == plain.orientation_r);
    CHECK(binder_volume_fraction(recipe) == 0);
    CHECK(recipe.number("sinter.length") == 0);
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
    CHECK(coat.order == CoatOptions{}.order);
    CHECK(coat.coverage == CoatOptions{}.coverage);
    CHECK(coat.patch_size == doctest::Approx(CoatOptions{}.patch_size).epsilon(1e-14));
    CHECK(coat.thickness_spread == CoatOptions{}.thickness_spread);
    CHECK(coat.seed == CoatOptions{}.seed);
    CHECK(coat.name == CoatOptions{}.name);

    CHECK(measure_options(recipe).solver.tolerance == SolveOptions{}.tolerance);
    CHECK(measure_options(recipe).solver.max_iterations == SolveOptions{}.max_iterations);
    CHECK(measure_options(recipe).axes == AxisMask{true, true, true});

    const PlateOptions plate = plate_options(recipe);
    CHECK(plate.current == doctest::Approx(PlateOptions{}.current).epsilon(1e-14));
    CHECK(plate.capacity == doctest::Approx(PlateOptions{}.capacity).epsilon(1e-14));
    CHECK(plate.lithium_molar_volume == PlateOptions{}.lithium_molar_volume);
    CHECK(plate.cells == PlateOptions{}.cells);
    CHECK(plate.max_fill_step == PlateOptions{}.max_fill_step);
    CHECK(plate.kinetics.temperature == Kinetics{}.temperature);

    CHECK(search_options(recipe).global == SearchOptions{}.global);
    CHECK(search_options(recipe).local == SearchOptions{}.local);
    CHECK(search_options(recipe).contenders == SearchOptions{}.contenders);
    CHECK(search_options(recipe).replicates == SearchOptions{}.replicates);
    CHECK(search_options(recipe).seeds == SearchOptions{}.seeds);
    CHECK(search_options(recipe).robustness == SearchOptions{}.robustness);
    CHECK(search_options(recipe).samples == SearchOptions{}.samples);
    CHECK(search_options(recipe).screen == 13); // a third of 40
    CHECK(search_options(recipe).max_evaluations == SearchOptions{}.max_evaluations);
    CHECK(search_options(recipe).tolerance == SearchOptions{}.tolerance);
}

TEST_CASE("every option follows its key") {
    const Recipe recipe = with({"seed=7",
                                "domain.size_x=20 um",
                                "domain.size_y=30 um",
                                "domain.thickness=40 um",
                                "domain.voxel=500 nm",
                                "cast.porosity=60 %",
                                "porogen.fraction=0.3",
                                "cast.max_offset=2",
                                "transport.axes=xz",
                                "transport.tolerance=1e-8",
                                "plating.rate_law=tafel",
                                "optimize.local=cobyla",
                                "optimize.global=crs2",
                                "optimize.screen=10 %",
                                "optimize.robustness=worst",
                                "materials.constants.T=40 degC",
                                "coat.mass_fraction=0",
                                "materials.cnt.film_conductivity=30 S/cm",
                                "plating.capacity=1 mAh/cm2",
                                "cast.shear=4",
                                "cast.settling=0.1",
                                "cast.orientation_r=0.6",
                                "coat.order=particles",
                                "coat.coverage=0.8",
                                "coat.patch_size=3 um",
                                "coat.thickness_spread=1.5",
                                "materials.binder_slurry.solvent_density=997 kg/m^3"});
    const CastOptions cast = cast_options(recipe);
    CHECK(cast.seed == 7);
    CHECK((cast.size - Vec3(20e-6, 30e-6, 40e-6)).norm() < 1e-18);
    CHECK(cast.host_fraction == doctest::Approx(0.4).epsilon(1e-15));
    CHECK(cast.porogen_fraction == 0.3);
    CHECK(rasterise_options(recipe).voxel == doctest::Approx(0.5e-6).epsilon(1e-14));
    CHECK(rasterise_options(recipe).band == 5);
    CHECK(measure_options(recipe).axes == AxisMask{true, false, true});
    CHECK(measure_options(recipe).solver.tolerance == 1e-8);
    CHECK(plate_options(recipe).kinetics.law == RateLaw::tafel);
    CHECK(plate_options(recipe).kinetics.temperature == doctest::Approx(313.15));
    CHECK(plate_options(recipe).capacity == doctest::Approx(36000).epsilon(1e-14));
    CHECK(search_options(recipe).local == LocalMethod::cobyla);
    CHECK(search_options(recipe).global == GlobalMethod::crs2);
    CHECK(search_options(recipe).screen == 4);
    CHECK(search_options(recipe).robustness == Robustness::worst);
    CHECK(search_options(recipe).seed == 7);
    CHECK(cast.shear == 4);
    CHECK(cast.settling == 0.1);
    CHECK(cast.orientation_r == 0.6);
    CHECK(cast.fluid_density == 997);
    CHECK(coat_options(recipe).order == CoatOrder::particles);
    CHECK(coat_options(recipe).coverage == 0.8);
    CHECK(coat_options(recipe).patch_size == doctest::Approx(3e-6).epsilon(1e-14));
    CHECK(coat_options(recipe).thickness_spread == 1.5);
    CHECK(coat_options(recipe).seed == 7);
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
    CHECK(host_electronic_conductivity(with({"host.material=copper"})) == 5.96e7);
    CHECK(host_electronic_conductivity(
              with({"host.material=cnt", "transport.host_state=pristine"})) == 3e4);
}

TEST_CASE("the host's material weighs in settling and coating, and names the solid") {
    for (const auto& [material, density] : {std::pair{"llto", 4830.0},
                                            {"carbon_fibre", 1760.0},
                                            {"cnt", 1500.0},
                                            {"copper", 8960.0}}) {
        CAPTURE(material);
        const Recipe recipe = with({std::string("host.material=") + material});
        CHECK(cast_options(recipe).populations[0].density == density);
        CHECK(cast_options(recipe).populations[1].density == 1180);
        CHECK(coat_options(recipe).host_density == density);
        CHECK(rasterise_options(recipe).solid_name == material);
        CHECK(host_electronic_conductivity(recipe) > 0);
    }
}

TEST_CASE("the film's values are those of its material") {
    for (const std::string material : {"zno", "cu2s"}) {
        CAPTURE(material);
        const Recipe recipe = with({"coat.material=" + material});
        const CoatOptions coat = coat_options(recipe);
        const auto value = [&](const char* name) {
            return recipe.number("materials." + material + '.' + name);
        };
        CHECK(coat.name == material);
        CHECK(coat.film_density == value("density"));
        CHECK(coat.film_porosity == value("coating_porosity"));
        CHECK(coat.film_conductivity == value("film_conductivity"));
        CHECK(coat.percolation_mass == value("sheet_percolation_mass"));
        CHECK(coat.percolation_exponent == value("sheet_exponent"));
        CHECK(coat.contact_factor == value("contact_factor"));
        CHECK(coat.film_density > 5000);
    }
}

TEST_CASE("host and binder fill what the porosity leaves, in the ratio of their masses") {
    const Recipe recipe = with({"binder.mass_fraction=0.1", "host.material=copper"});
    const double host = cast_options(recipe).host_fraction;
    const double binder = binder_volume_fraction(recipe);
    CHECK(host + binder == doctest::Approx(0.54).epsilon(1e-14));
    CHECK(binder * 1770 / (host * 8960) == doctest::Approx(0.1).epsilon(1e-14));
}

TEST_CASE("populations share out the volume of their role") {
    const Recipe recipe = Recipe::parse(
        "[population.fine]\nshare = 0.3\ndiameter = \"3 um\"\nrounding = 0.5\n"
        "[population.fibres]\nshape = \"fibre\"\nshare = 0.2\ndiameter = \"1 um\"\n"
        "diameter_spread = 1.2\ndiameter_min = \"0.8 um\"\naspect = 40\naspect_spread = 1.1\n"
        "persistence_length = \"30 um\"\n[population.small]\nrole = \"porogen\"\n"
        "shape = \"ellipsoid\"\nsize_law = \"uniform\"\ndiameter_min = \"1 um\"\n"
        "diameter_max = \"2 um\"\nflatness = 0.25\n[population.none]\nshare = 0\n",
        "test.toml");
    const std::vector<Population> all = cast_options(recipe).populations;
    REQUIRE(all.size() == 4); // the beads have nothing left, none takes nothing
    CHECK(all[0].name == "flakes");
    CHECK(all[0].share == doctest::Approx(0.5).epsilon(1e-15));

    const Population& fibres = all[1]; // in the order of their names
    CHECK(fibres.name == "fibres");
    CHECK(fibres.role == Role::host);
    CHECK(fibres.shape == ParticleShape::fibre);
    CHECK(fibres.share == 0.2);
    CHECK(fibres.diameter == doctest::Approx(1e-6).epsilon(1e-14));
    CHECK(fibres.diameter_spread == 1.2);
    CHECK(fibres.diameter_min == doctest::Approx(0.8e-6).epsilon(1e-14));
    CHECK(fibres.diameter_max == doctest::Approx(2e-6).epsilon(1e-14)); // auto
    CHECK(fibres.aspect == 40);
    CHECK(fibres.aspect_spread == 1.1);
    CHECK(fibres.persistence_length == doctest::Approx(30e-6).epsilon(1e-14));
    CHECK(fibres.density == 4830);

    CHECK(all[2].name == "fine");
    CHECK(all[2].rounding == 0.5);
    CHECK(all[2].diameter_min == doctest::Approx(1.5e-6).epsilon(1e-14)); // auto
    CHECK(all[2].diameter_max == doctest::Approx(6e-6).epsilon(1e-14));

    const Population& small = all[3];
    CHECK(small.role == Role::porogen);
    CHECK(small.shape == ParticleShape::ellipsoid);
    CHECK(small.size_law == SizeLaw::uniform);
    CHECK(small.share == 1);
    CHECK(small.diameter == doctest::Approx(1.5e-6).epsilon(1e-14));
    CHECK(small.flatness == 0.25);
    CHECK(small.density == 1180);
}

TEST_CASE("a population without further words has the defaults of Population") {
    const Recipe recipe = Recipe::parse("[population.more]\n", "test.toml");
    const std::vector<Population> all = cast_options(recipe).populations;
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "porogen");
    const Population plain;
    CHECK(all[1].name == "more");
    CHECK(all[1].role == plain.role);
    CHECK(all[1].shape == plain.shape);
    CHECK(all[1].share == plain.share);
    CHECK(all[1].size_law == plain.size_law);
    CHECK(all[1].diameter == doctest::Approx(plain.diameter).epsilon(1e-14));
    CHECK(all[1].diameter_spread == plain.diameter_spread);
    CHECK(all[1].aspect == plain.aspect);
    CHECK(all[1].aspect_spread == plain.aspect_spread);
    CHECK(all[1].rounding == plain.rounding);
    CHECK(all[1].flatness == plain.flatness);
    CHECK(all[1].persistence_length == doctest::Approx(plain.persistence_length).epsilon(1e-14));
    CHECK(all[1].density == plain.density);
}

TEST_CASE("shares given by hand must add up to one, up to rounding") {
    const auto of = [](const std::string& flakes) {
        return reason(Recipe::parse("flakes.share = " + flakes +
                                        "\n[population.a]\nshare = 0.1\n"
                                        "[population.b]\nshare = 0.2\n",
                                    "test.toml"));
    };
    CHECK(of("0.7") == "accepted"); // 0.1 + 0.2 + 0.7 is not 1 in doubles
    CHECK(of("\"auto\"") == "accepted");
    CHECK(of("0.6") == "2 test.toml:1:16: the shares of the host add up to 0.9 (they are parts of "
                       "one whole: flakes.share = 0.6, population.a.share = 0.1, "
                       "population.b.share = 0.2); correct one, or leave flakes.share at \"auto\"");
    const Recipe thirds = Recipe::parse("[population.a]\nshare = 0.1\n[population.b]\nshare = 0.2\n"
                                        "[population.c]\nshare = 0.7\n",
                                        "test.toml");
    CHECK(cast_options(thirds).populations[0].name == "porogen"); // no flakes of share 1e-16
    CHECK(reason(Recipe::parse("[population.a]\n[population.b]\n", "test.toml")) ==
          "2 test.toml:1:13: the shares of the host add up to 2 (they are parts of one whole: "
          "population.a.share = 1, "
          "population.b.share = 1); lower one of them");
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

namespace {

PhaseVolume volume_of(const std::vector<std::string>& solids) {
    PhaseVolume volume;
    volume.phases = {{0, "pore"}};
    for (const std::string& name : solids) {
        volume.phases.push_back({static_cast<std::uint8_t>(volume.phases.size()), name});
    }
    return volume;
}

} // namespace

TEST_CASE("an empty recipe gives the defaults that the resolved plating's own options have") {
    const ResolvedOptions options = resolved_options(with({}), volume_of({"llto"}));
    const ResolvedOptions plain;
    CHECK(options.current == plain.current);
    CHECK(options.capacity == plain.capacity);
    CHECK(options.lithium_molar_volume == plain.lithium_molar_volume);
    CHECK(options.electrolyte.conductivity == plain.electrolyte.conductivity);
    CHECK(options.electrolyte.concentration == plain.electrolyte.concentration);
    CHECK(options.electrolyte.diffusivity == plain.electrolyte.diffusivity);
    CHECK(options.electrolyte.transference_number == plain.electrolyte.transference_number);
    CHECK(options.electrolyte.temperature == plain.electrolyte.temperature);
    CHECK_FALSE(options.concentration);
    CHECK(options.sheet_factor == plain.sheet_factor);
    CHECK(options.solid_metal_resistance == plain.solid_metal_resistance);
    CHECK(options.host_state == plain.host_state);
    CHECK(options.model == plain.model);
    CHECK_FALSE(options.headroom);
    CHECK(options.max_move == plain.max_move);
    CHECK(options.max_charge_step == plain.max_charge_step);
    CHECK(options.depth_cells == plain.depth_cells);
    CHECK(options.seed == plain.seed);
    // D_chem through a flake of 6.4 um / 3.
    CHECK(options.lithiation_speed == test::near(1e-15 * 3 / 6.4e-6));
    REQUIRE(options.snapshots.size() == 2); // the third is the end itself
    CHECK(options.snapshots[0] == test::near(36000));
    CHECK(options.snapshots[1] == test::near(72000));
}

TEST_CASE("every surface has the barrier that was measured on its material") {
    const ResolvedOptions llto =
        resolved_options(with({"binder.mass_fraction=2 wt%", "plating.nucleation_sites=1e12 m^-2"}),
                         volume_of({"llto", "binder"}));
    CHECK(llto.collector.barrier == 0.1);
    CHECK(llto.collector.barrier_spread == test::near(7.5e-3));
    CHECK(llto.collector.site_density == test::near(1e12));
    REQUIRE(llto.solids.size() == 2);
    const PlatingSolid& host = llto.solids[0];
    CHECK(host.label == 1);
    CHECK_FALSE(host.collector);
    CHECK(host.pristine_conductivity == 1e-6);
    CHECK(host.lithiated_conductivity == 0.1);
    CHECK(host.insertion_capacity == test::near(225 * 3600 * 4830.0)); // 225 mAh/g
    CHECK(host.bare.barrier == 0.061);
    CHECK(host.coated_pristine.barrier == 0.095);
    CHECK(host.coated_lithiated.barrier == 0);
    CHECK(host.coated_lithiated.barrier_spread == 0); // none is none, without scatter
    CHECK(host.coated_lithiated.site_density == 0);
    const PlatingSolid& binder = llto.solids[1];
    CHECK(binder.bare.inert);
    CHECK(binder.insertion_capacity == 0);
    CHECK(binder.lithiated_conductivity == 0);
    CHECK_FALSE(binder.coated_lithiated.inert); // the film over it is plated
    CHECK(binder.coated_lithiated.barrier == 0.095);

    for (const auto& [material, barrier] :
         {std::pair{"copper", 0.1}, {"carbon_fibre", 0.095}, {"cnt", 0.095}}) {
        CAPTURE(material);
        const Recipe recipe = with({std::string("host.material=") + material});
        const ResolvedOptions options = resolved_options(recipe, volume_of({material}));
        REQUIRE(options.solids.size() == 1);
        CHECK(options.solids[0].bare.barrier == barrier);
        CHECK(options.solids[0].insertion_capacity == 0);
        CHECK(options.solids[0].lithiated_conductivity == host_electronic_conductivity(recipe));
        CHECK_FALSE(options.solids[0].collector); // flakes of it
    }
    const Recipe foil = Recipe::parse("[host]\nmaterial = \"copper\"\n[population.foil]\n"
                                      "shape = \"plate\"\nshare = 1\n",
                                      "foil.toml");
    CHECK(resolved_options(foil, volume_of({"copper"})).solids[0].collector);

    const ResolvedOptions zno = resolved_options(with({"coat.material=zno"}), volume_of({"llto"}));
    CHECK(zno.solids[0].coated_pristine.barrier == 0);
    CHECK_THROWS_WITH_AS(resolved_options(with({}), volume_of({"copper"})),
                         "test.toml: the volume holds a phase 'copper' (plating knows llto and "
                         "binder); name it as one of them",
                         Error);
}

TEST_CASE("every option of the resolved plating follows its key") {
    const Recipe recipe = with(
        {"seed=7", "plating.current=1 mA/cm^2", "plating.capacity=3 mAh/cm^2",
         "plating.potentials=two", "plating.concentration=no", "plating.host=pristine",
         "plating.headroom=8 um", "plating.max_move=0.2", "plating.max_charge_step=0.01",
         "plating.snapshots=2 mAh/cm^2, 3.6e4 C/m^2,36000 C/m^2, 5 mAh/cm^2",
         "plating.depth_cells=12", "plating.barrier_spread=5 mV",
         "plating.contact_resistance=10 ohm cm^2", "coat.order=particles", "flakes.diameter=5 um",
         "flakes.aspect=2", "materials.llto.D_chem=1e-14 m^2/s",
         "materials.kinetics.eta_nuc_Cu=50 mV", "materials.electrolyte.transference_number=0.6"});
    const ResolvedOptions options = resolved_options(recipe, volume_of({"llto"}));
    CHECK(options.seed == 7);
    CHECK(options.current == test::near(10));
    CHECK(options.capacity == test::near(108000));
    CHECK(options.model == PotentialModel::two_potentials);
    CHECK(options.concentration == std::optional(false));
    CHECK(options.host_state == HostState::pristine);
    REQUIRE(options.headroom);
    CHECK(*options.headroom == test::near(8e-6));
    CHECK(options.max_move == 0.2);
    CHECK(options.max_charge_step == 0.01);
    REQUIRE(options.snapshots.size() == 2);
    CHECK(options.snapshots[0] == test::near(36000));
    CHECK(options.snapshots[1] == test::near(72000));
    CHECK(options.depth_cells == 12);
    CHECK(options.solid_metal_resistance == test::near(1e-3));
    CHECK(options.sheet_factor == 0.1); // films of particles touch
    CHECK(options.lithiation_speed == test::near(1e-14 * 2 / 5e-6));
    CHECK(options.collector.barrier == test::near(0.05));
    CHECK(options.collector.barrier_spread == test::near(5e-3));
    CHECK(options.electrolyte.transference_number == 0.6);
    CHECK(resolved_options(with({"plating.potentials=one", "plating.concentration=yes"}),
                           volume_of({"llto"}))
              .concentration == std::optional(true));
    CHECK(plating_snapshots(with({"plating.snapshots="})).empty());
}

TEST_CASE("snapshots that are no charges are refused where they stand") {
    for (const auto& [list, message] : {std::pair{"1", "\"1\" has no unit; write"},
                                        {"1 mAh/cm^2; 2 mAh/cm^2", "has the unknown unit"},
                                        {"1 mAh/cm^2, 2 mA/cm^2", "has a unit of the wrong kind"},
                                        {"1 mAh/cm^2,, 2 mAh/cm^2", "is not a finite number"},
                                        {"0 mAh/cm^2", "is no charge to plate"},
                                        {"-1 mAh/cm^2", "is no charge to plate"}}) {
        CAPTURE(list);
        try {
            plating_snapshots(with({std::string("plating.snapshots=") + list}));
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::bad_input);
            const std::string text = error.what();
            CAPTURE(text);
            CHECK(text.starts_with(std::string("--set plating.snapshots=") + list +
                                   ": plating.snapshots: "));
            CHECK(text.find(message) != std::string::npos);
        }
    }
}

TEST_CASE("a ready-made objective is spelt out, and the recipe's own constraint replaces its own") {
    const SearchGoal uniform = search_goal(with({}));
    CHECK(uniform.objective == "plating.metrics.uniformity");
    CHECK(uniform.maximise);
    CHECK(uniform.constraints.empty());

    const SearchGoal bottom_up = search_goal(with({"optimize.objective=bottom_up"}));
    CHECK(bottom_up.objective == "plating.metrics.centroid");
    CHECK_FALSE(bottom_up.maximise);
    REQUIRE(bottom_up.constraints.size() == 1);
    CHECK(bottom_up.constraints[0].key == "plating.metrics.overflow_fraction");
    CHECK(bottom_up.constraints[0].high == 0.01);

    const Recipe own = Recipe::parse("[optimize]\nobjective = \"bottom_up\"\n"
                                     "[[optimize.constraint]]\n"
                                     "key = \"plating.metrics.overflow_fraction\"\nhigh = 0.2\n",
                                     "own.toml");
    REQUIRE(search_goal(own).constraints.size() == 1);
    CHECK(search_goal(own).constraints[0].high == 0.2);

    const SearchGoal key = search_goal(
        with({"optimize.objective=transport.ionic.tortuosity_factor.z", "optimize.goal=minimise"}));
    CHECK(key.objective == "transport.ionic.tortuosity_factor.z");
    CHECK_FALSE(key.maximise);
    CHECK_THROWS_WITH_AS(
        search_goal(with({"optimize.objective=uniform", "optimize.goal=minimise"})),
        "--set optimize.goal=minimise: the objective \"uniform\" is to maximise "
        "plating.metrics.uniformity; leave optimize.goal out",
        Error);
}
