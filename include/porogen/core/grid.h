#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace porogen {

/// The three directions of space, usable as an index.
enum class Axis : int { x = 0, y = 1, z = 2 };
inline constexpr std::array<Axis, 3> all_axes{Axis::x, Axis::y, Axis::z};
inline constexpr std::array<char, 3> axis_names{'x', 'y', 'z'};

/// Number of cells along x, y, z.
struct Shape {
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::int64_t z = 0;

    [[nodiscard]] std::int64_t size() const { return x * y * z; }
    [[nodiscard]] std::int64_t operator[](Axis axis) const {
        return axis == Axis::x ? x : axis == Axis::y ? y : z;
    }
    /// Position of cell (i, j, k) in memory: x runs fastest, z slowest.
    [[nodiscard]] std::int64_t index(std::int64_t i, std::int64_t j, std::int64_t k) const {
        return i + x * (j + y * k);
    }
    /// Distance in memory between neighbours along an axis.
    [[nodiscard]] std::int64_t stride(Axis axis) const {
        return axis == Axis::x ? 1 : axis == Axis::y ? x : x * y;
    }
    friend bool operator==(const Shape&, const Shape&) = default;
};

/// A dense field of cell values, shape (nx, ny, nz), x fastest. The centre of cell (i, j, k) lies
/// at ((i + 1/2) hx, (j + 1/2) hy, (k + 1/2) hz).
template <class T>
class Grid {
  public:
    Grid() = default;
    explicit Grid(Shape shape, T value = T{})
        : shape_(shape), values_(static_cast<std::size_t>(shape.size()), value) {}

    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(values_.size()); }
    [[nodiscard]] bool empty() const { return values_.empty(); }
    [[nodiscard]] T* data() { return values_.data(); }
    [[nodiscard]] const T* data() const { return values_.data(); }

    [[nodiscard]] T& operator[](std::int64_t n) {
        assert(n >= 0 && n < size());
        return values_[static_cast<std::size_t>(n)];
    }
    [[nodiscard]] const T& operator[](std::int64_t n) const {
        assert(n >= 0 && n < size());
        return values_[static_cast<std::size_t>(n)];
    }
    [[nodiscard]] T& operator()(std::int64_t i, std::int64_t j, std::int64_t k) {
        return (*this)[shape_.index(i, j, k)];
    }
    [[nodiscard]] const T& operator()(std::int64_t i, std::int64_t j, std::int64_t k) const {
        return (*this)[shape_.index(i, j, k)];
    }

    [[nodiscard]] auto begin() { return values_.begin(); }
    [[nodiscard]] auto end() { return values_.end(); }
    [[nodiscard]] auto begin() const { return values_.begin(); }
    [[nodiscard]] auto end() const { return values_.end(); }

  private:
    Shape shape_;
    std::vector<T> values_;
};

} // namespace porogen
