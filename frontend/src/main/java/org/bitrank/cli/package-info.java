/** The command line: one picocli class a command. It calls the engine directly and starts Spring only to serve. */
package org.bitrank.cli;
