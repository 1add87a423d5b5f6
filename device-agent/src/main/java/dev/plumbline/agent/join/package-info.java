/**
 * An agent that dials its host. It asks over HTTP/1.1 for an upgrade, and the roles turn round: the
 * host sends HTTP/2 requests over the connection that the agent has opened, and they end in the
 * agent's own server like those of a host that dials.
 */
package dev.plumbline.agent.join;
