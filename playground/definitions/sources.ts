/** CustomResourceDefinitions of another project, as a Go module carries them. */
export interface Source {
  /** The folder beside this file. */
  readonly folder: string;
  readonly module: string;
  readonly version: string;
  /** Files, and folders of files, in the module. */
  readonly paths: readonly string[];
  /** The definitions to take, by name. */
  readonly names: readonly string[];
}

/** A new version is taken by changing it here and running `npm run definitions`. All are under the Apache License 2.0. */
export const sources: readonly Source[] = [
  {
    folder: 'istio',
    module: 'istio.io/api',
    version: 'v1.32.0',
    paths: ['kubernetes/customresourcedefinitions.gen.yaml'],
    names: [
      'authorizationpolicies.security.istio.io',
      'destinationrules.networking.istio.io',
      'gateways.networking.istio.io',
      'peerauthentications.security.istio.io',
      'serviceentries.networking.istio.io',
      'sidecars.networking.istio.io',
      'telemetries.telemetry.istio.io',
      'virtualservices.networking.istio.io',
    ],
  },
  {
    folder: 'gateway-api',
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.5.1',
    paths: ['config/crd/standard', 'config/crd/experimental/gateway.networking.k8s.io_tcproutes.yaml'],
    names: [
      'backendtlspolicies.gateway.networking.k8s.io',
      'gatewayclasses.gateway.networking.k8s.io',
      'gateways.gateway.networking.k8s.io',
      'grpcroutes.gateway.networking.k8s.io',
      'httproutes.gateway.networking.k8s.io',
      'referencegrants.gateway.networking.k8s.io',
      'tcproutes.gateway.networking.k8s.io',
      'tlsroutes.gateway.networking.k8s.io',
    ],
  },
];
