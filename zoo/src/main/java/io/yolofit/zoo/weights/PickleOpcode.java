package io.yolofit.zoo.weights;

/// Opcodes of pickle protocols 0 to 5. Those that protocols 2 to 5 never write are listed for error messages.
enum PickleOpcode {
    PROTO(0x80), FRAME(0x95), STOP('.'), MARK('('), POP('0'), POP_MARK('1'), DUP('2'),
    NONE('N'), NEWTRUE(0x88), NEWFALSE(0x89),
    BININT('J'), BININT1('K'), BININT2('M'), LONG1(0x8a), LONG4(0x8b), BINFLOAT('G'), INT('I'), LONG('L'), FLOAT('F'),
    BINUNICODE('X'), SHORT_BINUNICODE(0x8c), BINUNICODE8(0x8d), UNICODE('V'),
    BINSTRING('T'), SHORT_BINSTRING('U'), STRING('S'),
    BINBYTES('B'), SHORT_BINBYTES('C'), BINBYTES8(0x8e), BYTEARRAY8(0x96),
    EMPTY_LIST(']'), EMPTY_TUPLE(')'), EMPTY_DICT('}'), EMPTY_SET(0x8f),
    LIST('l'), DICT('d'), FROZENSET(0x91), TUPLE('t'), TUPLE1(0x85), TUPLE2(0x86), TUPLE3(0x87),
    APPEND('a'), APPENDS('e'), SETITEM('s'), SETITEMS('u'), ADDITEMS(0x90),
    BINGET('h'), LONG_BINGET('j'), BINPUT('q'), LONG_BINPUT('r'), MEMOIZE(0x94), GET('g'), PUT('p'),
    GLOBAL('c'), STACK_GLOBAL(0x93), REDUCE('R'), BUILD('b'), NEWOBJ(0x81), NEWOBJ_EX(0x92), INST('i'), OBJ('o'),
    BINPERSID('Q'), PERSID('P'), EXT1(0x82), EXT2(0x83), EXT4(0x84), NEXT_BUFFER(0x97), READONLY_BUFFER(0x98);

    private static final int BYTE_VALUES = 256;

    private final int code;

    PickleOpcode(int code) {
        this.code = code;
    }

    /// The opcode of a byte (0 to 255), or null if no protocol has it.
    static PickleOpcode of(int code) {
        return Table.BY_CODE[code];
    }

    private static final class Table {
        private static final PickleOpcode[] BY_CODE = new PickleOpcode[BYTE_VALUES];

        static {
            for (PickleOpcode opcode : values()) {
                BY_CODE[opcode.code] = opcode;
            }
        }
    }
}
