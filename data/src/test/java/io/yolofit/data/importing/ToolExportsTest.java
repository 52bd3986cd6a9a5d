package io.yolofit.data.importing;

import static io.yolofit.data.formats.Sources.box;
import static io.yolofit.data.formats.Sources.coco;
import static io.yolofit.data.formats.Sources.dropped;
import static io.yolofit.data.formats.Sources.droppedImages;
import static io.yolofit.data.formats.Sources.entry;
import static io.yolofit.data.formats.Sources.head;
import static io.yolofit.data.formats.Sources.image;
import static io.yolofit.data.formats.Sources.object;
import static io.yolofit.data.formats.Sources.text;
import static io.yolofit.data.formats.Sources.voc;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.formats.DropReason;
import io.yolofit.data.formats.Tally;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folders that CVAT and Label Studio export as COCO, VOC, YOLO and in their own formats: two images with a cat in
/// the middle.
class ToolExportsTest {
    private static final Label CAT = Label.ofBox(0, 0.5f, 0.5f, 0.5f, 0.5f);
    private static final String MIDDLE = "[16,12,32,24]";
    private static final String CORNERS = "16 12 48 36";

    @TempDir
    private Path folder;

    /// Imports the folder; returns the split of each image, by path.
    private Map<String, String> imported(String... names) {
        DatasetImport read = DatasetImport.checked(new ImportRequest(folder, Optional.empty(),
                Optional.empty(), 0, false, List.of(names)),
                ScanOptions.defaults().withCacheFolder(folder.resolve(".cache")));
        assertThat(read.tally().droppedImages()).isEmpty();
        assertThat(read.tally().droppedAnnotations()).isEmpty();
        Map<String, String> splits = new TreeMap<>();
        for (SplitScan scan : read.scans().values()) {
            for (LabeledImage image : scan.images()) {
                assertThat(image.labels()).as(image.path().toString()).containsExactly(CAT);
                splits.put(folder.relativize(image.path()).toString(), scan.split());
            }
        }
        return splits;
    }

    @Test
    void cocoOfCvatHasSubfoldersSubsetsAndAttributes() {
        image(folder.resolve("images/day 1/a.jpg"));
        image(folder.resolve("images/day 2/a.jpg"));
        String attributes = ",\"segmentation\":[],\"area\":768,\"attributes\":{\"occluded\":false,\"rotation\":0.0,"
                + "\"track_id\":3,\"color\":\"red\"}}";
        text(folder.resolve("annotations/instances_Train.json"), coco(List.of(entry(1, "day 1/a.jpg")),
                List.of(box(1, 1, 3, MIDDLE).replaceFirst("}$", attributes))));
        text(folder.resolve("annotations/instances_Validation.json"), coco(List.of(entry(1, "day 2/a.jpg")),
                List.of(box(1, 1, 3, MIDDLE).replaceFirst("}$", attributes))));
        assertThat(imported()).isEqualTo(Map.of("images/day 1/a.jpg", "train", "images/day 2/a.jpg", "val"));
    }

    @Test
    void vocOfCvatHasSubfoldersAndLists() {
        for (String day : List.of("day1", "day2")) {
            image(folder.resolve("JPEGImages/" + day + "/a.jpg"));
            text(folder.resolve("Annotations/" + day + "/a.xml"), voc("<folder>" + day + "</folder>"
                    + head(day + "/a.jpg") + "<source><database>Unknown</database></source>", object("cat", CORNERS,
                    "<occluded>0</occluded>", "<difficult>0</difficult>")));
        }
        text(folder.resolve("labelmap.txt"), "background:0,0,0::\ncat:1,2,3::\n");
        text(folder.resolve("ImageSets/Main/Train.txt"), "day1/a\n");
        text(folder.resolve("ImageSets/Main/Validation.txt"), "day2/a\n");
        assertThat(imported()).isEqualTo(Map.of("JPEGImages/day1/a.jpg", "train", "JPEGImages/day2/a.jpg", "val"));
    }

    @Test
    void yoloOfCvatHasSubsetsAndListsOfPathsThatDoNotExist() {
        text(folder.resolve("obj.data"), "classes = 1\ntrain = data/train.txt\nnames = data/obj.names\n");
        text(folder.resolve("obj.names"), "cat\n");
        text(folder.resolve("Train.txt"), "data/obj_Train_data/a.jpg\n");
        text(folder.resolve("Validation.txt"), "data/obj_Validation_data/a.jpg\n");
        for (String subset : List.of("Train", "Validation")) {
            image(folder.resolve("obj_%s_data/a.jpg".formatted(subset)));
            text(folder.resolve("obj_%s_data/a.txt".formatted(subset)), "0 0.500000 0.500000 0.500000 0.500000\n");
        }
        assertThat(imported()).isEqualTo(Map.of("obj_Train_data/a.jpg", "train", "obj_Validation_data/a.jpg", "val"));
    }

    @Test
    void cocoOfLabelStudioHasHashedNamesAndBackslashes() {
        image(folder.resolve("images/8f2c01ab-my_photo.jpg"));
        image(folder.resolve("images/0011aabb-other photo.jpg"));
        text(folder.resolve("result.json"), coco(List.of(entry(0, "images\\\\8f2c01ab-my_photo.jpg"),
                entry(1, "/data/upload/3/0011aabb-other%20photo.jpg")), List.of(box(0, 0, 3, MIDDLE),
                box(1, 1, 3, MIDDLE))));
        assertThat(imported().keySet()).containsExactly("images/0011aabb-other photo.jpg",
                "images/8f2c01ab-my_photo.jpg");
    }

