/**
 * The host's side of agents that dial it. They are found by their names, and calls of the fleet's
 * programs are handed on to them.
 */
package dev.plumbline.host.gateway;
