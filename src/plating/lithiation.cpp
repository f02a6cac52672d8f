#include "porogen/plating/lithiation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>

#include "plating/checks.h"
#include "porogen/core/memory.h"

namespace porogen {

namespace {

using plating::check_value;

constexpr char where[] = "lithiation front";
constexpr double infinite = std::numeric_limits<double>::infinity();

// Host in a cell is lithiated over at least this part of a passage: its rate stays finite.
constexpr double shortest_passage = 0.01;

// y at which LLTO has gone half of its way from insulator to conductor, on the logarithm.
constexpr double half_way = 0.05;

// A cell and the 26 around it, as the places of a cube counted x fastest.
constexpr int cube_centre = 13;
constexpr std::array<int, 3> cube_stride{1, 3, 9};

std::array<int, 3> step_to(int place) {
    return {place % 3 - 1, place / 3 % 3 - 1, place / 9 - 1};
}

/// Whether a step across an edge or a corner can be taken as steps across faces from host to host.
bool joined(const std::array<bool, 27>& host, int from, std::array<int, 3> step) {
    if (std::abs(step[0]) + std::abs(step[1]) + std::abs(step[2]) == 1) {
        return true;
    }
    for (std::size_t a = 0; a < 3; ++a) {
        if (step[a] != 0) {
            const int between = from + step[a] * cube_stride[a];
            std::array<int, 3> rest = step;
            rest[a] = 0;
            if (host[static_cast<std::size_t>(between)] && joined(host, between, rest)) {
                return true;
            }
        }
    }
    return false;
}

// For heaps with the earliest in front; the cell decides between equals.
template <class T>
bool later_arrival(const T& a, const T& b) {
    return std::tie(a.time, a.cell) > std::tie(b.time, b.cell);
}
template <class T>
bool later_end(const T& a, const T& b) {
    return std::tie(a.end, a.cell) > std::tie(b.end, b.cell);
}

/// What an axis contributes to |grad T|^2 = 1/speed^2:  weight (T - from)^2.
struct Upwind {
    double from;   ///< what the difference is taken from [s]
    double weight; ///< [1/m^2]
};

/// The largest root of sum weight (T - from)^2 = slowness^2; NaN where there is none.
double front_time(const Upwind* axes, int count, double slowness) {
    // Times relative to the first: they may be large against a passage.
    const double origin = axes[0].from;
    double a = 0;
    double b = 0;
    double c = -slowness * slowness;
    for (int n = 0; n < count; ++n) {
        const double from = axes[n].from - origin;
        a += axes[n].weight;
        b += axes[n].weight * from;
        c += axes[n].weight * from * from;
    }
    return origin + (b + std::sqrt(b * b - a * c)) / a;
}

} // namespace

LithiationFront::LithiationFront(const Grid<float>& host, const Vec3& voxel,
                                 std::array<bool, 3> periodic, double speed)
    : voxel_(voxel), periodic_(periodic), speed_(speed) {
    for (const double edge : voxel) {
        check_value(where, edge, edge > 0, "edge of a voxel", "> 0", "m");
    }
    check_value(where, speed, speed > 0, "speed", "> 0", "m/s");
    for (const float part : host) {
        check_value(where, part, part >= 0 && part <= 1, "part of a cell that is host",
                    "within 0 to 1", "");
    }
    require_memory(17.0 * static_cast<double>(host.size()), where);
    half_passage_ = 0.5 * std::cbrt(voxel.prod()) / speed;
    host_ = std::make_shared<const Grid<float>>(host);
    lithiated_ = Grid<float>(host.shape(), 0);
    arrival_ = Grid<double>(host.shape(), infinite);
    entered_ = Grid<std::uint8_t>(host.shape(), 0);
}

void LithiationFront::supply(std::int64_t cell) {
    if (cell < 0 || cell >= host_->size()) {
        throw_bad_input(std::string(where) + ": cell " + std::to_string(cell) +
                        " is supplied, of a volume of " + std::to_string(host_->size()) +
                        " cells; give one within");
    }
    const double part = (*host_)[cell];
    if (part > 0) {
        propose(cell, now_ + 2 * half_passage_ * (std::max(part, shortest_passage) - 0.5));
    }
}

LithiationFront::Advance LithiationFront::advance(double time, double volume) {
    if (!(time >= 0 && volume >= 0)) {
        throw_bad_input(std::string(where) + ": a time of " + format_number(time) +
                        " s and a volume of " + format_number(volume) +
                        " m^3 are to be run; give values not below 0");
    }
    const double cell_volume = voxel_.prod();
    const double start = now_;
    // From what was returned so far, so that the rounding of one run is made good by the next.
    const double target = delivered_ + volume / cell_volume;
    const double stop = now_ + time;
    double lithiated = lithiated_cells();
    double pace = rate();
    bool met = volume == 0;
    while (!met) {
        drop_stale_arrivals();
        const double enter =
            arrivals_.empty() ? infinite : std::max(now_, arrivals_.front().time - half_passage_);
        const double leave = passages_.empty() ? infinite : std::max(now_, passages_.front().end);
        const double next = std::min({stop, enter, leave});
        if (next == infinite) {
            break;
        }
        if (lithiated + pace * (next - now_) >= target) {
            now_ += std::max(0.0, (target - lithiated) / pace);
            met = true;
            break;
        }
        lithiated += pace * (next - now_);
        now_ = next;
        if (leave == next) {
            pace -= leave_next();
            if (passages_.empty()) {
                pace = 0;
                lithiated = passed_;
            }
        } else if (enter == next) {
            pace += enter_next();
        } else {
            break;
        }
    }
    write_front();
    const double before = delivered_;
    delivered_ = met ? target : std::max(delivered_, lithiated_cells());
    return {met ? volume : (delivered_ - before) * cell_volume, now_ - start};
}

double LithiationFront::reachable(double time) const {
    LithiationFront trial = *this;
    return trial.advance(time, infinite).volume;
}

double LithiationFront::lithiated_volume() const {
    return lithiated_cells() * voxel_.prod();
}

LithiationFront::Place LithiationFront::place_of(std::int64_t cell) const {
    const Shape& shape = host_->shape();
    return {cell % shape.x, cell / shape.x % shape.y, cell / (shape.x * shape.y)};
}

/// The cell at a place at most two cells outside the volume, -1 where it has no continuation.
std::int64_t LithiationFront::cell_at(Place place) const {
    const Shape& shape = host_->shape();
    for (std::size_t a = 0; a < 3; ++a) {
        const std::int64_t count = shape[all_axes[a]];
        if (place[a] < 0 || place[a] >= count) {
            if (!periodic_[a]) {
                return -1;
            }
            place[a] = (place[a] + 2 * count) % count;
        }
    }
    return shape.index(place[0], place[1], place[2]);
}

/// Arrival by upwind differences from the cells already entered, of second order where two in a row
/// are (J. A. Sethian, SIAM Rev. 41 (1999) 199); infinite where fewer than two axes have any, as
/// the way straight through the face is then exact [s].
double LithiationFront::marched(const Place& place) const {
    std::array<Upwind, 3> axes{};
    axes.fill({infinite, 0}); // sorted behind the axes in use
    int count = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        const double edge = voxel_[static_cast<int>(a)];
        double first = infinite;
        double second = infinite;
        for (const int side : {-1, 1}) {
            Place near = place;
            near[a] += side;
            const std::int64_t n = cell_at(near);
            if (n < 0 || entered_[n] == 0 || !(arrival_[n] < first)) {
                continue;
            }
            first = arrival_[n];
            near[a] += side;
            const std::int64_t next = cell_at(near);
            second = next >= 0 && entered_[next] != 0 ? arrival_[next] : infinite;
        }
        if (first < infinite) {
            axes[static_cast<std::size_t>(count)] =
                second <= first ? Upwind{first + (first - second) / 3, 2.25 / (edge * edge)}
                                : Upwind{first, 1 / (edge * edge)};
            ++count;
        }
    }
    std::sort(axes.begin(), axes.end(),
              [](const Upwind& a, const Upwind& b) { return a.from < b.from; });
    for (; count > 1; --count) {
        const double time = front_time(axes.data(), count, 1 / speed_);
        // The front comes from every neighbour that it was computed from.
        if (time >= axes[static_cast<std::size_t>(count - 1)].from) {
            return time;
        }
    }
    return infinite;
}

