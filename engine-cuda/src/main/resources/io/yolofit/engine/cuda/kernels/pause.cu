// pause.cu    waits for a number of clock cycles, so that the host can enqueue work ahead of the device
//
// launch      one thread
#include "types.cuh"

KERNEL pause(i64 cycles) {
    i64 start = clock64();
    while (clock64() - start < cycles) {
    }
}
