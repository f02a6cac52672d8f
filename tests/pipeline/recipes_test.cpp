// Every shipped recipe runs, small and coarse, and comes out as what it says it is.

#include <cmath>
#include <filesystem>
#include <set>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/units.h"
#include "porogen/pipeline/run.h"

using namespace porogen;

namespace {

const std::filesystem::path directory = std::filesystem::path(POROGEN_SOURCE_DIR) / "recipes";

Recipe shipped(const std::string& name, const std::vector<std::string>& overrides = {}) {
    return Recipe::load(directory / (name + ".toml"), overrides).without_search();
}

const std::vector<std::string> flakes{"domain.size_x=24 um", "domain.size_y=24 um",
                                      "domain.thickness=21 um", "domain.voxel=0.5 um",
                                      "plating.capacity=0.5 mAh/cm^2"};
const std::vector<std::string> cloth{"domain.voxel=1.6 um", "transport.axes=z"};

} // namespace

TEST_CASE("every recipe in recipes/ is tested here") {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().extension() == ".toml") {
            found.insert(entry.path().stem().string());
        }
    }
    CHECK(found == std::set<std::string>{"carbon-cloth-cu2s", "carbon-cloth-zno", "cnt", "cu-foil",
                                         "llto", "llto-cnt", "optimize-energy",
                                         "optimize-llto-cnt"});
}

TEST_CASE("LLTO@CNT and LLTO: the same flakes, with and without a film that conducts") {
    const RunResult coated = run(shipped("llto-cnt", flakes));
    const RunResult bare = run(shipped("llto", flakes));
    CHECK(coated.morphology.porosity == test::near(0.46).epsilon(5e-4));
    CHECK(coated.morphology.specific_surface == bare.morphology.specific_surface);
    CHECK(coated.coating.coverage > 0.98);
    CHECK_FALSE(bare.volume.has_film());
    // Pristine LLTO hardly conducts electrons.
    CHECK(bare.electronic->conductivity[2] < 1e-6);
    CHECK(coated.electronic->conductivity[2] > 1);
    REQUIRE(coated.plating);
    REQUIRE(bare.plating);
    // So the bare host plates at the collector, the coated one throughout.
    CHECK(bare.plating->metrics.centroid < 0.25);
    CHECK(coated.plating->metrics.centroid > 0.45);
}

TEST_CASE("CNT: a mat of ropes that lies and conducts") {
    const RunResult r = run(shipped("cnt", {"domain.voxel=0.25 um", "transport.axes=xz"}));
    CHECK(r.morphology.porosity == test::near(0.8).epsilon(1e-5));
    CHECK(r.cast.report.relaxed);
    CHECK(r.cast.report.order_parameter < -0.1);
    CHECK(r.volume.phases[1].name == "cnt");
    CHECK(r.electronic->conductivity[0] > r.electronic->conductivity[2]);
    CHECK(r.plating);
}

TEST_CASE("Cu foil: one flat surface, and lithium on top of it") {
    const RunResult r = run(shipped(
        "cu-foil", {"domain.size_x=12 um", "domain.size_y=12 um", "plating.capacity=1 mAh/cm^2"}));
    CHECK(r.morphology.specific_surface * 52e-6 == test::near(1).epsilon(1e-4));
    CHECK(r.volume.phases[1].name == "copper");
    CHECK_FALSE(r.electronic->report[2].percolates);
    CHECK_FALSE(r.plating);
    REQUIRE(r.resolved);
    // The barrier that was put in, then the drive of lithium all over: I / i0 is half, so 13 mV,
    // and the SEI 10 mV.
    const ResolvedStep& first = r.resolved->steps.front();
    const ResolvedStep& last = r.resolved->steps.back();
    CHECK(first.voltage > 0.08);
    CHECK(first.covered == 0);
    CHECK(last.voltage == test::near(0.0227).epsilon(0.03));
    CHECK(last.covered == test::near(1).epsilon(1e-9));
    CHECK(last.overflow_fraction() == test::near(1).epsilon(1e-9));
    CHECK(last.wetted_area == test::near(1).epsilon(0.05));
}

TEST_CASE("LLTO@CNT is lined throughout, LLTO fills from the bottom: in space as in the paper") {
    std::vector<std::string> small = flakes;
    small.insert(small.end(),
                 {"domain.voxel=0.75 um", "plating.model=resolved", "transport.axes=z"});
    const RunResult coated = run(shipped("llto-cnt", small));
    const RunResult bare = run(shipped("llto", small));
    REQUIRE(coated.resolved);
    REQUIRE(bare.resolved);
    const ResolvedStep& lined = coated.resolved->steps.back();
    const ResolvedStep& filled = bare.resolved->steps.back();
    CHECK(lined.depth_cov < 0.25);
    CHECK(lined.metrics.centroid == test::near(0.5).epsilon(0.1));
    CHECK(lined.covered > 0.95);
    CHECK(filled.metrics.centroid < 0.25);
    CHECK(filled.depth_cov > 1);
    CHECK(filled.lithiated < 0.5);
    // The 1D model beside it agrees on the coated host.
    REQUIRE(coated.plating);
    CHECK(lined.metrics.centroid == test::near(coated.plating->metrics.centroid).epsilon(0.1));
}

TEST_CASE("carbon cloths: the same fibres, two coatings") {
    const RunResult zno = run(shipped("carbon-cloth-zno", cloth));
    const RunResult cu2s = run(shipped("carbon-cloth-cu2s", cloth));
    CHECK(zno.morphology.porosity == test::near(0.75).epsilon(1e-5));
    CHECK(zno.morphology.specific_surface == cu2s.morphology.specific_surface);
    CHECK(zno.coating.coverage == test::near(0.9).epsilon(0.01));
    CHECK(cu2s.coating.coverage > 0.98);
    CHECK(cu2s.coating.sheet_conductance > zno.coating.sheet_conductance);
    CHECK(zno.coating.thickness_d90 > zno.coating.thickness_d10);
    CHECK(zno.plating);
    CHECK(cu2s.plating);
}
