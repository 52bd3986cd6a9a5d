package io.yolofit.graph;

/// A tensor in a graph: an input of the graph, or one output of exactly one [Node]. Values are compared by identity;
/// [#id] is their number in the graph's text form.
public final class Value {
    private final int id;
    private final String name;
    private final TensorType type;
    private final Role role;
    private final Node producer;
    private final int index;

    Value(int id, String name, TensorType type, Role role, Node producer, int index) {
        this.id = id;
        this.name = name;
        this.type = type;
        this.role = role;
        this.producer = producer;
        this.index = index;
    }

    public int id() {
        return id;
    }

    /// A name that users recognize, such as `model.4.m.0.cv1`.
    public String name() {
        return name;
    }

    public TensorType type() {
        return type;
    }

    public Shape shape() {
        return type.shape();
    }

    public DType dtype() {
        return type.dtype();
    }

    public Role role() {
        return role;
    }

    /// The node that writes this value; null for an input of the graph.
    public Node producer() {
        return producer;
    }

    /// Output index at the producer; 0 for an input of the graph.
    public int index() {
        return index;
    }

    public boolean isInput() {
        return producer == null;
    }

    @Override
    public String toString() {
        return "%" + id + ":" + type + " " + name;
    }
}
