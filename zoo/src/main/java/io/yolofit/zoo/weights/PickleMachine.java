package io.yolofit.zoo.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Interprets a pickle (protocols 2 to 5) as data: it builds values and calls nothing but [TorchConstructors].
///
/// The machine is a stack with marks and a memo. Each opcode adds at most one value that is not in the pickle's own
/// bytes, so the limits on opcodes and stack bound its memory. Nothing recurses, however deeply values nest.
final class PickleMachine {

    /// Limits far above real checkpoints: yolov8n has 28 thousand opcodes and 8 thousand memo entries.
    record Limits(int opcodes, int memoEntries, int stackDepth) {
        static final Limits DEFAULT = new Limits(2_000_000, 1_000_000, 200_000);
    }

    private final PickleInput in;
    private final Limits limits;
    private final TorchConstructors constructors;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();

    PickleMachine(PickleInput in, Limits limits) {
        this.in = in;
        this.limits = limits;
        this.constructors = new TorchConstructors(in);
    }

    /// Runs the pickle and returns its value.
    Object run() {
        requireProtocol();
        for (int executed = 1; ; executed++) {
            PickleOpcode opcode = in.opcode();
            if (executed > limits.opcodes()) {
                throw in.refused("the pickle has more than %d opcodes".formatted(limits.opcodes()));
            }
            if (opcode == PickleOpcode.STOP) {
                Object result = pop();
                if (!in.atEnd() || !stack.isEmpty() || !marks.isEmpty()) {
                    throw in.damaged("the pickle stops, but values or bytes are left over");
                }
                return result;
            }
            execute(opcode);
            if (stack.size() > limits.stackDepth() || marks.size() > limits.stackDepth()) {
                throw in.refused("the pickle's stack is deeper than %d".formatted(limits.stackDepth()));
            }
        }
    }

    private void requireProtocol() {
        int protocol = in.opcode() == PickleOpcode.PROTO ? in.uint8() : -1;
        if (protocol < 2 || protocol > 5) {
            throw in.damaged("the pickle does not start with protocol 2 to 5");
        }
    }

    private void execute(PickleOpcode opcode) {
        switch (opcode) {
            case FRAME -> in.int64();
            case MARK -> marks.add(stack.size());
            case POP -> pop();
            case POP_MARK -> popToMark();
            case NONE -> push(null);
            case NEWTRUE -> push(true);
            case NEWFALSE -> push(false);
            case BININT -> push((long) in.int32());
            case BININT1 -> push((long) in.uint8());
            case BININT2 -> push((long) in.uint16());
            case LONG1 -> push(in.integer(in.uint8()));
            case LONG4 -> push(in.integer(in.int32()));
            case BINFLOAT -> push(in.float64());
            case BINUNICODE -> push(in.text(in.uint32()));
            case SHORT_BINUNICODE -> push(in.text(in.uint8()));
            case BINUNICODE8 -> push(in.text(in.int64()));
            case BINSTRING -> push(in.latin1(in.int32()));
            case SHORT_BINSTRING -> push(in.latin1(in.uint8()));
            case BINBYTES -> push(in.take(in.uint32()));
            case SHORT_BINBYTES -> push(in.take(in.uint8()));
            case BINBYTES8, BYTEARRAY8 -> push(in.take(in.int64()));
            case EMPTY_LIST -> push(new ArrayList<>());
            case EMPTY_DICT -> push(new LinkedHashMap<>());
            case EMPTY_SET -> push(new LinkedHashSet<>());
            case LIST -> push(new ArrayList<>(popToMark()));
            case DICT -> push(put(new LinkedHashMap<>(), popToMark()));
            case FROZENSET -> push(add(new LinkedHashSet<>(), popToMark()));
            case EMPTY_TUPLE -> push(new Pickled.Tuple(List.of()));
            case TUPLE -> push(new Pickled.Tuple(popToMark()));
            case TUPLE1 -> push(new Pickled.Tuple(popLast(1)));
            case TUPLE2 -> push(new Pickled.Tuple(popLast(2)));
            case TUPLE3 -> push(new Pickled.Tuple(popLast(3)));
            case APPEND -> append(popLast(1));
            case APPENDS -> append(popToMark());
            case SETITEM -> setItems(popLast(2));
            case SETITEMS -> setItems(popToMark());
            case ADDITEMS -> addItems(popToMark());
            case BINGET -> push(recall(in.uint8()));
            case LONG_BINGET -> push(recall(in.uint32()));
            case BINPUT -> memorize(in.uint8());
            case LONG_BINPUT -> memorize(in.uint32());
            case MEMOIZE -> memorize(memo.size());
            case GLOBAL -> push(new Pickled.Symbol(in.line(), in.line()));
            case STACK_GLOBAL -> pushNamed(popLast(2));
            case BINPERSID -> push(TorchTensor.Storage.of(pop(), in));
            case REDUCE -> push(call(popLast(2)));
            case NEWOBJ -> push(instance(popLast(2)));
            case BUILD -> build();
            case PROTO, STOP, INT, LONG, FLOAT, STRING, UNICODE, GET, PUT, DUP, INST, OBJ, PERSID, EXT1, EXT2, EXT4,
                    NEWOBJ_EX, NEXT_BUFFER, READONLY_BUFFER -> throw in.refused("the pickle uses the opcode " + opcode
                    + " here, which torch.save does not write");
        }
    }

