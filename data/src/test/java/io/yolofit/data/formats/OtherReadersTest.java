package io.yolofit.data.formats;

import static io.yolofit.data.formats.Sources.dropped;
import static io.yolofit.data.formats.Sources.droppedImages;
import static io.yolofit.data.formats.Sources.head;
import static io.yolofit.data.formats.Sources.object;
import static io.yolofit.data.formats.Sources.text;
import static io.yolofit.data.formats.Sources.voc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// VOC, LabelMe, CreateML and YOLO exports: one case per form and defect.
class OtherReadersTest {
    @TempDir
    private Path folder;

    private RawSet read(boolean difficult) {
        return AnnotationFiles.find(folder).read(difficult);
    }

    private RawSet read() {
        return read(false);
    }

    @Test
    void vocCornersAreCoordinatesExceptInFilesOfThePascalChallenges() {
        text(folder.resolve("a.xml"), voc(head("a.jpg"), object("cat", "10 11 20.5 22")));
        text(folder.resolve("b.xml"), voc(head("b.jpg") + "<source><database>The VOC2007 Database</database></source>",
                object("cat", "10 11 20 22")));
        RawSet set = read();
        assertThat(set.images().get(0).objects()).containsExactly(new RawObject("cat", 10, 11, 20.5, 22, "object 1"));
        assertThat(set.images().get(1).objects()).containsExactly(new RawObject("cat", 9, 10, 20, 22, "object 1"));
    }

    @Test
    void vocFilesMayLackSizeAndName() {
        text(folder.resolve("photo.xml"), voc("<size><width>0</width><height/></size>", object("cat", "1 2 3 4")));
        RawImage image = read().images().getFirst();
        assertThat(image.hasSize()).isFalse();
        assertThat(image.name()).isEqualTo("photo");
    }

    @Test
    void difficultVocObjectsAreDroppedUnlessTheyAreWanted() {
        text(folder.resolve("a.xml"), voc(head("a.jpg"), object("cat", "1 2 3 4", "<difficult>1</difficult>"),
                object("cat", "5 5 9 9", "<difficult>0</difficult>")));
        assertThat(dropped(read().tally())).isEqualTo(Map.of(DropReason.DIFFICULT, 1L));
        assertThat(read(true).images().getFirst().objects()).hasSize(2);
    }

