// mma.cuh     tensor core instructions and asynchronous copies in PTX, compute capability 8.0; T is f16 or bf16
//
// Fragments, with g = lane / 4 and t = lane % 4; two neighbors share a register:
//   a[16,16]   rows g, g + 8, g, g + 8 of columns 2t, 2t + 1 (first two) and 2t + 8, 2t + 9 (last two)
//   b[16,8]    rows 2t, 2t + 1 and rows 2t + 8, 2t + 9 of column g
//   d[16,8]    columns 2t, 2t + 1 of row g, then those of row g + 8
#pragma once
#include "types.cuh"

// d += a b, in float.
DEVICE void mma(float (&d)[4], const u32 (&a)[4], u32 b0, u32 b1) {
#if defined(TYPE_BF16)
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
#else
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
#endif
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Loads four 8x8 matrices: a register holds elements 2t and 2t + 1 of row g. Lane i passes the address in shared memory
// of the 16 bytes of row i % 8 of matrix i / 8.
DEVICE void load_matrices(u32 (&a)[4], const T* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(a[0]), "=r"(a[1]), "=r"(a[2]), "=r"(a[3]) : "r"((u32) __cvta_generic_to_shared(row)) : "memory");
}

// Loads four 8x8 matrices transposed: a register holds elements 2t and 2t + 1 of column g. Lane i passes the address in
// shared memory of the 16 bytes of row i % 8 of matrix i / 8.
DEVICE void load_transposed(u32 (&a)[4], const T* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(a[0]), "=r"(a[1]), "=r"(a[2]), "=r"(a[3]) : "r"((u32) __cvta_generic_to_shared(row)) : "memory");
}

// A shared-memory address for the overloads below; computed once, it saves conversions in loops.
DEVICE u32 shared_address(const void* p) {
    return (u32) __cvta_generic_to_shared(p);
}

DEVICE void load_transposed(u32 (&a)[4], u32 row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(a[0]), "=r"(a[1]), "=r"(a[2]), "=r"(a[3]) : "r"(row) : "memory");
}

// Loads two 8x8 matrices transposed. Lanes 0 to 15 pass the addresses of the rows; those of other lanes are ignored.
DEVICE void load_transposed(u32 (&a)[2], u32 row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
        : "=r"(a[0]), "=r"(a[1]) : "r"(row) : "memory");
}

// Copies 16 bytes from global to shared memory asynchronously, or writes zeros if not wanted; from must be a valid
// address in both cases.
DEVICE void copy_async(T* to, const T* from, bool wanted) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
        :: "r"((u32) __cvta_generic_to_shared(to)), "l"(from), "r"(wanted ? 16 : 0) : "memory");
}

DEVICE void copy_async(u32 to, const T* from, bool wanted) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
        :: "r"(to), "l"(from), "r"(wanted ? 16 : 0) : "memory");
}

// The same with BYTES bytes, 4 or 8; both addresses must be multiples of BYTES.
template <int BYTES>
DEVICE void copy_async_short(T* to, const T* from, bool wanted) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;"
        :: "r"((u32) __cvta_generic_to_shared(to)), "l"(from), "n"(BYTES), "r"(wanted ? BYTES : 0) : "memory");
}

// Ends a group of asynchronous copies.
DEVICE void commit() {
    asm volatile("cp.async.commit_group;" ::: "memory");
}

// Waits until at most PENDING of this thread's groups are incomplete.
template <int PENDING>
DEVICE void wait() {
    asm volatile("cp.async.wait_group %0;" :: "n"(PENDING) : "memory");
}
