package io.yolofit.data.formats;

import static io.yolofit.data.formats.Sources.box;
import static io.yolofit.data.formats.Sources.coco;
import static io.yolofit.data.formats.Sources.dropped;
import static io.yolofit.data.formats.Sources.droppedImages;
import static io.yolofit.data.formats.Sources.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.dataset.DatasetException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CocoReaderTest {
    @TempDir
    private Path folder;

    private RawSet read(String json) {
        return AnnotationFiles.find(Sources.text(folder.resolve("instances.json"), json)).read(false);
    }

    private RawObject only(String annotation) {
        RawSet set = read(coco(List.of(entry(1, "a.jpg")), List.of(annotation)));
        assertThat(set.images().getFirst().objects()).as(dropped(set.tally()).toString()).hasSize(1);
        return set.images().getFirst().objects().getFirst();
    }

    @Test
    void gapsInIdsAndTextIdsAreAllowedAndClassesAreOrderedById() {
        RawSet set = read(coco(List.of(entry(900, "a.jpg"), "{\"id\":\"x-1\",\"file_name\":\"b.jpg\"}"),
                List.of(box(5, 900, 7, "[1,2,3,4]"),
                        "{\"id\":6,\"image_id\":\"x-1\",\"category_id\":3.0,\"bbox\":[0,0,5,5]}")));

        assertThat(set.order()).containsExactly("cat", "dog");
        assertThat(set.images().get(0).objects()).containsExactly(new RawObject("dog", 1, 2, 4, 6, "annotation 5"));
        assertThat(set.images().get(1).objects().getFirst().category()).isEqualTo("cat");
        assertThat(set.images().get(1).hasSize()).isFalse();
        assertThat(set.tally().annotationsKept()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            MALFORMED     | {"id":1,"image_id":1,"category_id":3,"bbox":"none"}
            MALFORMED     | {"id":1,"image_id":1,"category_id":3,"bbox":[1,2,3]}
            MALFORMED     | {"id":1,"image_id":1,"category_id":3,"bbox":[1,2,"3",4]}
            MALFORMED     | {"id":1,"image_id":1,"category_id":3,"bbox":{"x":1}}
            MALFORMED     | {"id":1,"image_id":1,"category_id":3}
            UNKNOWN_IMAGE | {"id":1,"image_id":9,"category_id":3,"bbox":[1,2,3,4]}
            UNKNOWN_IMAGE | {"id":1,"category_id":3,"bbox":[1,2,3,4]}
            MALFORMED     | 17
            UNKNOWN_CLASS | {"id":1,"image_id":1,"category_id":4,"bbox":[1,2,3,4]}
            CROWD         | {"id":1,"image_id":1,"category_id":3,"iscrowd":1,"bbox":[1,2,3,4]}
            """)
    void aWrongAnnotationIsDroppedWithItsReason(DropReason reason, String annotation) {
        RawSet set = read(coco(List.of(entry(1, "a.jpg")), List.of(annotation, box(2, 1, 3, "[1,2,3,4]"))));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(reason, 1L));
        assertThat(set.tally().annotationsRead()).isEqualTo(2);
        assertThat(set.images().getFirst().objects()).hasSize(1);
    }

    @Test
    void polygonsReplaceAMissingOrEmptyBox() {
        String head = "{\"id\":1,\"image_id\":1,\"category_id\":3,\"segmentation\":";
        RawObject expected = new RawObject("cat", 2, 3, 12, 9, "annotation 1");
        assertThat(only(head + "[[2,3,12,3,12,5],[4,9,5,5,6,6]]}")).isEqualTo(expected);
        assertThat(only(head + "[2,3,12,9,5,5],\"bbox\":[]}")).isEqualTo(expected);
        assertThat(only(head + "[[2,3,12,9,5,5]],\"bbox\":[2,3,0,0]}")).isEqualTo(expected);
        assertThat(only(head + "[[2,3,12,9,5,5]],\"bbox\":[1,1,4,4]}")).isEqualTo(
                new RawObject("cat", 1, 1, 5, 5, "annotation 1"));
    }

    @Test
    void runLengthsBecomeTheBoundsOfTheirPixels() {
        String head = "{\"id\":1,\"image_id\":1,\"category_id\":3,\"segmentation\":{\"size\":[10,8],\"counts\":";
        // columns of 10: rows 2 to 4 of column 1, rows 2 to 4 of column 2
        RawObject expected = new RawObject("cat", 1, 2, 3, 5, "annotation 1");
        assertThat(only(head + "[12,3,7,3,55]}}")).isEqualTo(expected);
        assertThat(only(head + "\"<370`1\"}}")).isEqualTo(expected);
        // a run that continues in the next column covers both borders
        assertThat(only(head + "[18,4,58]}}")).isEqualTo(new RawObject("cat", 1, 0, 3, 10, "annotation 1"));
        assertThat(CocoMask.decompressed("not a \u00e9 mask")).isEmpty();
    }

    @Test
    void theBoxOfARotatedRectangleOfCvatIsTheBoundsOfItsCorners() {
        RawObject quarter = only("{\"id\":1,\"image_id\":1,\"category_id\":3,\"bbox\":[10,10,20,10],"
                + "\"attributes\":{\"occluded\":false,\"rotation\":90.0}}");
        assertThat(quarter.x1()).isCloseTo(15, within(1e-9));
        assertThat(quarter.y2()).isCloseTo(25, within(1e-9));
        assertThat(only("{\"id\":1,\"image_id\":1,\"category_id\":3,\"bbox\":[10,10,20,10],"
                + "\"attributes\":{\"occluded\":false,\"rotation\":0.0}}").x2()).isEqualTo(30);
    }

    @Test
    void nanIsANumberAsPythonWritesIt() {
        RawObject object = only(box(1, 1, 3, "[NaN,0,5,5]"));
        assertThat(object.x1()).isNaN();
    }

    @Test
    void entriesWithoutNameOrIdAreDroppedImages() {
        RawSet set = read(coco(List.of(entry(1, "a.jpg"), "{\"id\":2}", "{\"file_name\":\"b.jpg\"}", "[]"), List.of()));
        assertThat(droppedImages(set.tally())).isEqualTo(Map.of(DropReason.UNNAMED_IMAGE, 3L));
        assertThat(set.tally().imagesKept()).isEqualTo(1);
    }

    @Test
    void categoriesOfOneNameAreOneClassAndAGroupWithoutObjectsIsNone() {
        RawSet set = read("""
                {"images":[%s],"annotations":[%s],"categories":[{"id":0,"name":"cells","supercategory":"none"},
                 {"id":1,"name":"red","supercategory":"cells"},{"id":2,"name":"white","supercategory":"cells"},
                 {"id":3,"name":"red","supercategory":"cells"}]}
                """.formatted(entry(1, "a.jpg"), box(1, 1, 3, "[0,0,5,5]")));
        assertThat(set.order()).containsExactly("red", "white");
        assertThat(set.notes()).hasSize(2).anyMatch(note -> note.contains("several categories are called 'red'"))
                .anyMatch(note -> note.contains("'cells' has no objects"));
    }

    @Test
    void aTruncatedFileIsRefusedWithItsPlace() {
        String json = coco(List.of(entry(1, "a.jpg")), List.of(box(1, 1, 3, "[1,2,3,4]")));
        assertThatThrownBy(() -> read(json.substring(0, json.length() - 60))).isInstanceOf(DatasetException.class)
                .hasMessageContaining("instances.json:2:").hasMessageContaining("ends in the middle");
        assertThatThrownBy(() -> read("{\"images\": [,]}")).hasMessageContaining("not valid JSON");
        assertThatThrownBy(() -> read("{\"images\": {}, \"categories\": []}"))
                .hasMessageContaining("'images' is not a list");
        assertThatThrownBy(() -> read("{\"images\": [], \"annotations\": []}")).hasMessageContaining("not a COCO file");
        assertThatThrownBy(() -> read("{\"a\": 1}")).hasMessageContaining("none of COCO, CreateML, Label Studio and");
        for (String empty : List.of("", " \n")) {
            assertThatThrownBy(() -> read(empty)).isInstanceOf(DatasetException.class)
                    .hasMessage(folder.resolve("instances.json") + " is empty; copy or export it again");
        }
    }

    @Test
    void oneIdOfTwoCategoriesIsRefusedWithBothNames() {
        String json = "{\"images\":[],\"annotations\":[],\"categories\":[{\"id\":1,\"name\":\"a\"},%s]}";
        assertThatThrownBy(() -> read(json.formatted("{\"id\":1.0,\"name\":\"z\"}")))
                .isInstanceOf(DatasetException.class).hasMessage(folder.resolve("instances.json")
                        + ": two categories have the id 1: 'a' and 'z'; give each category an id of its own");
        assertThat(read(json.formatted("{\"id\":1,\"name\":\"a\"}")).order()).containsExactly("a");
    }

    /// 50,000 annotations with polygons, 10 MB, before the image that they belong to.
    @Test
    void annotationsMayPrecedeTheirImages() throws IOException {
        Path file = folder.resolve("large.json");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("{\"annotations\":[");
            for (int i = 0; i < 50_000; i++) {
                out.write((i == 0 ? "" : ",") + "{\"segmentation\":[[" + "1.25,2.5,".repeat(15) + "3,4]],\"id\":" + i
                        + ",\"image_id\":1,\"category_id\":1,\"bbox\":[1,2,3,4]}");
            }
            out.write("],\"categories\":[{\"id\":1,\"name\":\"x\"}],\"images\":[" + entry(1, "a.jpg") + "]}");
        }
        RawSet set = AnnotationFiles.find(file).read(false);
        assertThat(set.images().getFirst().objects()).hasSize(50_000);
    }
}
