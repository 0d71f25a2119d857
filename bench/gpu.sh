#!/bin/sh
# The GPU check, on a machine that may have neither Java nor Maven:
#   bench/gpu.sh pack DIR   here: builds, and puts a small Java runtime, our jars and the contract tests into DIR (about 60 MB)
#   bench/gpu.sh run DIR    there, in the repository's root: contract tests on the GPU, then the embedded model on it
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
mode=${1:?usage: bench/gpu.sh pack|run DIR}
target=$(mkdir -p "${2:?usage: bench/gpu.sh pack|run DIR}" && CDPATH='' cd -- "$2" && pwd -P)
modules=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.scripting,java.sql,java.xml,jdk.crypto.ec,jdk.incubator.vector,jdk.management,jdk.unsupported,jdk.zipfs
flags='--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED'

# Takes the native libraries of other systems out of a jar.
only_linux() {
    unpacked=$(mktemp -d)
    (cd "$unpacked" && "$jdk/bin/jar" xf "$1" && rm -rf native/lib/win* native/lib/osx* native/lib/linux-aarch64 && "$jdk/bin/jar" cMf "$1" .)
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
    tar -C "$target" -cf - java | xz -T0 -6 >"$target/java.tar.xz"
    rm -r "$target/java"
    # Only what the engine needs without DuckDB and oneDNN: the package has to be small enough to carry.
    for name in bitrank- jcuda slf4j-api logback- jackson- snakeyaml tokenizers- api-0 jna- commons-compress commons-codec commons-io \
        commons-lang3 picocli hipparchus gson jakarta.validation jspecify; do
        cp "$root"/frontend/target/application/lib/"$name"*.jar "$target/lib/"
    done
    only_linux "$target"/lib/tokenizers-*.jar
    cp "$root/frontend/target/application/bitrank.jar" "$target/lib/"
    cp -r "$root/kernels/target/test-classes" "$root/kernels/target/classes" "$target/tests/"
    cp "$root"/kernels/target/test-lib/assertj-core-*.jar "$target/tests/"
    cp "$HOME"/.m2/repository/org/junit/platform/junit-platform-console-standalone/6.0.3/*.jar "$target/tests/"
    du -sh "$target"
}

run() {
    work=$(mktemp -d)
    tar -xJf "$target/java.tar.xz" -C "$work"
    java=$work/java/bin/java
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader || true
    # shellcheck disable=SC2086  # the flags are meant to be split
    BITRANK_REQUIRE_GPU=1 "$java" $flags -cp "$target/tests/classes:$target/tests/test-classes:$target/lib/*:$target/tests/*" \
        org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=summary --fail-if-no-tests \
        --select-package org.bitrank.kernels.cuda
    for backend in cuda; do
        # shellcheck disable=SC2086
        "$java" $flags -Dbitrank.root="$root" -cp "$target/lib/*" org.bitrank.Main eval --model reference/micro-llama \
            --tasks micro_text,micro_tools --backend $backend --compute float32 --output "${OUT:-$work}/gpu-$backend.json" --quiet
    done
    cat "${OUT:-$work}"/gpu-*.json
}

case $mode in
    pack) pack ;;
    run) run ;;
    *) echo "usage: bench/gpu.sh pack|run DIR" >&2; exit 2 ;;
esac
