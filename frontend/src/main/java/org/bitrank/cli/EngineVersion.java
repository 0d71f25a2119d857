package org.bitrank.cli;

import picocli.CommandLine.IVersionProvider;

/** {@code --version}: ours, and the Java that runs. */
final class EngineVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String ours = CommandLineTool.class.getPackage().getImplementationVersion();
        return new String[] {"BitRank " + (ours == null ? "(built from sources)" : ours), "Java " + Runtime.version()};
    }
}
