#include "porogen/io/render.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include <doctest/doctest.h>

#include "geometry/samples.h"
#include "near.h"
#include "porogen/core/parallel.h"

using namespace porogen;
using namespace porogen::samples;

namespace {

constexpr Rgb white{255, 255, 255};

RenderOptions small(double cutaway = 0) {
    RenderOptions options;
    options.width = 160;
    options.height = 120;
    options.cutaway = cutaway;
    return options;
}

int brightness(const Rgb& pixel) {
    return pixel.r + pixel.g + pixel.b;
}

/// How much of a pixel is solid. Particles are warm, the lines of the box and the background grey.
bool is_solid(const Rgb& pixel) {
    return pixel.r - pixel.b > 12;
}

/// A film all over the surface.
PhaseVolume coated(PhaseVolume volume) {
    volume.film.thickness = Grid<float>(volume.shape());
    volume.film.sheet_conductance = Grid<float>(volume.shape());
    for (std::int64_t n = 0; n < volume.distance.size(); ++n) {
        if (std::abs(volume.distance[n]) < 2 * volume.voxel.x()) {
            volume.film.thickness[n] = 20e-9F;
            volume.film.sheet_conductance[n] = 1e-3F;
        }
    }
    return volume;
}

/// Area of the ellipse that a ball appears as, on a plane at distance 1 before the eye: its axes
/// are sin a / sqrt(cos^2 b - sin^2 a) and that times cos a / sqrt(cos^2 b - sin^2 a), where a is
/// half the angle the ball fills and b the angle between its middle and the camera's axis.
double ball_area(double radius, double distance, double off_axis) {
    const double sin2 = std::pow(radius / distance, 2);
    const double root = std::pow(std::cos(off_axis), 2) - sin2;
    return std::numbers::pi * sin2 * std::sqrt(1 - sin2) / std::pow(root, 1.5);
}

} // namespace

TEST_CASE("a ball covers the area of the picture that perspective says") {
    RenderOptions options = small();
    options.width = 400;
    options.height = 300;
    const double r = 2.6;
    const auto volume = sample({32, 32, 32}, 0.25 * um, ball({4 * um, 4 * um, 4 * um}, r * um));
    const RenderedView view = render_cutaway(volume, options);
    // The eye is where the ball around the box fills 30 degrees; the focal length follows from two
    // corners on the vertical edge through a known depth: here from all corners by least squares.
    const double azimuth = options.azimuth * std::numbers::pi / 180;
    const double elevation = options.elevation * std::numbers::pi / 180;
    const Vec3 back(std::cos(elevation) * std::cos(azimuth),
                    std::cos(elevation) * std::sin(azimuth), std::sin(elevation));
    const Vec3 right(-std::sin(azimuth), std::cos(azimuth), 0);
    const double distance = 4 * std::sqrt(3.0) / std::sin(15 * std::numbers::pi / 180);
    double xt = 0, xx = 0, mean_x = 0, mean_t = 0;
    std::array<double, 8> tangent{};
    for (std::size_t c = 0; c < 8; ++c) {
        const Vec3 corner((c & 1) != 0 ? 4 : -4, (c & 2) != 0 ? 4 : -4, (c & 4) != 0 ? 4 : -4);
        tangent[c] = corner.dot(right) / (distance - corner.dot(back));
        mean_x += view.corners[c][0] / 8;
        mean_t += tangent[c] / 8;
    }
    for (std::size_t c = 0; c < 8; ++c) {
        xt += (view.corners[c][0] - mean_x) * (tangent[c] - mean_t);
        xx += std::pow(tangent[c] - mean_t, 2);
    }
    const double focal = xt / xx;
    const double exact = ball_area(r, distance, 0) * focal * focal;
    const auto seen = std::count_if(view.image.pixels.begin(), view.image.pixels.end(), is_solid);
    MESSAGE(seen << " pixels, exact " << exact);
    CHECK(static_cast<double>(seen) == test::near(exact).epsilon(0.01));
}

TEST_CASE("the whole box lies in the frame with a margin, from any side") {
    const auto volume = sample({16, 8, 24}, 0.5 * um, [](const Vec3&) { return -1 * um; });
    for (const double azimuth : {-170.0, -45.0, 0.0, 35.0, 90.0, 200.0}) {
        for (const double elevation : {-30.0, 0.0, 28.0, 89.0}) {
            RenderOptions options = small(0.5);
            options.width = 64;
            options.height = 48;
            options.samples = 1;
            options.azimuth = azimuth;
            options.elevation = elevation;
            const RenderedView view = render_cutaway(volume, options);
            REQUIRE(view.corners.size() == 8);
            double widest = 0;
            for (const auto& [x, y] : view.corners) {
                CHECK(x > 0.049 * 64);
                CHECK(x < 0.951 * 64);
                CHECK(y > 0.049 * 48);
                CHECK(y < 0.951 * 48);
                widest = std::max({widest, std::abs(x / 64 - 0.5), std::abs(y / 48 - 0.5)});
            }
            CHECK(widest > 0.449); // and fills it
            CHECK(view.image.at(0, 0) == white);
            CHECK(view.image.at(63, 47) == white);
        }
    }
}

