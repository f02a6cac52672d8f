#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include "cli/command.h"
#include "porogen/core/files.h"
#include "porogen/core/units.h"
#include "porogen/io/image_stack.h"
#include "porogen/io/vdb_file.h"
#include "porogen/report/result_json.h"
#include "porogen/report/summary.h"
#include "porogen/transport/effective.h"

namespace porogen::cli {

namespace {

struct Arguments {
    std::string image;
    std::vector<std::string> voxel;
    std::string shape;
    std::string dtype = "uint8";
    std::string grid = "phase";
    std::vector<std::string> conductivity{"0=1"};
    std::string axis = "xyz";
    double tolerance = 1e-6;
    int max_iterations = 500;
    std::string sides = "no-flux";
    bool electrode = false;
    bool tensor = false;
    std::string profile;
    std::string fields;
};

/// Prefixes what is wrong with the option it is wrong in.
template <class Parse>
auto option_value(const std::string& option, Parse&& parse) {
    try {
        return parse();
    } catch (const Error& error) {
        if (error.code() != ExitCode::bad_input && error.code() != ExitCode::usage) {
            throw;
        }
        throw_usage(option + ": " + error.what());
    }
}

Vec3 parse_voxel(const std::vector<std::string>& texts) {
    return option_value("--voxel", [&] {
        Vec3 voxel{0, 0, 0};
        if (texts.empty()) {
            return voxel; // a VDB carries its own; the reader asks for it where the file does not
        }
        for (int a = 0; a < 3; ++a) {
            const std::string& text = texts[texts.size() == 1 ? 0 : static_cast<std::size_t>(a)];
            voxel[a] = parse_quantity(text, "m");
            if (!(voxel[a] >= 1e-12 && voxel[a] <= 1)) {
                throw_usage("'" + text +
                            "' is no edge of a voxel (1 pm to 1 m); write for example \"0.39 um\"");
            }
        }
        return voxel;
    });
}

Shape parse_shape(const std::string& text) {
    Shape shape;
    char comma1 = 0;
    char comma2 = 0;
    std::istringstream in(text);
    in >> shape.x >> comma1 >> shape.y >> comma2 >> shape.z;
    const bool separated = (comma1 == ',' || comma1 == 'x') && (comma2 == ',' || comma2 == 'x');
    if (!in || !(in >> std::ws).eof() || !separated || shape.x < 1 || shape.y < 1 || shape.z < 1) {
        throw_usage("--shape: '" + text + "' is not a shape; write nx,ny,nz, the fastest first");
    }
    return shape;
}

/// "85=1.2 S/m", or a bare number for a conductivity relative to anything.
std::pair<std::uint8_t, double> parse_conductivity(const std::string& text) {
    return option_value("--conductivity", [&]() -> std::pair<std::uint8_t, double> {
        const std::size_t equals = text.find('=');
        std::size_t read = 0;
        int label = -1;
        try {
            label = std::stoi(text, &read);
        } catch (const std::exception&) {
        }
        if (equals == std::string::npos || read != equals || label < 0 || label > 255) {
            throw_usage("'" + text +
                        "' is not LABEL=VALUE with a label from 0 to 255; write for example "
                        "\"85=1.2 S/m\"");
        }
        const std::string value = text.substr(equals + 1);
        const bool bare = value.find_first_not_of("0123456789+-.eE") == std::string::npos;
        const double sigma = parse_quantity(value, bare ? "1" : "S/m");
        if (!(sigma >= 0 && sigma <= 1e12)) {
            throw_usage("'" + text + "' is no conductivity (0 to 1e12 S/m); correct it");
        }
        return {static_cast<std::uint8_t>(label), sigma};
    });
}

AxisMask parse_axes(const std::string& text) {
    AxisMask axes{};
    if (text.empty()) {
        throw_usage("--axis: no axis is named; write one or more of x, y, z");
    }
    for (const char c : text) {
        if (c < 'x' || c > 'z') {
            throw_usage("--axis: '" + text + "' names no axes; write one or more of x, y, z");
        }
        axes[static_cast<std::size_t>(c - 'x')] = true;
    }
    return axes;
}

void require_labels(const PhaseVolume& volume, const std::string& file,
                    const std::vector<std::pair<std::uint8_t, double>>& conductivity) {
    std::string present;
    for (const Phase& phase : volume.phases) {
        present += (present.empty() ? "" : ", ") + std::to_string(phase.label);
    }
    for (const auto& [label, value] : conductivity) {
        bool found = false;
        for (const Phase& phase : volume.phases) {
            found = found || phase.label == label;
        }
        if (!found) {
            throw_bad_input(file + ": no voxel has label " + std::to_string(label) +
                            " (the labels are " + present +
                            "); name the conducting ones with --conductivity LABEL=VALUE");
        }
    }
}

/// Layer by layer: what conducts, stands there and flows, and the tortuosity factor between layers.
void write_profile(const std::string& path, const PhaseVolume& volume,
                   const EffectiveTransport& transport) {
    std::ostringstream out;
    out << "axis,depth_m,carrier_fraction,mean_potential_V,current_A_per_V,tortuosity_factor\n"
        << std::setprecision(9);
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        const double step = volume.voxel[static_cast<int>(axis)];
        const double area = volume.size().prod() / volume.size()[static_cast<int>(axis)];
        const double bulk = transport.conductivity[a] / transport.relative[a];
        const std::vector<LayerFlow>& layers = transport.report[a].layers;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            out << axis_names[a] << ',' << (static_cast<double>(l) + 0.5) * step << ','
                << layers[l].carrier_fraction << ',' << layers[l].potential << ','
                << layers[l].current << ',';
            // Of one conductor alone: several have no fraction to compare with.
            if (l + 1 < layers.size() && !std::isnan(transport.carrier_fraction)) {
                const double fraction =
                    0.5 * (layers[l].carrier_fraction + layers[l + 1].carrier_fraction);
                const double gradient = (layers[l].potential - layers[l + 1].potential) / step;
                out << fraction * bulk * gradient * area / layers[l].current;
            }
            out << '\n';
        }
    }
    write_text_file(path, out.str());
}