/// Host lithiated, in cells.
double LithiationFront::lithiated_cells() const {
    double sum = passed_;
    for (const Passage& passage : passages_) {
        sum += (*host_)[passage.cell] * part_of(passage);
    }
    return sum;
}

/// Host lithiated per time at the front [cells/s].
double LithiationFront::rate() const {
    double sum = 0;
    for (const Passage& passage : passages_) {
        sum += passage.end > now_ ? rate_of(passage) : 0;
    }
    return sum;
}

double LithiationFront::part_of(const Passage& passage) const {
    return std::clamp((now_ - passage.begin) / (passage.end - passage.begin), 0.0, 1.0);
}

double LithiationFront::rate_of(const Passage& passage) const {
    return (*host_)[passage.cell] / (passage.end - passage.begin);
}

void LithiationFront::propose(std::int64_t cell, double time) {
    if (entered_[cell] == 0 && time < arrival_[cell]) {
        arrival_[cell] = time;
        arrivals_.push_back({time, cell});
        std::push_heap(arrivals_.begin(), arrivals_.end(), later_arrival<Arrival>);
    }
}

void LithiationFront::drop_stale_arrivals() {
    while (!arrivals_.empty() && (entered_[arrivals_.front().cell] != 0 ||
                                  arrivals_.front().time > arrival_[arrivals_.front().cell])) {
        std::pop_heap(arrivals_.begin(), arrivals_.end(), later_arrival<Arrival>);
        arrivals_.pop_back();
    }
}

