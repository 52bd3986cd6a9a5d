package io.yolofit.data.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A hash of texts and of files' path, size and modification time: the key of cached results.
public final class Fingerprint {
    private final MessageDigest digest;

    public Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public Fingerprint add(Object text) {
        digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return this;
    }

    /// The file need not exist or be readable: the reason is part of the hash.
    public Fingerprint addFile(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return add("%s/%d/%d".formatted(FileNames.text(path), attributes.size(),
                    attributes.lastModifiedTime().toMillis()));
        } catch (IOException e) {
            return add(FileNames.text(path) + "/" + FileFailure.reason(e));
        }
    }

    /// The hash as 64 hexadecimal digits. The object must not be used afterwards.
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
