package io.yolofit.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class MemorySvgTest {
    private static final Target TARGET = Target.gpu(WorkspaceModel.none());
    private static final RunPlan PLAN = RunPlan.of(RunSpec.of(OptionsParser.parse(Mode.PLAN,
            List.of("model=yolov8n", "imgsz=96", "batch=64")), Model.of(ArchitectureCatalog.find("yolov8n"), 3),
            DataFacts.assumed(), TARGET), TARGET);

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theFrontierNamesEveryAmountOfRecomputationAndThisRun() throws Exception {
        Document document = parsed(FrontierSvg.of("a <model> & more", PLAN));
        String text = document.getDocumentElement().getTextContent();
        assertThat(text).contains("a <model> & more", "recompute=off", "recompute=0.4", "recompute=default (this run)",
                "recompute=max", " GiB", "+0 %");
        assertThat(document.getElementsByTagName("circle").getLength()).as("one point for each amount").isEqualTo(8);
        assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(1);
    }

    @Test
    void thePictureIsWellFormedAndNamesPhasesAndRoles() throws Exception {
        Document document = parsed(MemorySvg.of("a <model> & more", PLAN));
        assertThat(document.getDocumentElement().getTextContent()).contains("a <model> & more", "forward", "backward",
                "activations", "optimizer");
        assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(MemoryChart.ORDER.size());
    }

    @Test
    void ticksAreRoundNumbers() {
        assertThat(PageTemplate.tick(12, 5)).isEqualTo(2);
        assertThat(PageTemplate.tick(.6, 5)).isEqualTo(.1);
        assertThat(PageTemplate.tick(30, 5)).isEqualTo(5);
    }
}
