#include "neighbours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <tuple>

#include "porogen/core/parallel.h"

namespace porogen {

namespace {

/// A body or an image of one.
struct Image {
    int body = 0;
    int nx = 0;
    int ny = 0;
    Vec3 centre;
};

/// Bins of edge >= reach over everything that images can occupy.
class Bins {
  public:
    Bins(const std::vector<Image>& images, double edge) : edge_(edge) {
        low_ = high_ = images.front().centre;
        for (const Image& image : images) {
            low_ = low_.cwiseMin(image.centre);
            high_ = high_.cwiseMax(image.centre);
        }
        for (int d = 0; d < 3; ++d) {
            count_[static_cast<std::size_t>(d)] =
                static_cast<std::int64_t>((high_[d] - low_[d]) / edge_) + 1;
        }
        start_.assign(static_cast<std::size_t>(count_[0] * count_[1] * count_[2] + 1), 0);
        for (const Image& image : images) {
            ++start_[static_cast<std::size_t>(index(place(image.centre)) + 1)];
        }
        for (std::size_t n = 1; n < start_.size(); ++n) {
            start_[n] += start_[n - 1];
        }
        std::vector<int> next(start_.begin(), start_.end() - 1);
        items_.resize(images.size());
        for (std::size_t n = 0; n < images.size(); ++n) {
            const auto bin = static_cast<std::size_t>(index(place(images[n].centre)));
            items_[static_cast<std::size_t>(next[bin]++)] = static_cast<int>(n);
        }
    }

    /// Calls visit(image number) for everything in the bins around a point.
    template <class F>
    void around(const Vec3& point, F visit) const {
        const auto middle = place(point);
        for (auto k = std::max<std::int64_t>(middle[2] - 1, 0);
             k <= std::min(middle[2] + 1, count_[2] - 1); ++k) {
            for (auto j = std::max<std::int64_t>(middle[1] - 1, 0);
                 j <= std::min(middle[1] + 1, count_[1] - 1); ++j) {
                for (auto i = std::max<std::int64_t>(middle[0] - 1, 0);
                     i <= std::min(middle[0] + 1, count_[0] - 1); ++i) {
                    const auto bin = static_cast<std::size_t>(index({i, j, k}));
                    for (int n = start_[bin]; n < start_[bin + 1]; ++n) {
                        visit(items_[static_cast<std::size_t>(n)]);
                    }
                }
            }
        }
    }

  private:
    using Place = std::array<std::int64_t, 3>;
    [[nodiscard]] Place place(const Vec3& point) const {
        Place p{};
        for (int d = 0; d < 3; ++d) {
            p[static_cast<std::size_t>(d)] =
                static_cast<std::int64_t>((point[d] - low_[d]) / edge_);
        }
        return p;
    }
    [[nodiscard]] std::int64_t index(const Place& p) const {
        return p[0] + count_[0] * (p[1] + count_[1] * p[2]);
    }

    double edge_;
    Vec3 low_;
    Vec3 high_;
    Place count_{};
    std::vector<int> start_;
    std::vector<int> items_;
};

/// Bodies and those of their images that come within `reach` of the box.
std::vector<Image> images_within(const std::vector<Body>& bodies, const Box& box, double reach) {
    const auto range_x = static_cast<int>(std::ceil(reach / box.size.x()));
    const auto range_y = static_cast<int>(std::ceil(reach / box.size.y()));
    std::vector<Image> images;
    for (int b = 0; b < static_cast<int>(bodies.size()); ++b) {
        for (int ny = -range_y; ny <= range_y; ++ny) {
            for (int nx = -range_x; nx <= range_x; ++nx) {
                const Vec3 centre = bodies[static_cast<std::size_t>(b)].centre +
                                    Vec3(nx * box.size.x(), ny * box.size.y(), 0);
                if (centre.x() >= -reach && centre.x() <= box.size.x() + reach &&
                    centre.y() >= -reach && centre.y() <= box.size.y() + reach) {
                    images.push_back({b, nx, ny, centre});
                }
            }
        }
    }
    return images;
}

} // namespace

std::vector<NeighbourPair> find_neighbours(const std::vector<Body>& bodies, const Box& box,
                                           double skin) {
    std::vector<NeighbourPair> pairs;
    if (bodies.empty()) {
        return pairs;
    }
    double largest = 0;
    for (const Body& body : bodies) {
        largest = std::max(largest, body.reach);
    }
    const double reach = 2 * largest + skin;
    const std::vector<Image> images = images_within(bodies, box, reach);
    const Bins bins(images, reach);

    // Blocks of bodies are searched in parallel, and their pairs joined in order.
    constexpr std::int64_t block = 64;
    const auto count = static_cast<std::int64_t>(bodies.size());
    std::vector<std::vector<NeighbourPair>> parts(
        static_cast<std::size_t>((count + block - 1) / block));
    parallel_blocks(count, block, [&](std::int64_t begin, std::int64_t end) {
        std::vector<NeighbourPair>& part = parts[static_cast<std::size_t>(begin / block)];
        std::vector<std::tuple<int, int, int>> found; // other body, image number in x, in y
        for (auto a = static_cast<int>(begin); a < static_cast<int>(end); ++a) {
            const Body& body = bodies[static_cast<std::size_t>(a)];
            found.clear();
            bins.around(body.centre, [&](int n) {
                const Image& image = images[static_cast<std::size_t>(n)];
                // Each pair once; of a body's own images, one of every opposite two.
                const bool later =
                    image.body > a ||
                    (image.body == a && (image.ny > 0 || (image.ny == 0 && image.nx > 0)));
                if (!later) {
                    return;
                }
                const double near =
                    body.reach + bodies[static_cast<std::size_t>(image.body)].reach + skin;
                if ((image.centre - body.centre).squaredNorm() < near * near) {
                    found.emplace_back(image.body, image.ny, image.nx);
                }
            });
            std::sort(found.begin(), found.end());
            for (const auto& [b, ny, nx] : found) {
                part.push_back({a, b, {nx * box.size.x(), ny * box.size.y(), 0}, Vec3::Zero()});
            }
        }
    });
    for (const std::vector<NeighbourPair>& part : parts) {
        pairs.insert(pairs.end(), part.begin(), part.end());
    }
    return pairs;
}

} // namespace porogen