TEST_CASE("the corner nearest the camera is cut out, and its faces show the section") {
    // A ball in the middle: the cut takes the quarter before it.
    const auto volume = sample({32, 32, 32}, 0.25 * um, ball({4 * um, 4 * um, 4 * um}, 3 * um));
    const auto whole = render_cutaway(volume, small(0)).image;
    const auto cut = render_cutaway(volume, small(0.5)).image;
    const auto all = render_cutaway(volume, small(1)).image;
    const Rgb before = whole.at(80, 60);
    const Rgb section = cut.at(70, 60);
    CHECK(brightness(section) < brightness(before)); // the section's brown, not the surface's sand
    CHECK(is_solid(section));
    CHECK(std::count_if(all.pixels.begin(), all.pixels.end(), is_solid) == 0);
}

TEST_CASE("a film makes surfaces dark and outlines sections") {
    const auto bare = sample({32, 32, 32}, 0.25 * um, ball({4 * um, 4 * um, 4 * um}, 3 * um));
    const auto film = coated(bare);
    const auto surface = render_cutaway(bare, small(0)).image.at(80, 50);
    const auto black = render_cutaway(film, small(0)).image.at(80, 50);
    CHECK(brightness(black) < brightness(surface) / 2);
    CHECK(brightness(black) > 30); // lit, not a hole
    const auto cut = render_cutaway(film, small(0.5)).image;
    CHECK(is_solid(cut.at(70, 60))); // the section keeps its colour …
    const auto line = std::count_if(cut.pixels.begin(), cut.pixels.end(),
                                    [](const Rgb& p) { return brightness(p) < 200; });
    CHECK(line > 100); // … and has a dark line around it
}

TEST_CASE("a distance that is known only near the surface gives the same light") {
    const auto exact = crowd({40, 40, 40}, 0.25 * um, 12, 8);
    auto narrow = exact;
    for (float& d : narrow.distance) {
        d = std::min(d, 1e-6F); // four voxels, as a cast volume has it
    }
    const auto a = render_cutaway(exact, small(0.5)).image;
    const auto b = render_cutaway(narrow, small(0.5)).image;
    double sum = 0;
    for (std::size_t n = 0; n < a.pixels.size(); ++n) {
        sum += std::abs(brightness(a.pixels[n]) - brightness(b.pixels[n])) / 3.0;
    }
    const double mean = sum / static_cast<double>(a.pixels.size());
    MESSAGE("mean difference " << mean << " of 255");
    CHECK(mean < 1);
}

TEST_CASE("pictures are the same for any number of threads") {
    const auto volume = coated(crowd({32, 32, 32}, 0.25 * um, 20, 5));
    const auto picture = [&](int threads) {
        const ThreadLimit limit(threads);
        return render_cutaway(volume, small(0.5)).image.pixels;
    };
    const auto one = picture(1);
    CHECK(one == picture(2));
    CHECK(std::any_of(one.begin(), one.end(), is_solid));
}

TEST_CASE("an empty box is its outline alone") {
    const auto empty = sample({16, 16, 16}, 0.5 * um, [](const Vec3&) { return 5 * um; });
    const auto image = render_cutaway(empty, small(0.5)).image;
    CHECK(std::count_if(image.pixels.begin(), image.pixels.end(), is_solid) == 0);
    const auto lines = std::count_if(image.pixels.begin(), image.pixels.end(),
                                     [](const Rgb& p) { return p != white; });
    CHECK(lines > 200);
    CHECK(lines < 160 * 120 / 4);
}

TEST_CASE("a flat lit face carries no noise") {
    const auto slab =
        sample({32, 32, 32}, 0.25 * um, [](const Vec3& p) { return p.z() - 4.3 * um; });
    const auto image = render_cutaway(slab, small(0)).image;
    std::set<int> tones;
    for (int x = 70; x < 90; ++x) {
        for (int y = 50; y < 60; ++y) {
            tones.insert(brightness(image.at(x, y)));
        }
    }
    CHECK(*tones.rbegin() - *tones.begin() <= 9);
}
