// pause.cu    nothing, for so many cycles of the multiprocessor's clock: the host gets ahead of the device meanwhile
//
// launch      one thread
#include "types.cuh"

KERNEL pause(i64 cycles) {
    i64 start = clock64();
    while (clock64() - start < cycles) {
    }
}