    private void push(Object value) {
        stack.add(value);
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.getLast();
    }

    private Object top() {
        if (stack.size() <= floor()) {
            throw in.damaged("the pickle's stack is empty");
        }
        return stack.getLast();
    }

    private Object pop() {
        top();
        return stack.removeLast();
    }

    private List<Object> popLast(int count) {
        if (stack.size() - floor() < count) {
            throw in.damaged("the pickle's stack holds %d values, but %d are needed".formatted(
                    stack.size() - floor(), count));
        }
        return cut(stack.size() - count);
    }

    private List<Object> popToMark() {
        if (marks.isEmpty()) {
            throw in.damaged("the pickle's stack has no mark");
        }
        return cut(marks.removeLast());
    }

    private List<Object> cut(int from) {
        List<Object> tail = stack.subList(from, stack.size());
        List<Object> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }

    private void memorize(long key) {
        memo.put(key, top());
        if (memo.size() > limits.memoEntries()) {
            throw in.refused("the pickle memorizes more than %d values".formatted(limits.memoEntries()));
        }
    }

    private Object recall(long key) {
        if (!memo.containsKey(key)) {
            throw in.damaged("the pickle recalls value %d, which it never memorized".formatted(key));
        }
        return memo.get(key);
    }

    private void append(List<Object> values) {
        if (!(top() instanceof List<?>)) {
            throw in.damaged("values are appended to something that is no list");
        }
        list(top()).addAll(values);
    }

    private void setItems(List<Object> keysAndValues) {
        if (!(top() instanceof Map<?, ?>)) {
            throw in.damaged("items are set on something that is no dict");
        }
        put(map(top()), keysAndValues);
    }

    private void addItems(List<Object> values) {
        if (!(top() instanceof Set<?>)) {
            throw in.damaged("items are added to something that is no set");
        }
        add(set(top()), values);
    }

    private Map<Object, Object> put(Map<Object, Object> map, List<Object> keysAndValues) {
        if (keysAndValues.size() % 2 != 0) {
            throw in.damaged("a dict gets a key without a value");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            map.put(constructors.requireKey(keysAndValues.get(i)), keysAndValues.get(i + 1));
        }
        return map;
    }

    private Set<Object> add(Set<Object> set, List<Object> values) {
        values.forEach(value -> set.add(constructors.requireKey(value)));
        return set;
    }

    private void pushNamed(List<Object> moduleAndName) {
        if (!(moduleAndName.get(0) instanceof String module) || !(moduleAndName.get(1) instanceof String name)) {
            throw in.damaged("a global's module and name are not both texts");
        }
        push(new Pickled.Symbol(in.requireName(module), in.requireName(name)));
    }

    private Object call(List<Object> callableAndArguments) {
        if (!(callableAndArguments.get(0) instanceof Pickled.Symbol symbol)) {
            throw in.refused("the pickle calls something that is not a global");
        }
        return constructors.call(symbol, requireTuple(callableAndArguments.get(1), symbol));
    }

    private Object instance(List<Object> classAndArguments) {
        if (!(classAndArguments.getFirst() instanceof Pickled.Symbol symbol)) {
            throw in.refused("the pickle makes an instance of something that is not a global");
        }
        return constructors.instance(symbol, requireTuple(classAndArguments.get(1), symbol));
    }

    private Pickled.Tuple requireTuple(Object arguments, Pickled.Symbol symbol) {
        if (arguments instanceof Pickled.Tuple tuple) {
            return tuple;
        }
        throw in.damaged("the arguments of " + symbol + " are not a tuple");
    }

    /// BUILD: sets the state on top of the stack on the value below it.
    private void build() {
        Object state = pop();
        constructors.build(top(), state);
    }

    @SuppressWarnings("unchecked") // lists, dicts and sets of a pickle hold any value
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, Object> map(Object value) {
        return (Map<Object, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static Set<Object> set(Object value) {
        return (Set<Object>) value;
    }
}