/// Lets the front into the cell that it reaches first; what that adds to the rate [cells/s].
double LithiationFront::enter_next() {
    const Arrival next = arrivals_.front();
    std::pop_heap(arrivals_.begin(), arrivals_.end(), later_arrival<Arrival>);
    arrivals_.pop_back();
    entered_[next.cell] = 1;
    const double begin = std::max(now_, next.time - half_passage_);
    const double end =
        std::max(next.time + half_passage_, begin + shortest_passage * 2 * half_passage_);
    const Passage passage{end, begin, next.cell};
    passages_.push_back(passage);
    std::push_heap(passages_.begin(), passages_.end(), later_end<Passage>);
    spread_across_faces(next.cell);
    return rate_of(passage);
}

/// Proposes to the cells across the faces when the front comes there.
void LithiationFront::spread_across_faces(std::int64_t cell) {
    const Place place = place_of(cell);
    for (std::size_t a = 0; a < 3; ++a) {
        for (const int side : {-1, 1}) {
            Place near = place;
            near[a] += side;
            const std::int64_t n = cell_at(near);
            if (n >= 0 && entered_[n] == 0 && (*host_)[n] > 0) {
                const double straight = arrival_[cell] + voxel_[static_cast<int>(a)] / speed_;
                propose(n, std::min(straight, marched(near)));
            }
        }
    }
}

/// Proposes to the cells across edges and corners the straight way there, which is the shortest
/// near where a front begins or turns a corner, and which differences miss. Most others know of a
/// shorter one by the time that the front leaves this cell.
void LithiationFront::spread_across_edges(std::int64_t cell) {
    const Place place = place_of(cell);
    std::array<std::int64_t, 27> cells{};
    std::array<bool, 27> host{};
    for (int n = 0; n < 27; ++n) {
        const std::array<int, 3> step = step_to(n);
        const auto slot = static_cast<std::size_t>(n);
        cells[slot] = cell_at({place[0] + step[0], place[1] + step[1], place[2] + step[2]});
        host[slot] = cells[slot] >= 0 && (*host_)[cells[slot]] > 0;
    }
    for (int n = 0; n < 27; ++n) {
        const auto slot = static_cast<std::size_t>(n);
        const std::array<int, 3> step = step_to(n);
        if (host[slot] && entered_[cells[slot]] == 0 && joined(host, cube_centre, step)) {
            const Vec3 way = Vec3(step[0], step[1], step[2]).cwiseProduct(voxel_);
            propose(cells[slot], arrival_[cell] + way.norm() / speed_);
        }
    }
}

/// Takes the cell that the front leaves first off the front; what that takes off the rate
/// [cells/s].
double LithiationFront::leave_next() {
    const Passage passage = passages_.front();
    std::pop_heap(passages_.begin(), passages_.end(), later_end<Passage>);
    passages_.pop_back();
    passed_ += (*host_)[passage.cell];
    lithiated_[passage.cell] = 1;
    spread_across_edges(passage.cell);
    return rate_of(passage);
}

/// Writes the parts of the cells at the front in single precision, each with what the rounding of
/// those before it left over. The least lithiated, of the finest rounding, comes last.
void LithiationFront::write_front() {
    std::size_t last = 0;
    for (std::size_t n = 0; n < passages_.size(); ++n) {
        last = part_of(passages_[n]) < part_of(passages_[last]) ? n : last;
    }
    double left = 0;
    const auto write = [&](const Passage& passage) {
        const double host = (*host_)[passage.cell];
        const double wanted = part_of(passage) + left / host;
        const auto written = static_cast<float>(std::clamp(wanted, 0.0, 1.0));
        lithiated_[passage.cell] = written;
        left = (wanted - written) * host;
    };
    for (std::size_t n = 0; n < passages_.size(); ++n) {
        if (n != last) {
            write(passages_[n]);
        }
    }
    if (!passages_.empty()) {
        write(passages_[last]);
    }
}

double llto_electronic_conductivity(double pristine, double lithiated, double y) {
    check_value("LLTO", pristine, pristine > 0, "pristine conductivity", "> 0", "S/m");
    check_value("LLTO", lithiated, lithiated > 0, "lithiated conductivity", "> 0", "S/m");
    check_value("LLTO", y, y >= 0 && y <= 1, "occupied part", "within 0 to 1", "");
    const double way = y * (1 + half_way) / (y + half_way);
    return pristine * std::pow(lithiated / pristine, way);
}

} // namespace porogen
