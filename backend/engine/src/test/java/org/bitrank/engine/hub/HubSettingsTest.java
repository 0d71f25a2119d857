package org.bitrank.engine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubSettingsTest {
    @TempDir
    Path home;

    private HubSettings of(String... pairs) {
        var environment = new HashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return HubSettings.of(environment::get, home);
    }

    @Test
    void theCacheIsWhereThePythonToolsHaveIt() {
        assertThat(of().cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(of("XDG_CACHE_HOME", "/x").cache()).isEqualTo(Path.of("/x/huggingface/hub"));
        assertThat(of("HF_HOME", "~/hf").cache()).isEqualTo(home.resolve("hf/hub"));
        assertThat(of("HF_HOME", "/hf", "HUGGINGFACE_HUB_CACHE", "/old").cache()).isEqualTo(Path.of("/old"));
        assertThat(of("HF_HOME", "/hf", "HF_HUB_CACHE", "/cache", "HUGGINGFACE_HUB_CACHE", "/old").cache()).isEqualTo(Path.of("/cache"));
    }

    @Test
    void theTokenIsInTheEnvironmentOrInItsFile() throws IOException {
        assertThat(of().token()).isEmpty();
        Files.createDirectories(home.resolve(".cache/huggingface"));
        Files.writeString(home.resolve(".cache/huggingface/token"), "filed\n");
        assertThat(of().token()).contains("filed");
        assertThat(of("HF_TOKEN", " told ").token()).contains("told");
        Files.writeString(home.resolve("elsewhere"), "other");
        assertThat(of("HF_TOKEN_PATH", "~/elsewhere").token()).contains("other");
    }

    @Test
    void theEndpointIsAnAddressWithoutSlash() {
        assertThat(of().endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(of("HF_ENDPOINT", "http://mirror:81/hf/").endpoint()).isEqualTo(URI.create("http://mirror:81/hf"));
        assertThatThrownBy(() -> of("HF_ENDPOINT", "mirror")).isInstanceOf(BitRankException.class).hasMessageContaining("HF_ENDPOINT is 'mirror'");
    }

    @Test
    void offlineIsSaidAsThePythonToolsRead() {
        assertThat(of().offline()).isFalse();
        assertThat(of("HF_HUB_OFFLINE", "1").offline()).isTrue();
        assertThat(of("HF_HUB_OFFLINE", "yes").offline()).isTrue();
        assertThat(of("HF_HUB_OFFLINE", "0").offline()).isFalse();
    }

    @Test
    void proxiesAreTakenFromTheEnvironment() {
        var environment = Map.of("HTTPS_PROXY", "http://proxy:3128", "no_proxy", "localhost,.inside.example");
        var proxies = new ProxyFromEnvironment(environment::get);
        assertThat(proxies.select(URI.create("https://huggingface.co/x")).getFirst().address()).hasToString("proxy/<unresolved>:3128");
        assertThat(proxies.select(URI.create("https://hub.inside.example/x"))).containsExactly(Proxy.NO_PROXY);
        assertThat(proxies.select(URI.create("http://huggingface.co/x")).getFirst().type()).isEqualTo(Proxy.Type.DIRECT);
    }

    @Test
    void addressesOfModelsAreReadStrictly() {
        assertThat(HubAddress.model("hf://o/n")).isEqualTo(new HubAddress(HubAddress.Kind.MODEL, "o/n", "main", null));
        assertThat(HubAddress.model("hf://o/n@refs/pr/1")).isEqualTo(new HubAddress(HubAddress.Kind.MODEL, "o/n", "refs/pr/1", null));
        assertThat(HubAddress.model("hf://o/n/sub/x.gguf@v1.0")).isEqualTo(new HubAddress(HubAddress.Kind.MODEL, "o/n", "v1.0", "sub/x.gguf"));
        for (String wrong : new String[] {"hf://o", "hf://../../etc", "hf://o/n@../x", "hf://o/n@", "hf://o/n/file.txt", "hf://o/n/../x.gguf", "hf://o/n x"}) {
            assertThatThrownBy(() -> HubAddress.model(wrong)).as(wrong).isInstanceOf(BitRankException.class).hasMessageContaining("is no hub address");
        }
        assertThat(HubAddress.model("hf://o/n/x.gguf@v1").text()).isEqualTo("hf://o/n/x.gguf@v1");
    }
}
