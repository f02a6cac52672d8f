#include "porogen/io/particles_csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/units.h"
#include "porogen/core/version.h"

namespace porogen {

namespace {

constexpr std::string_view first_line = "# porogen particles 2";
constexpr std::string_view columns = "role,population,x,y,z,qw,qx,qy,qz,half_thickness,rounding,"
                                     "semi_axis_x,semi_axis_y,semi_axis_z,fibre,outline";
constexpr std::size_t column_count = 16;
constexpr std::string_view explanation = "# lengths in metres; x y z: centre; qw qx qy qz: unit "
                                         "quaternion, local to world; outline: corners of "
                                         "the core, x y x y ..., counter-clockwise\n"
                                         "# a particle is every point within `rounding` of its "
                                         "core: the outline extruded by +-half_thickness "
                                         "along local z; an ellipsoid has semi_axes instead; links "
                                         "of one fibre follow each other (fibre: -1 none); the box "
                                         "is periodic in x and y\n";

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) {
        return text;
    }
    std::string quotes = "\"";
    for (const char c : text) {
        quotes += c == '"' ? std::string(2, c) : std::string(1, c);
    }
    return quotes + '"';
}

std::string line_of(const Particle& p) {
    std::string line = (p.role == Role::host ? "host," : "porogen,") + quoted(p.population);
    const Rotation& q = p.orientation;
    for (const double value :
         {p.centre.x(), p.centre.y(), p.centre.z(), q.w(), q.x(), q.y(), q.z(), p.half_thickness,
          p.rounding, p.semi_axes.x(), p.semi_axes.y(), p.semi_axes.z()}) {
        line += ',' + format_number(value);
    }
    line += ',' + std::to_string(p.fibre) + ',';
    for (std::size_t n = 0; n < p.outline.size(); ++n) {
        line += (n > 0 ? " " : "") + format_number(p.outline[n].x()) + ' ' +
                format_number(p.outline[n].y());
    }
    return line + '\n';
}

/// Goes through the text of a file and knows the line it stands in.
class Reader {
  public:
    Reader(const std::filesystem::path& file, std::string_view text)
        : file_(file.string()), text_(text) {}

    [[noreturn]] void fail(const std::string& problem) const {
        throw_bad_input(file_ + ":" + std::to_string(line_) + ": " + problem);
    }
    [[nodiscard]] bool at_end() const { return next_ >= text_.size(); }
    /// The next line, without its end.
    std::string_view line() {
        ++line_;
        const std::size_t end = std::min(text_.find('\n', next_), text_.size());
        std::string_view found = text_.substr(next_, end - next_);
        next_ = end + 1;
        if (found.ends_with('\r')) {
            found.remove_suffix(1);
        }
        return found;
    }
    /// The next record, cut at its commas. Quoted fields may hold commas, doubled quotes and line
    /// breaks.
    std::vector<std::string> record() {
        std::vector<std::string> fields(1);
        bool inside = false;
        do {
            if (inside) {
                fields.back() += '\n';
            }
            cut(line(), fields, inside);
        } while (inside && !at_end());
        if (inside) {
            fail("a quote is not closed (the file is cut short?); write it anew");
        }
        return fields;
    }

  private:
    static void cut(std::string_view line, std::vector<std::string>& fields, bool& inside) {
        for (std::size_t n = 0; n < line.size(); ++n) {
            const bool doubled =
                inside && line[n] == '"' && n + 1 < line.size() && line[n + 1] == '"';
            if (doubled) {
                fields.back() += line[++n];
            } else if (line[n] == '"') {
                inside = !inside;
            } else if (line[n] == ',' && !inside) {
                fields.emplace_back();
            } else {
                fields.back() += line[n];
            }
        }
    }

    std::string file_;
    std::string_view text_;
    std::size_t next_ = 0;
    int line_ = 0;
};

double number(const Reader& reader, std::string_view text, std::string_view name) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        reader.fail("'" + std::string(text) + "' is no number (column " + std::string(name) +
                    "); write a finite one, in metres");
    }
    return value;
}

