package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// The files by which others find the artifacts: POMs, the BOM, the catalog of JBang.
class PublishedArtifactsTest {
    private static final Path ROOT = Path.of("..");
    private static final String ADDRESS = "public.address";

    private static Element pom(String folder) throws IOException, SAXException, ParserConfigurationException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(ROOT.resolve(folder).resolve("pom.xml").toFile()).getDocumentElement();
    }

    private static List<Element> children(Element parent, String name) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE && node.getNodeName().equals(name))
                .map(Element.class::cast).toList();
    }

    /// The text of an element below a pom; empty if it is absent.
    private static String text(Element pom, String... path) {
        Element element = pom;
        for (String name : path) {
            List<Element> found = children(element, name);
            if (found.isEmpty()) {
                return "";
            }
            element = found.getFirst();
        }
        return element.getTextContent().strip();
    }

    private static List<String> modules() throws Exception {
        return children(children(pom("."), "modules").getFirst(), "module").stream().map(Element::getTextContent)
                .toList();
    }

    @Test
    void everyPomHasTheMetadataThatMavenCentralRequires() throws Exception {
        for (String folder : List.of(".", "bom")) { // the other modules inherit it
            Element pom = pom(folder);
            assertThat(text(pom, "url")).as(folder).isEqualTo("${" + ADDRESS + "}");
            assertThat(text(pom, "licenses", "license", "name")).as(folder).isEqualTo("Apache-2.0");
            assertThat(text(pom, "licenses", "license", "url")).as(folder).startsWith("https://www.apache.org/");
            assertThat(text(pom, "developers", "developer", "name")).as(folder).isNotEmpty();
            for (String part : List.of("connection", "developerConnection", "url")) {
                assertThat(text(pom, "scm", part)).as(folder + " " + part).contains("${" + ADDRESS + "}");
            }
        }
        for (String module : modules()) {
            assertThat(text(pom(module), "name")).as(module).startsWith("YoloFit");
            assertThat(text(pom(module), "description")).as(module).endsWith(".");
        }
    }

    @Test
    void theBomHasTheVersionTheAddressAndEveryArtifactThatIsDeployed() throws Exception {
        Element root = pom(".");
        Element bom = pom("bom");
        assertThat(text(bom, "version")).isEqualTo(text(root, "version"));
        assertThat(text(bom, "properties", ADDRESS)).isEqualTo(text(root, "properties", ADDRESS)).isNotEmpty();
        List<String> deployed = new ArrayList<>();
        for (String module : modules()) {
            Element pom = pom(module);
            if (!text(pom, "properties", "maven.deploy.skip").equals("true") && !module.equals("bom")) {
                deployed.add(text(pom, "artifactId"));
            }
        }
        Element managed = children(children(bom, "dependencyManagement").getFirst(), "dependencies").getFirst();
        assertThat(children(managed, "dependency")).extracting(dependency -> text(dependency, "artifactId"))
                .containsExactlyInAnyOrderElementsOf(deployed);
    }

    @Test
    void theCatalogOfJbangRunsTheArtifactOfThisVersion() throws Exception {
        JsonNode alias = new ObjectMapper().readTree(ROOT.resolve("jbang-catalog.json").toFile())
                .at("/aliases/yolofit");
        Element app = pom("app");
        assertThat(alias.get("script-ref").asText()).isEqualTo(text(app, "parent", "groupId") + ":"
                + text(app, "artifactId") + ":" + text(app, "parent", "version"));
        assertThat(alias.get("main").asText()).isEqualTo(Main.class.getName());
        assertThat(alias.get("java").asText()).isEqualTo(text(pom("."), "properties", "jdk.version") + "+");
        String launcher = Files.readString(ROOT.resolve("yolofit"));
        assertThat(alias.get("runtime-options")).hasSize(6).allSatisfy(option ->
                assertThat(launcher).containsPattern("[ =]" + Pattern.quote(option.asText())));
    }
}
