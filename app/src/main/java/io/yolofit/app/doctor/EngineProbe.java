package io.yolofit.app.doctor;

/// Tries whether an engine works on this machine.
@FunctionalInterface
public interface EngineProbe {
    /// Loads the engine and computes something small with it. Never throws: a failure is a finding.
    Check probe();
}