std::vector<double> numbers(const Reader& reader, std::string_view text, std::string_view name) {
    std::vector<double> values;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        values.push_back(number(reader, text.substr(0, end), name));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return values;
}

Role role_of(const Reader& reader, const std::string& text) {
    if (text != "host" && text != "porogen") {
        reader.fail("'" + text + "' is no role; write host or porogen");
    }
    return text == "host" ? Role::host : Role::porogen;
}

int fibre_of(const Reader& reader, const std::string& text) {
    const double value = number(reader, text, "fibre");
    if (!(value >= -1 && value <= 1e9) || value != std::floor(value)) {
        reader.fail("'" + text + "' is no number of a fibre; write -1 for none, or 0, 1, 2 ...");
    }
    return static_cast<int>(value);
}

/// Corners of a convex outline, counter-clockwise. Rounding errors may leave three corners in one
/// line.
std::vector<Vec2> outline_of(const Reader& reader, std::string_view text) {
    const std::vector<double> values = numbers(reader, text, "outline");
    if (values.size() % 2 != 0) {
        reader.fail("the outline has an odd number of coordinates; give x y for every corner");
    }
    std::vector<Vec2> outline;
    for (std::size_t n = 0; n < values.size(); n += 2) {
        outline.emplace_back(values[n], values[n + 1]);
    }
    constexpr std::size_t most_corners = 8;
    if (outline.size() > most_corners) {
        reader.fail("the outline has " + std::to_string(outline.size()) +
                    " corners (at most 8); leave some out");
    }
    constexpr double slack = 1e-9;
    for (std::size_t n = 0; n < outline.size() && outline.size() > 2; ++n) {
        const Vec2 a = outline[(n + 1) % outline.size()] - outline[n];
        const Vec2 b = outline[(n + 2) % outline.size()] - outline[(n + 1) % outline.size()];
        if (!(a.x() * b.y() - a.y() * b.x() >= -slack * a.norm() * b.norm())) {
            reader.fail("the outline is not convex at corner " +
                        std::to_string((n + 1) % outline.size()) +
                        " (or runs clockwise); list the corners counter-clockwise");
        }
    }
    return outline;
}

Particle particle_of(const Reader& reader, const std::vector<std::string>& fields) {
    if (fields.size() != column_count) {
        reader.fail(std::to_string(fields.size()) + " columns (" + std::to_string(column_count) +
                    " expected: " + std::string(columns) +
                    ": the line is cut short or damaged); write it anew");
    }
    static constexpr std::array<std::string_view, 12> names{
        "x",        "y",           "z",           "qw",         "qx", "qy", "qz", "half_thickness",
        "rounding", "semi_axis_x", "semi_axis_y", "semi_axis_z"};
    std::array<double, 12> v{};
    for (std::size_t n = 0; n < v.size(); ++n) {
        v[n] = number(reader, fields[n + 2], names[n]);
    }
    Particle particle;
    particle.role = role_of(reader, fields[0]);
    particle.population = fields[1];
    particle.centre = Vec3(v[0], v[1], v[2]);
    particle.orientation = Rotation(v[3], v[4], v[5], v[6]);
    particle.half_thickness = v[7];
    particle.rounding = v[8];
    particle.semi_axes = Vec3(v[9], v[10], v[11]);
    particle.fibre = fibre_of(reader, fields[14]);
    particle.outline = outline_of(reader, fields[15]);
    if (!(std::abs(particle.orientation.norm() - 1) < 1e-6)) {
        reader.fail("the quaternion has length " + format_number(particle.orientation.norm()) +
                    " (1 expected); normalise qw qx qy qz");
    }
    if (!(v[7] >= 0) || !(v[8] >= 0)) {
        reader.fail("half_thickness and rounding must not be negative; write 0 or more");
    }
    const bool ellipsoid = particle.semi_axes.minCoeff() > 0;
    if (!ellipsoid && !particle.semi_axes.isZero(0)) {
        reader.fail("the semi-axes of an ellipsoid must all be positive; write 0 0 0 for no "
                    "ellipsoid");
    }
    if (ellipsoid && (v[7] != 0 || v[8] != 0 || !particle.outline.empty())) {
        reader.fail("an ellipsoid has semi-axes and neither half_thickness, rounding nor outline; "
                    "write 0 for these and leave the outline empty");
    }
    if (!ellipsoid && !(v[8] > 0) && (particle.outline.size() < 3 || !(v[7] > 0))) {
        reader.fail("the particle has no volume; give it a rounding, or an outline and a "
                    "half_thickness");
    }
    return particle;
}

