#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace porogen::transport {

/// For arrays that stream through memory: leaves what it makes uninitialised, so that large arrays
/// are first touched by the parallel loop that fills them, and asks for huge pages, of which the
/// processor has to look up 500 times fewer.
template <class T>
struct StreamAllocator {
    using value_type = T;

    StreamAllocator() = default;
    template <class U>
    StreamAllocator(const StreamAllocator<U>&) noexcept {} // NOLINT(google-explicit-constructor)

    [[nodiscard]] T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes < large) {
            return std::allocator<T>().allocate(count);
        }
        void* memory = std::aligned_alloc(page, (bytes + page - 1) / page * page);
        if (memory == nullptr) {
            throw std::bad_alloc();
        }
#ifdef __linux__
        ::madvise(memory, bytes, MADV_HUGEPAGE); // refused: small pages do as well
#endif
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        if (count * sizeof(T) < large) {
            std::allocator<T>().deallocate(memory, count);
        } else {
            std::free(memory);
        }
    }
    template <class U>
    void construct(U* at) noexcept {
        ::new (static_cast<void*>(at)) U;
    }
    template <class U, class... Arguments>
    void construct(U* at, Arguments&&... arguments) {
        std::construct_at(at, std::forward<Arguments>(arguments)...);
    }
    friend bool operator==(const StreamAllocator&, const StreamAllocator&) {
        return true;
    }

  private:
    static constexpr std::size_t page = std::size_t{1} << 21U;
    static constexpr std::size_t large = 2 * page;
};

/// A std::vector whose resize() sets nothing.
template <class T>
using Buffer = std::vector<T, StreamAllocator<T>>;

} // namespace porogen::transport
