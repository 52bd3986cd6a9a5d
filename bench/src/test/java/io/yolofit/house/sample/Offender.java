package io.yolofit.house.sample;

import io.yolofit.base.YoloFitException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// A class that breaks rules.
public final class Offender {
    static int counter;
    static final Map<String, String> CACHE = new HashMap<>();
    static final AtomicLong NEXT = new AtomicLong();
    static final int SIZE = 3;
    static final List<String> NAMES = List.copyOf(new ArrayList<>());

    private Offender() {}

    static void print() {
        try {
            System.out.println(System.lineSeparator());
        } catch (YoloFitException failure) {
            failure.printStackTrace();
        }
    }
}
