/** The command line: commands that parse, call a room and print. No logic lives here. */
package dev.plumbline.host.cli;