Box box_of(const Reader& reader, std::string_view text) {
    const std::vector<double> size = numbers(reader, text, "box");
    if (size.size() != 3 || !(size[0] > 0 && size[1] > 0 && size[2] > 0)) {
        reader.fail("the box needs three positive lengths; write '# box = x y z' in metres");
    }
    return {Vec3(size[0], size[1], size[2])};
}

/// What stands above the particles.
struct Head {
    Box box;
    std::optional<double> count; ///< of the particles, where the file says it
};

/// The comment lines and the line of column names.
Head read_head(Reader& reader) {
    if (reader.at_end() || reader.line() != first_line) {
        reader.fail("not a file of particles (it does not begin with '" + std::string(first_line) +
                    "'); give the particles.csv of a run");
    }
    constexpr std::string_view box_key = "# box = ";
    constexpr std::string_view count_key = "# particles = ";
    std::optional<Box> box;
    std::optional<double> count;
    while (!reader.at_end()) {
        const std::string_view line = reader.line();
        if (line.starts_with(box_key)) {
            box = box_of(reader, line.substr(box_key.size()));
        }
        if (line.starts_with(count_key)) {
            count = number(reader, line.substr(count_key.size()), "particles");
        }
        if (line.starts_with('#')) {
            continue;
        }
        if (line != columns) {
            reader.fail("unknown columns '" + std::string(line) + "'; expected " +
                        std::string(columns));
        }
        if (!box) {
            reader.fail("the box is missing; write '# box = x y z' in metres above the columns");
        }
        return {*box, count};
    }
    reader.fail("the line of column names is missing (the file is cut short?); write it anew");
}

} // namespace

void write_particles(const std::filesystem::path& file, const Packing& packing,
                     const Stamp& stamp) {
    std::string text(first_line);
    text += "\n# version = " + std::string(version()) + "\n# commit = " + std::string(commit());
    text += "\n# recipe_hash = " + stamp.recipe_hash + "\n# seed = " + std::to_string(stamp.seed);
    const Vec3& size = packing.box.size;
    text += "\n# box = " + format_number(size.x()) + ' ' + format_number(size.y()) + ' ' +
            format_number(size.z()) + '\n';
    text += "# particles = " + std::to_string(packing.particles.size()) + '\n';
    text += explanation;
    text += std::string(columns) + '\n';
    for (const Particle& particle : packing.particles) {
        text += line_of(particle);
    }
    write_text_file(file, text);
}

Packing read_particles(const std::filesystem::path& file) {
    const std::string text = read_text_file(file);
    Reader reader(file, text);
    Packing packing;
    const Head head = read_head(reader);
    packing.box = head.box;
    while (!reader.at_end()) {
        packing.particles.push_back(particle_of(reader, reader.record()));
    }
    if (head.count && static_cast<double>(packing.particles.size()) != *head.count) {
        reader.fail("the file ends after " + std::to_string(packing.particles.size()) +
                    " particles (its head counts " + format_number(*head.count) +
                    "): it is cut short or was edited; write it anew, or correct '# particles ='");
    }
    if (!text.ends_with('\n')) {
        reader.fail("the last line has no end (the file is cut short?); write it anew");
    }
    return packing;
}

} // namespace porogen
