/** What a virtual router listens on, or what a route needs a listener for; a route may name no port. */
export interface MeshListener {
  readonly protocol: string;
  readonly port?: number | undefined;
}

/**
 * Every state that a resource may be in, as far as its claim says: one alternative where the last call is known to have
 * ended, two where it may or may not have taken effect, none where the resource is known not to be there. An alternative
 * is a virtual router's list of listeners, or the one listener that a route needs.
 */
export type ListenerAlternatives = readonly (readonly MeshListener[])[];
