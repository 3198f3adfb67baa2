/** The images of a sidecar. deploy/sidecars.yaml has the same. */
export interface Images {
  readonly envoy: string;
  /** Has `istio-iptables`, which redirects a pod's connections to Envoy. */
  readonly interception: string;
}

export const defaultImages: Images = {
  envoy: 'docker.io/envoyproxy/envoy:distroless-v1.40.0',
  interception: 'docker.io/istio/proxyv2:1.30.5-distroless',
};