    @Test
    void vocObjectsWithoutBoxOrNameAreDropped() {
        text(folder.resolve("a.xml"), voc(head("a.jpg"), object("cat", "1 2 x 4"), object("", "1 2 3 4"),
                "<object><name>cat</name></object>", object("cat", "NaN 2 3 4"),
                "<object><name>cat</name><polygon><x1>3</x1><y1>4</y1><x2>9</x2><y2>1</y2></polygon></object>"));
        RawSet set = read();
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.MALFORMED, 2L, DropReason.UNKNOWN_CLASS, 1L));
        assertThat(set.images().getFirst().objects()).hasSize(2)
                .contains(new RawObject("cat", 3, 1, 9, 4, "object 5"));
        assertThat(set.tally().annotationsRead()).isEqualTo(5);
    }

    @Test
    void cvatVocExportsHaveALabelMapRotationAndSubfolders() {
        text(folder.resolve("labelmap.txt"), "# label:color_rgb\nbackground:0,0,0::\ndog:1,2,3::\ncat:::\n");
        text(folder.resolve("Annotations/day1/a.xml"), voc(head("day1/a.jpg"), object("cat", "10 10 30 20",
                "<attributes><attribute><name>rotation</name><value>90.0</value></attribute></attributes>")));
        text(folder.resolve("ImageSets/Main/default.txt"), "day1/a\n");
        RawSet set = read();
        assertThat(set.order()).containsExactly("dog", "cat");
        assertThat(set.images().getFirst().objects().getFirst().x1()).isCloseTo(15,
                within(1e-9));
        assertThat(set.images().getFirst().split()).isEmpty();
    }

    @Test
    void vocListsDefineTheSplits() {
        for (String name : List.of("a", "b", "c", "d")) {
            text(folder.resolve("Annotations/" + name + ".xml"), voc(head(name + ".jpg")));
        }
        text(folder.resolve("ImageSets/Main/train.txt"), "a\nb  1\n");
        text(folder.resolve("ImageSets/Main/Validation.txt"), "b\nc\n");
        text(folder.resolve("ImageSets/Main/trainval.txt"), "a\nb\nc\n");
        text(folder.resolve("ImageSets/Main/cat_test.txt"), "d 1\n");
        assertThat(read().images()).extracting(RawImage::split).containsExactly("train", "train", "val", "");
    }

    @Test
    void damagedAndHostileXmlIsADroppedImage() {
        text(folder.resolve("a.xml"), "<annotation><object>");
        text(folder.resolve("b.xml"), "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><annotation>"
                + "<filename>&e;</filename></annotation>");
        text(folder.resolve("c.xml"), "<other><image/></other>");
        text(folder.resolve("d.xml"), voc(head("d.jpg")));
        RawSet set = read();
        assertThat(set.images()).extracting(RawImage::name).containsExactly("d.jpg");
        assertThat(droppedImages(set.tally())).isEqualTo(Map.of(DropReason.DAMAGED_FILE, 3L));
        assertThat(set.tally().droppedImages().getFirst().example()).contains("a.xml:1:");
    }

    @Test
    void labelMeShapesBecomeTheirBounds() {
        text(folder.resolve("a.json"), """
                {"version":"5.2.1","flags":{},"shapes":[
                 {"label":"cat","points":[[30,20],[10,5]],"shape_type":"rectangle"},
                 {"label":"cat","points":[[10,10],[13,14]],"shape_type":"circle"},
                 {"label":"dog","points":[[1,1],[4,2],[2,9]],"shape_type":"polygon"},
                 {"label":"dog","points":[[1,1]],"shape_type":"point"},
                 {"label":"dog","points":[[1,1],[5,5]],"shape_type":"line"},
                 {"label":"dog","points":[[1],[5,5]],"shape_type":"polygon"},
                 {"label":"dog","points":"none"},
                 {"points":[[1,1],[5,5]],"shape_type":"rectangle"}],
                 "imagePath":"..\\\\photos\\\\a.jpg","imageData":"%s","imageHeight":48,"imageWidth":64}
                """.formatted("QUJD".repeat(10_000)));
        RawSet set = read();
        RawImage image = set.images().getFirst();
        assertThat(image.name()).isEqualTo("..\\photos\\a.jpg");
        assertThat(image.objects()).containsExactly(new RawObject("cat", 10, 5, 30, 20, "shape 1"),
                new RawObject("cat", 5, 5, 15, 15, "shape 2"), new RawObject("dog", 1, 1, 4, 9, "shape 3"));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.NO_REGION, 2L, DropReason.MALFORMED, 2L,
                DropReason.UNKNOWN_CLASS, 1L));
        assertThat(set.tally().annotationsRead()).isEqualTo(8);
    }

    @Test
    void oneDamagedLabelMeFileDoesNotStopTheOthers() {
        text(folder.resolve("a.json"), "{\"shapes\":[{\"label\":\"x\"");
        text(folder.resolve("b.json"), "{\"shapes\":[],\"imagePath\":\"b.jpg\"}");
        RawSet set = read();
        assertThat(droppedImages(set.tally())).isEqualTo(Map.of(DropReason.DAMAGED_FILE, 1L));
        assertThat(set.images()).hasSize(1);
    }

    @Test
    void createMlBoxesHaveTheirCenter() {
        text(folder.resolve("valid/_annotations.createml.json"), """
                [{"image":"a.jpg","annotations":[{"label":"cat","coordinates":{"x":20,"y":10,"width":8,"height":4}},
                  {"label":"cat","coordinates":{"x":20,"y":"10","width":8,"height":4}},
                  {"label":"","coordinates":{"x":20,"y":10,"width":8,"height":4}}, {"label":"cat"}]},
                 {"annotations":[{"label":"cat","coordinates":{"x":20,"y":10,"width":8,"height":4}}]}]
                """);
        RawSet set = read();
        assertThat(set.images()).hasSize(1);
        assertThat(set.images().getFirst().split()).isEqualTo("val");
        assertThat(set.images().getFirst().objects()).containsExactly(new RawObject("cat", 16, 8, 24, 12,
                "a.jpg, annotation 1"));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.MALFORMED, 2L, DropReason.UNKNOWN_CLASS, 1L,
                DropReason.OF_DROPPED_IMAGE, 1L));
        assertThat(droppedImages(set.tally())).isEqualTo(Map.of(DropReason.UNNAMED_IMAGE, 1L));
    }

    @Test
    void yoloExportsOfCvatAndLabelStudioAreRead() {
        text(folder.resolve("obj.names"), "cat\ndog\n");
        text(folder.resolve("obj.data"), "classes = 2\n");
        text(folder.resolve("train.txt"), "data/obj_train_data/a.jpg\n");
        text(folder.resolve("obj_train_data/a.txt"), """
                1 0.5 0.5 0.2 0.4
                0 0.1 0.1 0.3 0.1 0.3 0.2
                2 0.5 0.5 0.2 0.4
                1 0.5 0.5 0.2
                x 0.5 0.5 0.2 0.4
                """);
        RawSet set = read();
        RawImage image = set.images().getFirst();
        assertThat(set.images()).hasSize(1);
        assertThat(image.fractions()).isTrue();
        assertThat(image.split()).isEqualTo("train");
        assertThat(image.objects()).containsExactly(new RawObject("dog", 0.4, 0.3, 0.6, 0.7, "row 1"),
                new RawObject("cat", 0.1, 0.1, 0.3, 0.2, "row 2"));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.UNKNOWN_CLASS, 1L, DropReason.MALFORMED, 2L));
    }

    @Test
    void foldersOfSeveralFormatsOrOfNoneAreRefused() {
        assertThatThrownBy(this::read).hasMessageContaining("has no annotations");
        text(folder.resolve("a.xml"), voc(head("a.jpg")));
        text(folder.resolve("package.json"), "{\"name\":\"x\"}");
        assertThat(read().notes()).hasSize(1).first().asString().contains("package.json is not read");
        text(folder.resolve("c.json"), "{\"images\":[]}");
        text(folder.resolve("b.xml"), "<annotations/>");
        assertThatThrownBy(this::read).hasMessageContaining("several formats [COCO JSON, Pascal VOC XML, CVAT XML]");
        assertThatThrownBy(() -> AnnotationFiles.find(folder.resolve("none"))).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> AnnotationFiles.find(text(folder.resolve("d.yaml"), "train: x")))
                .hasMessageContaining("YOLO data set already");
    }

    @Test
    void captionsAndKeyPointsOfCocoAreNotReadNextToInstances() {
        text(folder.resolve("instances_train.json"), Sources.coco(List.of(Sources.entry(1, "a.jpg")), List.of()));
        text(folder.resolve("captions_train.json"), "{\"images\":[],\"annotations\":[]}");
        RawSet set = read();
        assertThat(set.images()).hasSize(1);
        assertThat(set.notes()).hasSize(1).first().asString().contains("captions_train.json is not read");
    }
}
