package org.bitrank.engine;

/** What results and artifacts say of the program that made them. */
public final class EngineVersion {
    private EngineVersion() {}

    public static String text() {
        String version = EngineVersion.class.getPackage().getImplementationVersion();
        return version == null ? "built from sources" : version;
    }
}
