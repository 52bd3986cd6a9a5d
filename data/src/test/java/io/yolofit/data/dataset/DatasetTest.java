package io.yolofit.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.yolofit.data.image.TestImages;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetTest {
    @TempDir
    Path folder;

    @BeforeEach
    void images() throws IOException {
        TestImages.writeGradient(folder.resolve("images/train/b.png"), 20, 30);
        TestImages.writeGradient(folder.resolve("images/train/deep/er/a.JPG"), 20, 30);
        TestImages.writeGradient(folder.resolve("images/val/c.bmp"), 20, 30);
        Files.writeString(folder.resolve("images/train/notes.md"), "no image");
    }

    private Dataset load(String yaml) throws IOException {
        return Dataset.load(Files.writeString(folder.resolve("data.yaml"), yaml));
    }

    private static final String SPLITS = "train: images/train\nval: images/val\n";

    @Test
    void readsAYamlWithAllCommonKeys() throws IOException {
        Dataset dataset = load("path: .\n" + SPLITS
                + "nc: 2\nnames: {0: cat, 1: dog}\ndownload: https://example.org\n");
        assertThat(dataset.names()).containsExactly("cat", "dog");
        assertThat(dataset.classes()).isEqualTo(2);
        assertThat(dataset.root()).isEqualTo(folder);
        assertThat(dataset.hasSplit("test")).isFalse();
        assertThat(dataset.train().images()).containsExactly(
                folder.resolve("images/train/b.png"), folder.resolve("images/train/deep/er/a.JPG"));
        assertThat(dataset.val().images()).containsExactly(folder.resolve("images/val/c.bmp"));
    }

    @Test
    void aFolderIsResolvedToItsYaml() throws IOException {
        load(SPLITS + "names: [cat]\n");
        assertThat(Dataset.load(folder).file()).isEqualTo(folder.resolve("data.yaml"));
    }

    @Test
    void aFolderWithSeveralUnusualYamlsIsAmbiguous() throws IOException {
        Files.writeString(folder.resolve("one.yaml"), "");
        Files.writeString(folder.resolve("two.yml"), "");
        assertThatThrownBy(() -> Dataset.load(folder)).isInstanceOf(DatasetException.class)
                .hasMessageContaining("several .yaml files").hasMessageContaining("one.yaml");
        assertThatThrownBy(() -> Dataset.load(folder.resolve("images"))).hasMessageContaining("no .yaml file");
    }

    @Test
    void listsNameImagesFromTheirFolderTheRootOrAnywhere() throws IOException {
        Files.createDirectories(folder.resolve("lists"));
        Files.writeString(folder.resolve("lists/train.txt"), "# weighed\n\n./../images/train/b.png\nimages/val/c.bmp\n"
                + folder.resolve("images/val/c.bmp") + "\n");
        Dataset dataset = load("train: [lists/train.txt, images/train/deep]\nval: images/val\nnames: [x]\n");
        assertThat(dataset.train().images()).containsExactly(folder.resolve("images/train/b.png"),
                folder.resolve("images/train/deep/er/a.JPG"),
                folder.resolve("images/val/c.bmp"), folder.resolve("images/val/c.bmp"));
    }

    @Test
    void anExportsLeadingDotsAndValidAreUnderstood() throws IOException {
        Dataset dataset = load("train: ../images/train\nvalid: ../images/val\nnames: [x]\n");
        assertThat(dataset.val().images()).hasSize(1);
    }

    /// Every error message says what is wrong, where, and what to do.
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            "names: [a]|val: images/val" | has no key 'train'; add 'train: images/train'
            "train: images/train|names: [a]" | has no key 'val'
            "train: images/train|val: images/vall|names: [a]" | 'val: images/vall' means
            "train: images/train|val: images/vall|names: [a]" | did you mean
            "train: imags/train|val: images/val|names: [a]" | images/train?
            "path: nowhere|train: images/train|val: images/val|names: [a]" | 'path: nowhere' means the folder
            "train: images/train|val: images/val" | has no class names; add a list
            "train: images/train|val: images/val|names: []" | 'names' is empty
            "train: images/train|val: images/val|names: 7" | neither a list nor a map
            "train: images/train|val: images/val|names: {0: a, 2: b}" | has the key 2, but 2 classes are numbered 0 to 1
            "train: images/train|val: images/val|names: [a, b]|nc: 3" | 'nc: 3' contradicts 'names', which has 2 classes
            "train: images/train|val: images/val|nc: 2.5" | 'nc: 2.5' is not a number of classes
            "train: images/train|val: images/val|nc: 0" | 'nc: 0' is not a number of classes
            "just text" | is not a dataset YAML
            "train: [" | data.yaml:1:9 is not valid YAML
            "train: a|val: b: c" | data.yaml:2:7 is not valid YAML: mapping values are not allowed here; put a value
            "train: a|\tval: b" | indent with spaces, not with tabs
            "train: images/train|val: images/val|names: [a]|kpt_shape: 17" | 'kpt_shape: 17' is not [number of key
            "" | holds nothing
            "train: images/train|val: images/val|names: [a, b]|nc: 3" | data.yaml:4: 'nc: 3' contradicts
            "train: images/train|val: images/val|names:|  0: a|  0: b" | data.yaml:5 is not valid YAML: found duplicate
            "train: images/train|train: images/val" | data.yaml:2 is not valid YAML: found duplicate key train
            "train: images/train|val: images/val|names: {0: a, 00: b}" | has the key 00, but 2 classes
            "train: images/train|val: images/val|names: {a: [b]}" | data.yaml:3: 'names' has the key a
            "path: [a, b]|names: [a]" | data.yaml:1: 'path: [a, b]' means the folder
            "- train: images/train" | no keys at all
            "train: images/train|val: images/val|names:|  - a|  - [b]" | data.yaml:5: 'names' has [b], which is not the
            "train: images/train|val: images/val|names: &n [*n]" | data.yaml:3: 'names' has [...], which is not the
            "train: images/train|val: images/val|names: {0: {a: b}}" | data.yaml:3: 'names' has {...}, which is not
            "train:|  - images/train|  - images/x|val: images/val|names: [a]" | data.yaml:3: 'train: images/x' means
            "a: &a [*a]|train: *a|val: *a|names: [x]" | 'train: [...]' means
            """)
    void errorsNameTheFileAndTheFix(String yaml, String expected) {
        assertThatThrownBy(() -> load(yaml.replace('|', '\n'))).isInstanceOf(DatasetException.class)
                .hasMessageContaining(expected).hasMessageContaining(folder.resolve("data.yaml").toString());
    }

    @Test
    void aPathThatCannotBeOneIsNamedWithItsLine() {
        assertThatThrownBy(() -> load("train: images/train\nval: \"a\\0b\"\nnames: [a]\n")).isInstanceOf(
                DatasetException.class).hasMessage("%s:2: 'val' is not a valid path: Nul character not allowed",
                folder.resolve("data.yaml"));
    }

    @Test
    void manyClassesAreReadFast() throws IOException {
        StringBuilder names = new StringBuilder("names:\n");
        for (int i = 0; i < 100_000; i++) {
            names.append("  - class ").append(i).append('\n');
        }
        Path file = Files.writeString(folder.resolve("data.yaml"), SPLITS + names);
        Dataset dataset = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Dataset.load(file));
        assertThat(dataset.classes()).isEqualTo(100_000);
    }

    @Test
    void namesAreOnOneLine() throws IOException {
        assertThat(load(SPLITS + "names: [\"a\\u001b[2Jb\", \"c\\n d\"]\n").names()).containsExactly("a [2Jb", "c  d");
    }

    /// YAML would read some of these as numbers, and drop their zeros.
    @Test
    void namesAreTheTextOfTheFile() throws IOException {
        assertThat(load(SPLITS + "names: [007, 1.50, no, 1e3, null, '']\n").names())
                .containsExactly("007", "1.50", "no", "1e3", "null", "");
        assertThat(load(SPLITS + "names: {1: 2.0, '0': 0x1}\nnc: '2'\ntest:\npath: ~\n".replace("path: ~", "path:"))
                .names()).containsExactly("0x1", "2.0");
    }

    @Test
    void backslashesAndOtherCaseInPathsAreAccepted() throws IOException {
        Dataset dataset = load("path: '.\\'\ntrain: images\\train\nval: Images\\VAL\nnames: [x]\n");
        assertThat(dataset.train().sources()).containsExactly(folder.resolve("images/train"));
        assertThat(dataset.val().sources()).containsExactly(folder.resolve("images/val"));
    }

    @Test
    void anEscapeSequenceInAPathIsExplained() {
        assertThatThrownBy(() -> load("train: \"images\\items\"\n")).isInstanceOf(DatasetException.class)
                .hasMessageContaining("is not valid YAML").hasMessageContaining("write / instead of \\ in paths");
    }

    @Test
    void aMissingTestFolderIsAnErrorOnlyWhenItIsUsed() throws IOException {
        Dataset dataset = load(SPLITS + "test: images/tset\nnames: [x]\n");
        assertThat(dataset.hasSplit("test")).isFalse();
        assertThat(dataset.missing()).containsOnlyKeys("test");
        assertThatThrownBy(dataset::test).isInstanceOf(DatasetException.class)
                .hasMessageContaining("'test: images/tset' means").hasMessageContaining("does not exist");
    }

    private static List<String> notes(Split split) {
        return split.notes().stream().map(Problem::toString).toList();
    }

    @Test
    void classesWithoutNamesAreNumberedByNc() throws IOException {
        Dataset dataset = load(SPLITS + "nc: 3\n");
        assertThat(dataset.names()).containsExactly("class0", "class1", "class2");
        assertThat(notes(dataset.train())).containsExactly(dataset.file()
                + ": no 'names': by 'nc: 3' the classes are called class0 to class2; used as it is");
        assertThat(notes(dataset.val())).isEmpty();
        assertThat(dataset.train().scan(ScanOptions.defaults().withCacheFolder(folder.resolve("cache"))).problems())
                .containsAll(dataset.train().notes());
        assertThat(load(SPLITS + "nc: 3.0\n").classes()).isEqualTo(3);
        assertThat(notes(load(SPLITS + "nc: 2.0\nnames: [a, b]\n").train())).isEmpty();
    }

    @Test
    void repeatedSourcesAndNamesAreSuspicious() throws IOException {
        Dataset dataset = load("train: [images/train, images/train]\nval: images/train\nnames: [a, b, a]\n");
        Path train = folder.resolve("images/train");
        assertThat(notes(dataset.train())).containsExactly(
                dataset.file() + ": 'names' has several classes of one name: 'a' [0, 2]; please check",
                dataset.file() + ": 'train' lists " + train + " twice: its images count twice; please check");
        assertThat(notes(dataset.val())).containsExactly(dataset.file() + ": 'val' and 'train' share the images of "
                + train + ": metrics on training images say nothing about new ones; please check");
        dataset = load("train: [images/train, images/train/deep]\nval: images\nnames: [a]\n");
        assertThat(notes(dataset.train())).singleElement().asString().contains("deep twice (also in " + train + ")");
        assertThat(notes(dataset.val())).hasSize(1);
        assertThat(notes(load(SPLITS + "names: [a]\n").val())).isEmpty();
    }

    @Test
    void kptShapeIsRead() throws IOException {
        assertThat(load(SPLITS + "names: [x]\nkpt_shape: [17, 3]\n").train().format())
                .isEqualTo(new LabelFormat(1, 17, 3));
        assertThat(load(SPLITS + "names: [x]\n").train().format()).isEqualTo(LabelFormat.ofBoxes(1));
    }

    @Test
    void aYamlInAnotherEncodingIsNamed() throws IOException {
        Path file = folder.resolve("data.yaml");
        Files.write(file, (SPLITS + "names: [\u72d7]\n").getBytes(Charset.forName("GBK")));
        assertThatThrownBy(() -> Dataset.load(file)).isInstanceOf(DatasetException.class)
                .hasMessage("the dataset YAML %s is not UTF-8 text (byte 0xb9 in line 3): save it as UTF-8", file);
        Files.write(file, (SPLITS + "names: [x]\n").getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> Dataset.load(file)).hasMessage("the dataset YAML %s is UTF-16 text: save it as UTF-8",
                file);
        Files.writeString(file, "\ufeff" + SPLITS + "names: [x]\n");
        assertThat(Dataset.load(file).names()).containsExactly("x");
    }

    @Test
    void aMissingYamlSuggestsASimilarName() throws IOException {
        load(SPLITS + "names: [x]\n");
        assertThatThrownBy(() -> Dataset.load(folder.resolve("dta.yaml"))).isInstanceOf(DatasetException.class)
                .hasMessageContaining("does not exist (did you mean " + folder.resolve("data.yaml") + "?)");
    }

    @Test
    void anEmptySplitIsAnError() throws IOException {
        Files.createDirectories(folder.resolve("images/empty"));
        Dataset dataset = load("train: images/train\nval: images/empty\nnames: [x]\n");
        assertThatThrownBy(() -> dataset.val().images()).isInstanceOf(DatasetException.class)
                .hasMessageContaining("split 'val' has no images in").hasMessageContaining("correct 'val'");
    }

    @Test
    void anUnknownSplitNamesTheKnownOnes() throws IOException {
        Dataset dataset = load(SPLITS + "names: [x]\n");
        assertThatThrownBy(dataset::test).isInstanceOf(DatasetException.class)
                .hasMessageContaining("has no split 'test', only [train, val]");
    }
}
