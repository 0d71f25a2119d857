# Builds BitRank and runs it from its extracted layout. The first argument of the container is a command: serve, worker, eval …
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /source
COPY pom.xml ./
COPY kernels kernels
COPY backend backend
COPY frontend frontend
COPY datasets datasets
RUN mvn -B -q -Dmaven.test.skip=true package \
    && java -Djarmode=tools -jar frontend/target/bitrank.jar extract --destination /application

FROM eclipse-temurin:25-jdk
# libgomp is what oneDNN's threads are made of.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home bitrank \
    && mkdir -p /var/lib/bitrank && chown bitrank /var/lib/bitrank
COPY --from=build /application /opt/bitrank/application
COPY --from=build /source/datasets /opt/bitrank/datasets
USER bitrank
ENV BITRANK_HOME=/var/lib/bitrank
VOLUME /var/lib/bitrank
EXPOSE 8080
ENTRYPOINT ["java", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Dbitrank.root=/opt/bitrank", "-jar", "/opt/bitrank/application/bitrank.jar"]
CMD ["serve"]
