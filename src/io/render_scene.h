#pragma once

#include <optional>

#include <openvdb/openvdb.h>
#include <openvdb/tools/RayIntersector.h>

#include "io/render_camera.h"
#include "porogen/volume/phase_volume.h"

namespace porogen::render {

/// A field on the cells of the box, linear between their centres and constant
/// beyond the outermost [um].
class CellField {
  public:
    CellField(const Grid<float>& values, double factor, double voxel);
    [[nodiscard]] double operator()(const Vec3& point) const;

  private:
    Shape shape_;
    double cells_per_um_;
    std::vector<float> values_; ///< with one more layer all around, so that no lookup needs a check
};

struct Box {
    Vec3 low{0, 0, 0};
    Vec3 high{0, 0, 0};
    /// Negative inside.
    [[nodiscard]] double distance(const Vec3& point) const;
};

/// Where a ray meets the solid.
struct Hit {
    double t = 0;
    Vec3 point;
    Vec3 normal;
    double film = 0;      ///< part of the surface there that is coated, 0..1
    bool section = false; ///< on a side of the box or of the cut, not on a particle
};

/// The solid within the box less the cut-out corner. All lengths in micrometres.
class Scene {
  public:
    Scene(const PhaseVolume& volume, const Vec3& towards_camera, double cutaway);

    using Intersector = openvdb::tools::LevelSetRayIntersector<openvdb::FloatGrid>;
    /// One per thread. Precondition: not empty().
    [[nodiscard]] Intersector intersector() const { return Intersector(*level_set_); }
    [[nodiscard]] bool empty() const { return level_set_->empty(); }
    [[nodiscard]] std::optional<Hit> trace(const Ray& ray, const Intersector& intersector) const;
    /// Distance to the visible solid, at least a lower bound of it; negative inside.
    [[nodiscard]] double distance(const Vec3& point) const;
    [[nodiscard]] const Vec3& size() const { return box_.high; }
    [[nodiscard]] double voxel() const { return voxel_; }

  private:
    struct Span;
    [[nodiscard]] std::optional<Hit> trace_span(const Ray& ray, const Span& span,
                                                const Intersector& intersector) const;
    [[nodiscard]] std::optional<Hit> section_hit(const Ray& ray, const Span& span) const;
    [[nodiscard]] Vec3 gradient(const Vec3& point) const;
    [[nodiscard]] double coverage(const Vec3& point) const;

    double voxel_;
    Box box_;
    Box cut_;
    bool has_cut_;
    openvdb::FloatGrid::Ptr level_set_;
    CellField distance_;
    std::optional<CellField> coverage_;
    std::optional<CellField> film_thickness_;
};

} // namespace porogen::render
