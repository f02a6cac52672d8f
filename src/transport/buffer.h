#pragma once

#include <memory>
#include <vector>

namespace porogen::transport {

/// Leaves what it makes uninitialised, so that large arrays are first touched by the parallel loop
/// that fills them.
template <class T>
struct UninitialisedAllocator : std::allocator<T> {
    template <class U>
    struct rebind { // NOLINT(readability-identifier-naming): the standard's name
        using other = UninitialisedAllocator<U>;
    };
    template <class U>
    void construct(U* at) noexcept {
        ::new (static_cast<void*>(at)) U;
    }
    template <class U, class... Arguments>
    void construct(U* at, Arguments&&... arguments) {
        std::construct_at(at, std::forward<Arguments>(arguments)...);
    }
};

/// A std::vector whose resize() sets nothing.
template <class T>
using Buffer = std::vector<T, UninitialisedAllocator<T>>;

} // namespace porogen::transport
