/**
 * A gateway is two hops in one Envoy: gateway routes choose the virtual service and its port by the host name that they
 * set, and this header holds the one that the application gets, if it is another.
 */
export const originalHostHeader = 'x-app-mesh-original-host';
