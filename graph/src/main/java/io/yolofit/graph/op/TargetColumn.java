package io.yolofit.graph.op;

/// Columns of the targets of detection: class, then the box normalized to the network's input.
public enum TargetColumn {
    CLASS, CENTER_X, CENTER_Y, WIDTH, HEIGHT;

    /// Numbers of a row.
    public static final int COUNT = values().length;

    /// Index of this column of a row in packed rows.
    public int at(int row) {
        return row * COUNT + ordinal();
    }

    public float of(float[] rows, int row) {
        return rows[at(row)];
    }

    public double of(double[] rows, int row) {
        return rows[at(row)];
    }
}
