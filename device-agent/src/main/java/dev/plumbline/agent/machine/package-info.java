/** What a machine is and where its user keeps things: the host tells it as the agent does. */
package dev.plumbline.agent.machine;
