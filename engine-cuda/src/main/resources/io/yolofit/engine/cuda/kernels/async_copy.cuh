// async_copy.cuh  asynchronous copies from global to shared memory in PTX, compute capability 8.0
#pragma once
#include "vector.cuh"

// An address in shared memory for PTX; computed once, it saves conversions in loops.
DEVICE u32 shared_address(const void* p) { return (u32) __cvta_generic_to_shared(p); }

// Copies BYTES bytes, 4, 8 or 16, from global to shared memory asynchronously, or writes zeros if not wanted; from must
// be a valid address in both cases. Both addresses must be multiples of BYTES.
template <int BYTES = 16>
DEVICE void copy_async(u32 to, const T* from, bool wanted) {
    if constexpr (BYTES == 16) {
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
            :: "r"(to), "l"(from), "r"(wanted ? 16 : 0) : "memory");
    } else {
        asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;"
            :: "r"(to), "l"(from), "n"(BYTES), "r"(wanted ? BYTES : 0) : "memory");
    }
}

template <int BYTES = 16>
DEVICE void copy_async(T* to, const T* from, bool wanted) { copy_async<BYTES>(shared_address(to), from, wanted); }

// Ends a group of asynchronous copies.
DEVICE void commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits until at most PENDING of this thread's groups are incomplete.
template <int PENDING>
DEVICE void wait() { asm volatile("cp.async.wait_group %0;" :: "n"(PENDING) : "memory"); }
