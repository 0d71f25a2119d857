package org.bitrank.engine.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.kernels.BitRankException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizer's files in a folder of Hugging Face layout. */
final class TokenizerFolder {
    private static final JsonMapper JSON = JsonMapper.shared();

    private TokenizerFolder() {}

    static Tokenizer open(Path folder) {
        Path json = folder.resolve("tokenizer.json");
        Path pieces = folder.resolve("tokenizer.model");
        Optional<JsonNode> settings = read(folder.resolve("tokenizer_config.json"));
        try {
            if (Files.isRegularFile(json)) {
                var parsed = TokenizerJson.parse(Files.readAllBytes(json), json.toString());
                return new LibraryTokenizer(parsed, special(folder, settings, parsed), json.toString());
            }
            if (Files.isRegularFile(pieces)) {
                return SentencePieceModel.read(pieces).tokenizer(settings);
            }
            Optional<BytePairFiles> pairs = BytePairFiles.in(folder);
            if (pairs.isPresent()) {
                return bytePairs(folder, pairs.get(), settings);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw BitRankException.badInput(
                folder + " has no tokenizer.json, no tokenizer.model and no vocab.json with merges.txt; copy the tokenizer's files of this model there");
    }

    private static Tokenizer bytePairs(Path folder, BytePairFiles files, Optional<JsonNode> settings) throws IOException {
        var texts = new HashSet<>(SpecialTokens.texts(settings, read(folder.resolve("special_tokens_map.json"))));
        texts.addAll(TokenizerClass.of(settings, read(folder.resolve("config.json"))).texts());
        texts.addAll(TokenizerClass.GPT2.texts());
        String source = files.vocabulary().toString();
        var parsed = TokenizerJson.parse(files.tokenizerJson(texts).toString().getBytes(StandardCharsets.UTF_8), source);
        return new LibraryTokenizer(parsed, special(folder, settings, parsed), source);
    }

    private static SpecialTokens special(Path folder, Optional<JsonNode> settings, TokenizerJson parsed) {
        return SpecialTokens.of(
                settings,
                read(folder.resolve("special_tokens_map.json")),
                read(folder.resolve("config.json")),
                read(folder.resolve("generation_config.json")),
                parsed::idOf);
    }

    private static Optional<JsonNode> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JacksonException e) {
            throw BitRankException.badInput(file + " is not valid JSON: " + Json.problem(e), e);
        }
    }
}
