// tile.cuh    tiles of ROWS x COLUMNS pixels of packed images
#pragma once
#include "mma.cuh"

struct Images {
    int count, height, width, out_height, out_width; // of x and of y
};

struct Tile {
    int image, row, column; // of its first pixel

    INLINE Tile(int height, int width, int index) {
        column = index % across(width) * COLUMNS;
        index /= across(width);
        row = index % down(height) * ROWS;
        image = index / down(height);
    }

    INLINE static int across(int width) { return (width + COLUMNS - 1) / COLUMNS; }
    INLINE static int down(int height) { return (height + ROWS - 1) / ROWS; }
};
