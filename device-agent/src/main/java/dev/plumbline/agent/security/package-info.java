/**
 * Who may call the agent, over what, and how much of it at once: certificates, tokens, the audit
 * log, and bounds on connections, calls and bytes that stand before gRPC.
 */
package dev.plumbline.agent.security;
