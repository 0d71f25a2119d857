#!/bin/sh
# The GPU check, on a machine that may have neither Java nor Maven:
#   bench/gpu.sh pack DIR   here: builds, and puts a small Java runtime, our jars and the contract tests into DIR (about 45 MB)
#   bench/gpu.sh run DIR    there, in the repository's root: contract tests on the GPU, then the embedded model on it
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
mode=${1:?usage: bench/gpu.sh pack|run DIR}
target=$(mkdir -p "${2:?usage: bench/gpu.sh pack|run DIR}" && CDPATH='' cd -- "$2" && pwd -P)
modules=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.scripting,java.sql,java.xml,jdk.crypto.ec,jdk.incubator.vector,jdk.management,jdk.unsupported,jdk.zipfs
flags='--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED'

# without JAR PATH...: takes what is not needed out of a jar.
without() {
    jar=$1
    shift
    unpacked=$(mktemp -d)
    # shellcheck disable=SC2068  # patterns are meant to be expanded there
    (cd "$unpacked" && "$jdk/bin/jar" xf "$jar" && rm -r $@ && "$jdk/bin/jar" cMf "$jar" .)
    rm -r "$unpacked"
}

pack() {
    "$root/bitrank" --version
    java=$(cat "$root/frontend/target/java")
    jdk=$(dirname -- "$(dirname -- "$java")")
    (cd "$root" && JAVA_HOME=$jdk mvn -B -q -pl kernels test-compile \
        org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies -DincludeScope=test -DoutputDirectory=target/test-lib \
        && JAVA_HOME=$jdk mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:get -Dartifact=org.junit.platform:junit-platform-console-standalone:6.0.3)
    rm -rf "${target:?}"/*
    mkdir -p "$target/lib" "$target/tests"
    "$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$target/java"
    # java.desktop is there for java.beans and for reading pictures; nothing is drawn.
    (cd "$target/java/lib" && rm -f libawt_xawt.so libfontmanager.so libfreetype.so libmlib_image.so libsplashscreen.so)
    # Only what the engine needs without DuckDB and oneDNN: the package has to be small enough to carry.
    for name in bitrank- jcuda slf4j-api logback- jackson-annotations jackson-core-3 jackson-databind-3 jackson-dataformat-yaml-3 snakeyaml \
        tokenizers- api-0 jna- commons-compress commons-codec commons-io commons-lang3 picocli hipparchus gson jakarta.validation jspecify \
        spring-boot-4 spring-context-7 spring-beans-7 spring-core-7; do
        cp "$root"/frontend/target/application/lib/"$name"*.jar "$target/lib/"
    done
    without "$target"/lib/tokenizers-*.jar native/lib/win-x86_64 native/lib/osx-aarch64 native/lib/linux-aarch64
    without "$target"/lib/jna-*.jar 'com/sun/jna/[adfosw]*-*' com/sun/jna/linux-arm* com/sun/jna/linux-[lmprs]*
    without "$target"/lib/jcuda-natives-*.jar lib/libJNvPTXCompiler-*.so lib/libJCudaRuntime-*.so
    cp "$root/frontend/target/application/bitrank.jar" "$target/lib/"
    cp -r "$root/kernels/target/test-classes" "$root/kernels/target/classes" "$target/tests/"
    cp "$root"/kernels/target/test-lib/assertj-core-*.jar "$target/tests/"
    cp "$HOME"/.m2/repository/org/junit/platform/junit-platform-console-standalone/6.0.3/*.jar "$target/tests/"
    # Stored without compression inside, the jars shrink together.
    for jar in "$target"/lib/*.jar "$target"/tests/*.jar; do
        unpacked=$(mktemp -d)
        (cd "$unpacked" && "$jdk/bin/jar" xf "$jar" && "$jdk/bin/jar" c0Mf "$jar" .)
        rm -r "$unpacked"
    done
    tar -C "$target" -cf - java lib tests | xz -T0 -6 >"$target/package.tar.xz"
    rm -r "$target/java" "$target/lib" "$target/tests"
    du -sh "$target"
}

run() {
    work=$(mktemp -d)
    tar -xJf "$target/package.tar.xz" -C "$work"
    java=$work/java/bin/java
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader || true
    # In the module's folder, as Maven runs them: one test reads the kernels' sources.
    # shellcheck disable=SC2086  # the flags are meant to be split
    (cd "$root/kernels" && BITRANK_REQUIRE_GPU=1 "$java" $flags -cp "$work/tests/classes:$work/tests/test-classes:$work/lib/*:$work/tests/*" \
        org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=summary --fail-if-no-tests \
        --select-package org.bitrank.kernels.cuda)
    bitrank="$java $flags -Dbitrank.root=$root -cp $work/lib/* org.bitrank.Main"
    out=${OUT:-$work}
    set -f
    for compute in float32 bfloat16; do
        $bitrank eval --model reference/micro-llama --tasks micro_text,micro_tools,micro_answers --backend cuda --compute $compute \
            --output "$out/gpu-$compute.json" --quiet
    done
    $bitrank quantize --model reference/micro-llama --backend cuda --compute float32 --output "$work/gptq" --quiet \
        --recipe '{"method": "gptq", "weights": {"bits": 4, "group-size": 64}}'
    $bitrank eval --model "$work/gptq" --base reference/micro-llama --tasks micro_text --backend cuda --compute float32 \
        --output "$out/gpu-gptq.json" --quiet
    for compute in float32 bfloat16; do
        $bitrank eval --model reference/micro-llava --tasks micro_mme,micro_chartqa,micro_docvqa --backend cuda --compute $compute \
            --output "$out/gpu-llava-$compute.json" --samples "$out/gpu-llava-$compute" --quiet
    done
    set +f
    echo "Compare with the same commands and --backend cpu:"
    ls -l "$out"/gpu-*.json
}

case $mode in
    pack) pack ;;
    run) run ;;
    *) echo "usage: bench/gpu.sh pack|run DIR" >&2; exit 2 ;;
esac