    @Test
    void vocOfLabelStudioHasNamesWithoutExtension() {
        for (String name : List.of("8f2c01ab-a.b", "0011aabb-c")) {
            image(folder.resolve("images/" + name + ".jpg"));
            text(folder.resolve("Annotations/" + name + ".xml"), voc(head(name), object("cat", CORNERS)));
        }
        assertThat(imported()).hasSize(2);
    }

    @Test
    void yoloOfLabelStudioHasNotesAndMayLackTheImagesThatWereUploadedElsewhere() {
        text(folder.resolve("classes.txt"), "cat\n");
        text(folder.resolve("notes.json"), "{\"categories\":[{\"id\":0,\"name\":\"cat\"}],\"info\":{}}");
        for (String name : List.of("8f2c01ab-a", "0011aabb-c")) {
            image(folder.resolve("originals/" + name.substring(9) + ".jpg"));
            text(folder.resolve("labels/" + name + ".txt"), "0 0.5 0.5 0.5 0.5\n");
        }
        assertThat(imported().keySet()).containsExactly("originals/a.jpg", "originals/c.jpg");
    }

    @Test
    void cvatForImagesHasTheTasksOfAProject() {
        image(folder.resolve("images/Train/a.jpg"));
        image(folder.resolve("images/Validation/a.jpg"));
        String shape = "<image id='0' name='a.jpg' subset='%s' task_id='%d' width='64' height='48'><box label='cat' "
                + "occluded='0' xtl='16.00' ytl='12.00' xbr='48.00' ybr='36.00' z_order='0'/></image>";
        text(folder.resolve("annotations.xml"), "<annotations><version>1.1</version><meta><project><labels><label>"
                + "<name>cat</name></label></labels></project></meta>" + shape.formatted("Train", 1)
                + shape.formatted("Validation", 2) + "</annotations>");
        assertThat(imported()).isEqualTo(Map.of("images/Train/a.jpg", "train", "images/Validation/a.jpg", "val"));
    }

    @Test
    void jsonOfLabelStudioHasUrlsAndLocalFiles() {
        image(folder.resolve("media/8f2c01ab-my photo.jpg"));
        image(folder.resolve("photos/b.jpg"));
        String task = "{'id':1,'annotations':[{'result':[{'original_width':64,'original_height':48,'type':"
                + "'rectanglelabels','value':{'x':25,'y':25,'width':50,'height':50,'rotation':0,"
                + "'rectanglelabels':['cat']}}]}],'data':{'image':'%s'}}";
        text(folder.resolve("project.json"), ("[" + task.formatted("/data/upload/1/8f2c01ab-my%20photo.jpg") + ","
                + task.formatted("/data/local-files/?d=photos/b.jpg") + "]").replace('\'', '"'));
        assertThat(imported().keySet()).containsExactly("media/8f2c01ab-my photo.jpg", "photos/b.jpg");
    }

    @Test
    void missingImagesOfCvatAreCountedWithTheirShapes() {
        image(folder.resolve("a.jpg"));
        image(folder.resolve("c.jpg"));
        String shapes = "<box label='cat' xtl='16' ytl='12' xbr='48' ybr='36'/><tag label='cat'/>";
        text(folder.resolve("annotations.xml"), "<annotations><image name='a.jpg' width='64' height='48'>" + shapes
                + "</image><image name='b.jpg' width='64' height='48'>" + shapes + "</image><image name='c.jpg'/>"
                + "</annotations>");
        Tally tally = DatasetImport.read(ImportRequest.of(folder)).tally();
        assertThat(droppedImages(tally)).isEqualTo(Map.of(DropReason.MISSING_IMAGE, 1L));
        assertThat(dropped(tally)).isEqualTo(Map.of(DropReason.OF_WHOLE_IMAGE, 2L, DropReason.OF_DROPPED_IMAGE, 1L));
        assertThat(tally.annotationsRead()).isEqualTo(4);
        assertThat(tally.annotationsKept()).isEqualTo(1);
    }

    @Test
    void yoloOfLabelImgHasLabelsNextToTheImages() {
        text(folder.resolve("classes.txt"), "cat\n");
        for (String name : List.of("a", "b")) {
            image(folder.resolve(name + ".jpg"));
            text(folder.resolve(name + ".txt"), "0 0.5 0.5 0.5 0.5\n");
        }
        assertThat(imported()).hasSize(2);
    }

    @Test
    void imagesWithoutAnnotationFileAreNoted() {
        for (String name : List.of("a", "b", "c")) {
            image(folder.resolve(name + ".jpg"));
        }
        text(folder.resolve("a.xml"), voc(head("a.jpg"), object("cat", CORNERS)));
        text(folder.resolve("b.xml"), voc(head("b.jpg"), object("cat", CORNERS)));
        assertThat(DatasetImport.read(ImportRequest.of(folder)).notes()).hasSize(1).first().asString()
                .startsWith("1 image has no annotation file and is not imported").endsWith("c.jpg");
    }
}
