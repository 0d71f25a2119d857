#!/bin/sh
# Times the operations of a forward pass at SmolLM2-135M's shapes:
#   bench/kernels.sh [cpu|cuda|reference] [bfloat16|float32] [tokens]
# On a busy machine "taskset -c 0 bench/kernels.sh …" counts the processor time of one thread instead.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
"$root/bitrank" --version >&2
jdk=$(dirname -- "$(dirname -- "$(cat "$root/frontend/target/java")")")
(cd "$root" && JAVA_HOME=$jdk mvn -B -q -pl kernels test-compile \
    org.apache.maven.plugins:maven-dependency-plugin:build-classpath -DincludeScope=test -Dmdep.outputFile=target/test-classpath)
exec "$jdk/bin/java" --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -Xmx2g \
    -cp "$root/kernels/target/classes:$root/kernels/target/test-classes:$(cat "$root/kernels/target/test-classpath")" \
    org.bitrank.kernels.KernelBench "$@"
