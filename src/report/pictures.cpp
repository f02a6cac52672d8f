#include "porogen/report/pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "porogen/core/constants.h"
#include "porogen/core/version.h"
#include "porogen/io/image.h"
#include "porogen/io/render.h"
#include "porogen/volume/cut_cells.h"
#include "report/material_names.h"
#include "report/plot.h"
#include "report/section.h"

namespace porogen {

namespace {

constexpr double um = 1e6;

std::map<std::string, std::string> stamp(const RunResult& result, const std::string& what) {
    return {{"Software", program_stamp()},
            {"Description", what},
            {"Comment", "recipe hash " + result.recipe.hash() + ", seed " +
                            std::to_string(result.recipe.integer("seed"))}};
}

std::string text_of(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

void draw_legend(Canvas& canvas, Point at,
                 const std::vector<std::pair<std::string, Rgb>>& entries) {
    for (const auto& [name, colour] : entries) {
        canvas.fill_rectangle({at.x, at.y - 13}, 26, 26, colour);
        canvas.outline_rectangle({at.x, at.y - 13}, 26, 26, palette::ink, 1);
        canvas.text(name, {at.x + 38, at.y}, 22, palette::ink);
        at.x += 38 + canvas.text_width(name, 22) + 36;
    }
}

std::vector<std::pair<std::string, Rgb>> section_legend(const RunResult& result) {
    std::vector<std::pair<std::string, Rgb>> entries{{"pore (electrolyte)", pore_colour},
                                                     {host_name(result), solid_colour}};
    if (result.volume.phases.size() > 2) {
        entries.emplace_back("binder", binder_colour);
    }
    if (result.volume.has_film()) {
        entries.emplace_back(film_name(result) + " film", film_colour);
    }
    return entries;
}

void draw_scale_bar(Canvas& canvas, Point right_end, double pixels_per_um, double longest_um) {
    const double length = round_length(longest_um);
    const double pixels = length * pixels_per_um;
    canvas.fill_rectangle({right_end.x - pixels, right_end.y}, pixels, 8, palette::ink);
    canvas.text(text_of("%g \u00b5m", length), {right_end.x - pixels / 2, right_end.y - 18}, 22,
                palette::ink, Anchor::centre);
}

void write_sections(const std::filesystem::path& directory, const RunResult& result) {
    const PhaseVolume& volume = result.volume;
    const Shape& n = volume.shape();
    const double scale = 760.0 / static_cast<double>(std::max({n.x, n.y, n.z}));
    const Image upright = section(volume, {Axis::x, Axis::z, Axis::y, n.y / 2}, scale);
    const Image flat = section(volume, {Axis::x, Axis::y, Axis::z, n.z / 2}, scale);

    const int margin = 90;
    const int gap = 110;
    const int height = std::max(upright.height, flat.height);
    Canvas canvas(2 * margin + gap + upright.width + flat.width, height + 230, palette::white);
    const Point first{margin, 80.0 + height - upright.height};
    const Point second{static_cast<double>(margin + gap + upright.width),
                       80.0 + height - flat.height};
    canvas.paste(upright, first);
    canvas.paste(flat, second);
    canvas.outline_rectangle(first, upright.width, upright.height, palette::ink, 2);
    canvas.outline_rectangle(second, flat.width, flat.height, palette::ink, 2);
    const Vec3 size = um * volume.size();
    canvas.text(text_of("upright section, y = %.1f \u00b5m", size.y() / 2), {first.x, first.y - 52},
                24, palette::ink);
    canvas.text(text_of("flat section, z = %.1f \u00b5m", size.z() / 2), {second.x, second.y - 52},
                24, palette::ink);
    canvas.text("separator", {first.x + upright.width / 2.0, first.y - 16}, 20, palette::ink,
                Anchor::centre);
    canvas.text("copper collector", {first.x + upright.width / 2.0, 80.0 + height + 18}, 20,
                palette::ink, Anchor::centre);
    const double pixels_per_um = scale / (um * volume.voxel.x());
    draw_scale_bar(canvas, {second.x + flat.width, 80.0 + height + 50}, pixels_per_um,
                   size.x() / 4);
    draw_legend(canvas, {static_cast<double>(margin), 80.0 + height + 100}, section_legend(result));
    write_png(directory / "sections.png", canvas.image(),
              stamp(result, "Sections through the electrode"));
}

void write_cutaway(const std::filesystem::path& directory, const RunResult& result,
                   Progress& progress) {
    RenderOptions options;
    options.solid = {222, 196, 148};
    options.section = solid_colour;
    options.film = {104, 106, 114};
    const RenderedView view = render_cutaway(result.volume, options, progress);
    Canvas canvas(view.image.width, view.image.height, palette::white);
    canvas.paste(view.image, {0, 0});

    // Edge lengths beside the lower front edges: those whose corners lie lowest in the picture.
    const Vec3 size = um * result.volume.size();
    const auto corner = [&](int n) {
        const auto& c = view.corners[static_cast<std::size_t>(n)];
        return Point{c[0], c[1]};
    };
    Point centre{0, 0};
    for (int n = 0; n < 8; ++n) {
        centre.x += corner(n).x / 8;
        centre.y += corner(n).y / 8;
    }
    const auto label_edge = [&](int a, int b, double length) {
        const Point middle{(corner(a).x + corner(b).x) / 2, (corner(a).y + corner(b).y) / 2};
        const double dx = middle.x - centre.x;
        const double dy = middle.y - centre.y;
        const double away = 58 / std::hypot(dx, dy);
        canvas.text(text_of("%g \u00b5m", length), {middle.x + away * dx, middle.y + away * dy}, 26,
                    palette::ink, Anchor::centre);
    };
    const auto lower_edge = [&](int step,
                                int other) { // the lower edge along one axis, nearer the viewer
        const int far =
            corner(0).y + corner(step).y > corner(other).y + corner(other + step).y ? 0 : other;
        return std::pair{far, far + step};
    };
    const auto [x0, x1] = lower_edge(1, 2);
    const auto [y0, y1] = lower_edge(2, 1);
    label_edge(x0, x1, size.x());
    label_edge(y0, y1, size.y());
    int leftmost = 0;
    for (const int n : {1, 2, 3}) {
        leftmost = corner(n).x < corner(leftmost).x ? n : leftmost;
    }
    label_edge(leftmost, leftmost + 4, size.z());

    std::vector<std::pair<std::string, Rgb>> legend;
    if (result.volume.has_film()) {
        legend.emplace_back(film_name(result) + "-coated surface", options.film);
    }
    if (!result.volume.has_film() || result.coating.coverage < 0.99) {
        legend.emplace_back(host_name(result) + " surface", options.solid);
    }
    legend.emplace_back(host_name(result) + ", cut", options.section);
    draw_legend(canvas, {48, view.image.height - 44.0}, legend);
    write_png(directory / "cutaway.png", canvas.image(), stamp(result, "Cutaway of the electrode"));
}

void write_pore_sizes(const std::filesystem::path& directory, const RunResult& result) {
    const SizeDistribution& pores = result.microstructure.pores;
    Series cumulative{"volume in pores of at most this diameter", {}, palette::blue, false};
    for (std::size_t n = 0; n < pores.diameter.size(); ++n) {
        cumulative.points.push_back({um * pores.diameter[n], 100 * pores.cumulative[n]});
    }
    Canvas canvas(1100, 720, palette::white);
    draw_plot(canvas, {20, 20}, 1060, 680,
              {"Pore diameters, median " + text_of("%.2f \u00b5m", um * pores.d50),
               "pore diameter [\u00b5m]", "share of the pore volume [%]"},
              {cumulative});
    write_png(directory / "pore-sizes.png", canvas.image(), stamp(result, "Pore diameters"));
}

/// Porosity and surface over the depth, and the two-point correlation of the pores.
void write_structure(const std::filesystem::path& directory, const RunResult& result) {
    const DepthProfile& profile = result.microstructure.profile;
    Series porosity{"porosity [%]", {}, palette::blue, false};
    Series surface{"specific surface / its mean [%]", {}, palette::vermilion, true};
    const double mean = result.morphology.specific_surface;
    for (std::size_t n = 0; n < profile.z.size(); ++n) {
        porosity.points.push_back({um * profile.z[n], 100 * profile.porosity[n]});
        surface.points.push_back(
            {um * profile.z[n], mean > 0 ? 100 * profile.specific_surface[n] / mean : 0});
    }
    const TwoPointCorrelation& correlation = result.microstructure.correlation;
    const auto along = [&](std::size_t axis) {
        std::vector<Point> points;
        for (std::size_t n = 0; n < correlation.lag[axis].size(); ++n) {
            points.push_back({um * correlation.lag[axis][n], correlation.probability[axis][n]});
        }
        return points;
    };
    Canvas canvas(1900, 720, palette::white);
    draw_plot(canvas, {20, 20}, 920, 680,
              {"Over the depth", "height above the collector [\u00b5m]", "per cent"},
              {porosity, surface});
    draw_plot(canvas, {960, 20}, 920, 680,
              {"Two-point correlation of the pores", "distance [\u00b5m]",
               "both points in the pores [1]"},
              {{"along x", along(0), palette::blue, false},
               {"along z", along(2), palette::vermilion, true}});
    write_png(directory / "structure.png", canvas.image(), stamp(result, "Structure"));
}

/// Values of cells over the depth, in per cent, against the height [um].
std::vector<Point> over_depth(const std::vector<double>& values, double thickness) {
    std::vector<Point> points;
    for (std::size_t c = 0; c < values.size(); ++c) {
        points.push_back(
            {(static_cast<double>(c) + 0.5) / static_cast<double>(values.size()) * um * thickness,
             100 * values[c]});
    }
    return points;
}

template <class Step>
std::vector<Point> over_charge(const std::vector<Step>& steps) {
    std::vector<Point> points;
    for (const Step& step : steps) {
        points.push_back({step.capacity / mah_per_cm2, 1e3 * step.voltage});
    }
    return points;
}

void write_plating(const std::filesystem::path& directory, const RunResult& result) {
    const PlateResult& p = *result.plating;
    const double thickness = result.homogenised->thickness;
    Canvas canvas(1900, 720, palette::white);
    draw_plot(canvas, {20, 20}, 920, 680,
              {text_of("Lithium after %.2f mAh/cm\u00b2", p.steps.back().capacity / mah_per_cm2) +
                   ", one-dimensional model",
               "height above the collector [\u00b5m]", "per cent"},
              {{"pores filled", over_depth(p.fill, thickness), palette::blue, false},
               {"first reaction / mean", over_depth(p.initial_reaction, thickness),
                palette::vermilion, true}});
    draw_plot(canvas, {960, 20}, 920, 680,
              {"Plating overpotential", "plated [mAh/cm\u00b2]", "overpotential [mV]"},
              {{"", over_charge(p.steps), palette::vermilion, false}});
    write_png(directory / "plating.png", canvas.image(),
              stamp(result, "Plating, homogenised model"));
}

std::string charge_text(double capacity) {
    return text_of("%.3g mAh/cm\u00b2", capacity / mah_per_cm2);
}

/// Depth profiles at the snapshots and the voltage, the homogenised prediction dashed.
void write_resolved_curves(const std::filesystem::path& directory, const RunResult& result) {
    constexpr std::array colours{palette::sky, palette::orange, palette::purple, palette::green,
                                 palette::vermilion};
    const ResolvedPlating& p = *result.resolved;
    std::vector<Series> profiles;
    for (std::size_t n = 0; n < p.snapshots.size(); ++n) {
        const bool last = n + 1 == p.snapshots.size();
        profiles.push_back({charge_text(p.snapshots[n].capacity),
                            over_depth(p.snapshots[n].fill, framework_height(result)),
                            last ? palette::blue : colours[n % colours.size()], false});
    }
    std::vector<Series> voltages{{"resolved in space", over_charge(p.steps), palette::blue, false}};
    if (result.plating) {
        profiles.push_back({"homogenised, at the end",
                            over_depth(result.plating->fill, result.homogenised->thickness),
                            palette::ink, true});
        voltages.push_back({"homogenised", over_charge(result.plating->steps), palette::ink, true});
    }
    Canvas canvas(1900, 750, palette::white);
    draw_plot(
        canvas, {20, 20}, 920, 710,
        {"Lithium over the depth", "height above the collector [\u00b5m]", "pores filled [%]"},
        profiles);
    draw_plot(canvas, {960, 20}, 920, 710,
              {"Plating overpotential", "plated [mAh/cm\u00b2]", "overpotential [mV]"}, voltages);
    write_png(directory / "plating.png", canvas.image(), stamp(result, "Plating in space"));
}

/// An upright section at each snapshot, two or three in a row.
void write_lithium(const std::filesystem::path& directory, const RunResult& result) {
    const PhaseVolume& volume = result.volume;
    const std::vector<PlatingSnapshot>& snapshots = result.resolved->snapshots;
    if (snapshots.empty()) {
        return;
    }
    const Shape& n = volume.shape();
    const Plane plane{Axis::x, Axis::z, Axis::y, n.y / 2};
    const Grid<float> solid = cut_cells(volume).solid_fraction;
    const Shape& tall = snapshots.front().lithium.shape();
    const double scale = 560.0 / static_cast<double>(std::max(tall.x, tall.z));
    const int width = static_cast<int>(std::lround(scale * static_cast<double>(tall.x)));
    const int height = static_cast<int>(std::lround(scale * static_cast<double>(tall.z)));
    const double framework =
        std::round(scale * static_cast<double>(tall.z - result.resolved->headroom_layers));
    const int margin = 70;
    const int gap = 50;
    const int row = height + 100;
    const auto columns =
        snapshots.size() == 4 ? 2 : std::min(static_cast<int>(snapshots.size()), 3);
    const auto rows = (static_cast<int>(snapshots.size()) + columns - 1) / columns;

    std::vector<std::pair<std::string, Rgb>> legend = section_legend(result);
    legend.emplace_back("lithium", lithium_colour);
    Canvas canvas(std::max(2 * margin + columns * width + (columns - 1) * gap, 1100),
                  rows * row + 236, palette::white);
    for (std::size_t s = 0; s < snapshots.size(); ++s) {
        const auto place = static_cast<int>(s);
        const Point at{static_cast<double>(margin + place % columns * (width + gap)),
                       80.0 + place / columns * row};
        const LithiumSection cut = lithium_section(snapshots[s].lithium, solid, plane.layer);
        canvas.paste(section(volume, plane, scale, &cut), at);
        canvas.outline_rectangle(at, width, height, palette::ink, 2);
        const double top = at.y + height - framework;
        canvas.polyline({{at.x, top}, {at.x + width, top}}, palette::ink, 2, true);
        canvas.text(charge_text(snapshots[s].capacity), {at.x, at.y - 22}, 24, palette::ink);
        canvas.text("separator", {at.x + width, at.y - 18}, 18, palette::ink, Anchor::right);
        canvas.text("copper collector", {at.x + width, at.y + height + 16}, 18, palette::ink,
                    Anchor::right);
    }
    const double bottom = 80.0 + rows * row;
    const double pixels_per_um = scale / (um * volume.voxel.x());
    draw_scale_bar(canvas, {static_cast<double>(margin + width), bottom - 20}, pixels_per_um,
                   um * volume.size().x() / 4);
    canvas.polyline({{static_cast<double>(margin), bottom + 46}, {margin + 60.0, bottom + 46}},
                    palette::ink, 2, true);
    canvas.text("top of the framework", {margin + 72.0, bottom + 46}, 22, palette::ink);
    draw_legend(canvas, {static_cast<double>(margin), bottom + 92}, legend);
    write_png(directory / "lithium.png", canvas.image(),
              stamp(result, "Lithium in an upright section, y = " +
                                text_of("%.1f um", um * volume.size().y() / 2)));
}

} // namespace

void write_pictures(const std::filesystem::path& directory, const RunResult& result,
                    Progress& progress) {
    progress.stage("pictures");
    write_sections(directory, result);
    write_pore_sizes(directory, result);
    write_structure(directory, result);
    write_plating_pictures(directory, result, progress);
    write_cutaway(directory, result, progress);
}

void write_plating_pictures(const std::filesystem::path& directory, const RunResult& result,
                            Progress& progress) {
    progress.stage("pictures");
    if (result.resolved) {
        write_resolved_curves(directory, result);
        write_lithium(directory, result);
    } else if (is_plated(result)) {
        write_plating(directory, result);
    }
}

} // namespace porogen