void write_fields(const std::string& path, const PhaseVolume& volume,
                  const std::array<double, 256>& conductivity, Axis axis, Sides sides,
                  const SolveOptions& solver) {
    const ImageNetwork network = voxel_network(volume, conductivity, axis, sides);
    const Grid<float> potential = solve(network, solver).potential;
    const Grid<float> current = current_density(network, potential);
    write_vdb_fields(path, volume,
                     {{"potential", "V", &potential}, {"current_density", "A/m^2", &current}});
}

std::string tensor_text(const Mat3& k) {
    std::ostringstream out;
    out << "\nConductivity tensor of the periodic box [S/m]\n" << std::setprecision(6);
    for (int a = 0; a < 3; ++a) {
        out << "  ";
        for (int b = 0; b < 3; ++b) {
            out << std::setw(14) << k(a, b);
        }
        out << '\n';
    }
    return out.str();
}

ExitCode measure(const Session& session, const Arguments& arguments) {
    ImageOptions options;
    options.voxel = parse_voxel(arguments.voxel);
    options.dtype = arguments.dtype;
    options.grid = arguments.grid;
    if (!arguments.shape.empty()) {
        options.shape = parse_shape(arguments.shape);
    }
    const AxisMask axes = parse_axes(arguments.axis);
    std::vector<std::pair<std::uint8_t, double>> conductivity;
    std::array<double, 256> by_label{};
    for (const std::string& text : arguments.conductivity) {
        conductivity.push_back(parse_conductivity(text));
        const auto [label, value] = conductivity.back();
        const auto earlier = [label = label](const auto& entry) { return entry.first == label; };
        if (std::count_if(conductivity.begin(), conductivity.end(), earlier) > 1) {
            throw_usage("--conductivity: label " + std::to_string(label) +
                        " is given twice; give it once");
        }
        by_label[label] = value;
    }
    SolveOptions solver;
    if (!(arguments.tolerance >= 1e-14 && arguments.tolerance <= 0.1)) { // a NaN passes CLI::Range
        throw_usage("--tolerance: must lie between 1e-14 and 0.1");
    }
    solver.tolerance = arguments.tolerance;
    solver.max_iterations = arguments.max_iterations;

    session.progress->stage("read");
    const PhaseVolume volume = read_image(arguments.image, options);
    require_labels(volume, arguments.image, conductivity);
    session.progress->stage("measure");
    const Sides sides = arguments.sides == "periodic" ? Sides::periodic : Sides::no_flux;
    const EffectiveTransport transport = measure_image(
        volume, by_label, sides,
        {.axes = axes, .solver = solver, .electrode = arguments.electrode, .flow = true},
        *session.progress);
    std::optional<ConductivityTensor> tensor;
    if (arguments.tensor) {
        tensor = measure_tensor(volume, by_label, solver, *session.progress);
    }
    session.progress->stage("");
    std::cout << (session.json ? image_json(volume, arguments.image, conductivity, transport,
                                            tensor ? &tensor->conductivity : nullptr)
                               : image_summary(volume, transport) +
                                     (tensor ? tensor_text(tensor->conductivity) : ""));
    std::cout.flush(); // what was measured is not lost if a file cannot be written
    if (!arguments.profile.empty()) {
        write_profile(arguments.profile, volume, transport);
    }
    if (!arguments.fields.empty()) {
        const auto only = std::find(axes.begin(), axes.end(), true) - axes.begin();
        write_fields(arguments.fields, volume, by_label, all_axes[static_cast<std::size_t>(only)],
                     sides, solver);
    }
    bool converged = !tensor || std::all_of(tensor->report.begin(), tensor->report.end(),
                                            [](const SolveReport& r) { return r.converged; });
    for (std::size_t a = 0; a < 3; ++a) {
        converged = converged &&
                    (!axes[a] || !transport.report[a].percolates || transport.report[a].converged);
    }
    if (!converged) {
        throw_not_converged(arguments.image + ": the residual is still above the tolerance after " +
                            std::to_string(arguments.max_iterations) +
                            " iterations; raise --max-iterations or --tolerance");
    }
    return ExitCode::done;
}

} // namespace

