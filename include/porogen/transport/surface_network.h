#pragma once
#include <limits>
#include "porogen/transport/network.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/cut_sheet.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {
struct SurfaceConductors {
    double pore = 0;
    double solid = 0;
    double sheet_factor = 0;
    double pore_solid = std::numeric_limits<double>::infinity();
    double film_pore = std::numeric_limits<double>::infinity();
    double film_solid = std::numeric_limits<double>::infinity();
};
enum class Ends { plates, periodic };
ConductorNetwork surface_network(const PhaseVolume& volume, const CutCells& cells, const CutSheet& sheet, const SurfaceConductors& conductors, Axis axis, Ends ends);
struct Knobs { int shorten = 0; double eps = 0.05; int dist = 0; int film = 0; double cap = 0.05; int link = 0; };
extern Knobs knobs;
}
