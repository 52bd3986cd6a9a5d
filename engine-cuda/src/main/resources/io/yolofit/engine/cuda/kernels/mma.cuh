// mma.cuh     tensor core instructions in PTX, compute capability 8.0; T is f16 or bf16
//
// Fragments, with g = fragment_row(lane) and p = fragment_pair(lane); two neighbors share a register:
//   a[16,16]   rows g, g + 8, g, g + 8 of columns p, p + 1 (first two) and p + 8, p + 9 (last two)
//   b[16,8]    rows p, p + 1 and rows p + 8, p + 9 of column g
//   d[16,8]    columns p, p + 1 of row g, then those of row g + 8
// ldmatrix loads four 8x8 matrices of a 16x16 part. Lane i passes the address in shared memory of the 16 bytes of row
// i % 8 of matrix i / 8; the order of the matrices is that of the registers.
#pragma once
#include "async_copy.cuh"

DEVICE int fragment_row(int lane) { return lane / 4; }
DEVICE int fragment_pair(int lane) { return lane % 4 * 2; }

// The row of 8 elements of a 16x16 part that a lane passes to ldmatrix. Down first: matrices from top to bottom, then
// from left to right, the order of fragment a. Across first: from left to right, then from top to bottom, the order of
// two fragments b, and of a if it is transposed.
DEVICE int down_row(int lane) { return lane % 16; }
DEVICE int down_column(int lane) { return lane / 16 * 8; }
DEVICE int across_row(int lane) { return lane % 8 + lane / 16 * 8; }
DEVICE int across_column(int lane) { return lane / 8 % 2 * 8; }

// The same if the lower matrices are `below` rows below the upper ones, instead of 8.
DEVICE int down_row(int lane, int below) { return lane / 8 % 2 * below + lane % 8; }
DEVICE int across_row(int lane, int below) { return lane / 16 * below + lane % 8; }

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

// Loads four matrices: a register holds elements p and p + 1 of row g.
DEVICE void load_matrices(u32 (&a)[4], u32 row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(a[0]), "=r"(a[1]), "=r"(a[2]), "=r"(a[3]) : "r"(row) : "memory");
}

// Loads four matrices transposed: a register holds elements p and p + 1 of column g.
DEVICE void load_transposed(u32 (&a)[4], u32 row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(a[0]), "=r"(a[1]), "=r"(a[2]), "=r"(a[3]) : "r"(row) : "memory");
}

// Loads two matrices transposed. Lanes 0 to 15 pass the addresses of the rows; those of other lanes are ignored.
DEVICE void load_transposed(u32 (&a)[2], u32 row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
        : "=r"(a[0]), "=r"(a[1]) : "r"(row) : "memory");
}

// Two neighbors, which share a register.
DEVICE u32 load_pair(const T* p) { return *reinterpret_cast<const u32*>(p); }

DEVICE float low(u32 pair) { return to_float((T) (pair & 0xffff)); }
DEVICE float high(u32 pair) { return to_float((T) (pair >> 16)); }

DEVICE u32 rounded_pair(float low, float high) { return pack(from_float(low), from_float(high)); }