void add_measure(CLI::App& app, Session& session) {
    CLI::App* verb =
        app.add_subcommand("measure", "Effective conductivity and tortuosity of a segmented image");
    const auto a = std::make_shared<Arguments>();
    verb->add_option("image", a->image, "TIFF stack, raw file or VDB")->required();
    verb->add_option("--voxel", a->voxel,
                     "Edge of a voxel with its unit: \"0.39 um\", or three of them for x y z (a "
                     "VDB has its own)")
        ->expected(1, 3)
        ->type_name("LENGTH");
    verb->add_option("--conductivity,-c", a->conductivity,
                     "LABEL=VALUE per conducting label, \"0=0.2 S/m\"; a bare number is relative. "
                     "All others insulate")
        ->type_name("LABEL=VALUE")
        ->allow_extra_args(false)
        ->capture_default_str();
    verb->add_option("--axis", a->axis, "Axes to measure along: x, y, z or several")
        ->capture_default_str();
    verb->add_option("--sides", a->sides, "What the other sides do")
        ->check(CLI::IsMember({"no-flux", "periodic"}))
        ->capture_default_str();
    verb->add_flag("--electrode", a->electrode,
                   "Also the electrode tortuosity factor: current fed over the pore walls");
    verb->add_flag("--tensor", a->tensor,
                   "Also the whole conductivity tensor, the image repeating on all sides");
    verb->add_option("--profile", a->profile,
                     "CSV to write: current, potential and tortuosity factor layer by layer");
    verb->add_option("--fields", a->fields,
                     "VDB to write: potential and current density; with one axis");
    verb->add_option("--tolerance", a->tolerance, "Relative residual to reach")
        ->capture_default_str();
    verb->add_option("--max-iterations", a->max_iterations, "Give up after this many")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    verb->add_option("--shape", a->shape, "Raw files: nx,ny,nz, the fastest first");
    verb->add_option("--dtype", a->dtype,
                     "Raw files: uint8, int16, …, with < or > in front for the byte order")
        ->capture_default_str();
    verb->add_option("--grid", a->grid, "VDB files: the grid that holds the labels")
        ->capture_default_str();
    add_json(*verb, session);
    verb->footer(
        "\nFixed potentials on the two end faces, half a voxel outside the first and last cell "
        "centres; faces between\n"
        "voxels take the harmonic mean: the convention of TauFactor, PuMA and OpenImpala.\n"
        "tortuosity factor = sum of volume fraction x conductivity / effective conductivity (1 for "
        "straight channels)\n"
        "\nExamples:\n"
        "  porogen measure electrode.tiff --voxel \"0.39 um\"\n"
        "  porogen measure scan.raw --shape 512,512,300 --dtype uint16 --voxel \"65 nm\" "
        "-c \"1=1\" --axis z\n"
        "  porogen measure electrode.tiff --voxel \"0.39 um\" -c \"85=0.2 S/m\" "
        "-c \"170=50 S/m\" --sides periodic --json\n");
    verb->callback([&session, a] {
        if (!a->fields.empty() && a->axis.size() != 1) {
            throw CLI::ValidationError("--fields", "holds one field; name one axis with --axis");
        }
        if (a->voxel.size() == 2) {
            throw CLI::ValidationError("--voxel", "give one length or three");
        }
        session.action = [&session, a] { return measure(session, *a); };
    });
}

} // namespace porogen::cli
