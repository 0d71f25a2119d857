package org.bitrank.service.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadedArchiveTest {
    @TempDir
    Path folder;

    private Path zip(String... entries) throws IOException {
        Path file = folder.resolve("sent.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write("{}".getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private Path unpack(Path archive) {
        return UploadedArchive.unpack(archive, archive.getFileName().toString(), folder.resolve("inside/target"));
    }

    private void refused(Path archive, String word) {
        assertThatThrownBy(() -> unpack(archive)).isInstanceOf(BitRankException.class).hasMessageContaining(word);
    }

    @Test
    void aSingleFolderIsTheCheckpoint() throws IOException {
        Path content = unpack(zip("model/config.json", "model/model.safetensors"));
        assertThat(content.getFileName()).hasToString("model");
        assertThat(content.resolve("config.json")).exists();
    }

    @Test
    void entriesThatLeaveTheFolderAreRefused() throws IOException {
        refused(zip("../outside.json"), "leads out");
        refused(zip("/etc/outside.json"), "leads out");
        refused(zip("a/../../../outside.json"), "leads out");
        refused(zip("..\\outside.json"), "leads out");
        assertThat(folder.resolve("outside.json")).doesNotExist();
    }

    @Test
    void picklesAreRefused() throws IOException {
        refused(zip("model/pytorch_model.bin"), "safetensors");
    }

    @Test
    void linksAreRefused() throws IOException {
        Path file = folder.resolve("sent.tar");
        try (var tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            var entry = new TarArchiveEntry("model/config.json", TarConstants.LF_SYMLINK);
            entry.setLinkName("/etc/passwd");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        refused(file, "no plain file");
    }

    @Test
    void linksInZipFilesAreRefusedToo() throws IOException {
        Path file = folder.resolve("linked.zip");
        try (var zip = new ZipArchiveOutputStream(file)) {
            var entry = new ZipArchiveEntry("model/config.json");
            entry.setUnixMode(UnixStat.LINK_FLAG | UnixStat.DEFAULT_LINK_PERM);
            zip.putArchiveEntry(entry);
            zip.write("/etc/passwd".getBytes(StandardCharsets.UTF_8));
            zip.closeArchiveEntry();
        }
        refused(file, "model/config.json is no plain file");
    }

    @Test
    void pipesAreRefused() throws IOException {
        Path file = folder.resolve("pipe.tar");
        try (var tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            tar.putArchiveEntry(new TarArchiveEntry("model/config.json", TarConstants.LF_FIFO));
            tar.closeArchiveEntry();
        }
        refused(file, "model/config.json is no plain file");
    }

    @Test
    void whatMacsPackAlongIsLeftOut() throws IOException {
        Path content = unpack(zip("model/config.json", "model/model.safetensors", "model/.DS_Store", "__MACOSX/model/._config.json", ".DS_Store"));
        assertThat(content.getFileName()).hasToString("model");
        assertThat(content.resolve(".DS_Store")).doesNotExist();
        assertThat(content.resolveSibling("__MACOSX")).doesNotExist();
    }

    @Test
    void modelsDeeperDownAreNamed() throws IOException {
        refused(zip("one/two/config.json", "one/two/model.safetensors"), "holds its model in one/two");
    }

    @Test
    void severalModelsAreNamed() throws IOException {
        refused(zip("one/config.json", "two/config.json"), "holds 2 models (one, two)");
    }

    @Test
    void anEntryThatIsThereTwiceIsNamed() throws IOException {
        Path file = folder.resolve("twice.zip");
        try (var zip = new ZipArchiveOutputStream(file)) {
            for (int i = 0; i < 2; i++) {
                zip.putArchiveEntry(new ZipArchiveEntry("config.json"));
                zip.write("{}".getBytes(StandardCharsets.UTF_8));
                zip.closeArchiveEntry();
            }
        }
        refused(file, "config.json is there twice");
    }

    @Test
    void whatUnpacksToFarMoreThanWasSentIsRefused() throws IOException {
        Path file = folder.resolve("bomb.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("model.safetensors"));
            var zeros = new byte[1 << 20];
            for (int i = 0; i < 80; i++) {
                zip.write(zeros);
            }
        }
        refused(file, "20 times");
    }

    @Test
    void damagedAndUnknownFilesAreRefused() throws IOException {
        Path tar = Files.writeString(folder.resolve("broken.tar.gz"), "no gzip");
        refused(tar, "broken.tar.gz");
        refused(Files.writeString(folder.resolve("model.rar"), "?"), ".tar");
    }
}
