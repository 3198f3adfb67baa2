import type { Rule } from '../plan/rules.ts';

/** One address on which an application answers. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly container: string;
  /** Undefined: it answers with what it received. */
  readonly rules: readonly Rule[] | undefined;
}

/** What the process of a pod's containers is to be: sent at the start, and after each change. */
export interface ApplicationConfig {
  readonly pod: string;
  readonly endpoints: readonly Endpoint[];
  /** Where outgoing connections go, as if they were intercepted; without it, to the host itself. */
  readonly outbound: string | undefined;
  readonly dns: { readonly address: string; readonly port: number };
}

/** The answer to a configuration: why an endpoint cannot be bound, or undefined. */
export interface ApplicationReply {
  readonly fault: string | undefined;
}
