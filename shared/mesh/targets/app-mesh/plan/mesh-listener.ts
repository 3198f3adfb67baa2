/** A listener of a virtual router, or one that a route requires; a route may omit the port. */
export interface MeshListener {
  readonly protocol: string;
  readonly port?: number | undefined;
}

/**
 * Every state that a resource may be in, by its claim: one alternative if the last call has ended, two if it may or may not
 * have taken effect, none if the resource is known not to exist. An alternative is a virtual router's list of listeners, or
 * the one listener that a route requires.
 */
export type ListenerAlternatives = readonly (readonly MeshListener[])[];
