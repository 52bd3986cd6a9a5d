package io.yolofit.app.report;

/// Resident host memory of the process at the end of a run, by part. All sizes are bytes; the parts from `heap` to
/// `other` sum to `resident`.
///
/// @param peak      largest resident memory of the run
/// @param resident  at the end of the run
/// @param heap      Java objects, including those that the collector has not freed
/// @param code      class metadata and compiled code
/// @param libraries native libraries, and other mapped files
/// @param allocated in use through the C library: tensors, state, decoded images, data of the virtual machine
/// @param other     freed memory that the C library keeps, tables of the collector, thread stacks
/// @param images    decoded images that are held for reuse; part of `allocated`, or of `libraries` with a cache on disk
public record HostMemory(long peak, long resident, long heap, long code, long libraries, long allocated, long other,
        long images) {}
