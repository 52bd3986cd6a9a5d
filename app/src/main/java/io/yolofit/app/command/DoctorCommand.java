package io.yolofit.app.command;

import io.yolofit.app.console.Console;
import io.yolofit.app.doctor.Check;
import io.yolofit.app.doctor.DoctorReport;
import io.yolofit.app.doctor.EngineProbe;
import io.yolofit.app.doctor.GpuChecks;
import io.yolofit.app.doctor.Machine;
import io.yolofit.app.doctor.MachineChecks;
import io.yolofit.app.doctor.RankChecks;
import io.yolofit.engine.Devices;
import io.yolofit.engine.EngineProviders;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `yolofit doctor`: checks whether this machine is ready for training and gives advice where it is not.
public final class DoctorCommand implements Command {
    private final EngineProbe engine;

    public DoctorCommand(EngineProbe engine) {
        this.engine = engine;
    }

    @Override
    public ExitCode run(Options options, Console console) throws IOException {
        var checks = new ArrayList<Check>(MachineChecks.of(Machine.here(Path.of(""))));
        Devices devices = EngineProviders.devices();
        Check cpu = engine.probe();
        boolean replaced = cpu.status() == Check.Status.FAIL && !devices.usable().isEmpty();
        checks.add(replaced ? Check.warn(cpu.subject(), cpu.finding(), "not needed for the GPU; for device=cpu: "
                + cpu.advice()) : cpu);
        checks.addAll(GpuChecks.of(devices));
        checks.addAll(GpuChecks.named(options.get(OptionTable.DEVICE), devices));
        checks.addAll(RankChecks.of(options.get(OptionTable.DEVICE)));
        console.line(options.get(OptionTable.JSON) ? DoctorReport.json(checks) : DoctorReport.text(checks));
        return failed(checks) ? ExitCode.FAILURE : ExitCode.OK;
    }

    private static boolean failed(List<Check> checks) {
        return checks.stream().anyMatch(check -> check.status() == Check.Status.FAIL);
    }
}
