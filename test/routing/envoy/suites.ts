import fc from 'fast-check';
import { type Case, cases, gateway, gatewayLabels } from '../arbitrary/cases.ts';
import { everything, forGatewayApi, gatewayPorts, type Vocabulary } from '../arbitrary/matches.ts';
import { type Asked, askedOf } from '../comparison.ts';
import { GatewayApi } from '../gateway-api.ts';
import { Istio } from '../istio.ts';
import type { Choice, Manifest, Request } from '../request.ts';
import { toGatewayApi, toIstio, withStatedHost } from '../targets.ts';
import type { Translated } from '../translated.ts';
import type { Expected } from './compare.ts';
import { gatewayApiCases } from './gateway-api-cases.ts';
import { istioCases, type ObjectsCase } from './istio-cases.ts';
import { gatewayAddress, gatewayClass, managedGateway } from './managed-gateway.ts';

interface Sample {
  readonly numRuns: number;
  readonly seed: number;
}

interface Suite {
  readonly name: string;
  /** Of the gateway's pods. */
  readonly gatewayLabels: Readonly<Record<string, string>>;
  readonly expected: (sample: Sample) => readonly Expected[];
}

const managed = (name: string) => ({ 'gateway.networking.k8s.io/gateway-name': name });
const inGateway = { name: 'in', namespace: 'shop' };

export const suites: readonly Suite[] = [
  {
    name: 'objects of Istio',
    gatewayLabels,
    expected: evaluated(istioCases, (objects) => {
      const istio = new Istio(objects);
      return {
        pod: (request) => istio.fromPod(request, 'shop'),
        gateway: (request) => istio.fromGateway(gatewayLabels, request),
      };
    }),
  },
  {
    name: 'objects of the Gateway API',
    gatewayLabels: managed('in'),
    expected: evaluated(gatewayApiCases, (objects) => {
      const api = new GatewayApi(objects);
      return {
        pod: (request) => api.fromPod(request, 'shop'),
        gateway: (request) => api.fromGateway(inGateway, request),
      };
    }),
  },
  {
    name: 'App Mesh in Istio',
    gatewayLabels,
    expected: translated(everything, toIstio, (asked) => asked),
  },
  {
    name: 'App Mesh in the Gateway API',
    gatewayLabels: managed(gateway.name),
    expected: translated(forGatewayApi, toGatewayApi, withStatedHost, [
      gatewayClass,
      ...managedGateway(gateway.name, gateway.namespace, Object.values(gatewayPorts), gatewayAddress),
    ]),
  },
];

/** What an evaluator says of objects at random, but for what the Gateway API leaves to its implementations. */
function evaluated(
  all: fc.Arbitrary<ObjectsCase>,
  evaluator: (objects: readonly Manifest[]) => Readonly<Record<Asked['from'], (request: Request) => Choice>>,
): Suite['expected'] {
  return (sample) =>
    fc.sample(all, sample).map(({ objects, requests }) => {
      const from = evaluator(objects);
      const asked = requests.flatMap((each): readonly Asked[] => {
        try {
          return [{ ...each, choice: from[each.from](each.request) }];
        } catch (error) {
          if (error instanceof Error && error.message.startsWith('implementations differ')) return [];
          throw error;
        }
      });
      return { objects, asked };
    });
}

/** What App Mesh does with its manifests, expected of their translation. */
function translated(
  vocabulary: Vocabulary,
  translate: (manifests: Case['manifests']) => Translated,
  stated: (asked: Asked) => Asked,
  others: readonly Manifest[] = [],
): Suite['expected'] {
  return (sample) =>
    fc.sample(cases(vocabulary), sample).map((each) => {
      const result = translate(each.manifests);
      const namespaces = each.manifests.filter(({ kind }) => kind === 'Namespace');
      const objects = [
        ...namespaces.map((namespace) => ({ apiVersion: 'v1', ...namespace })),
        ...[...others, ...each.services, ...result.objects],
      ];
      return { objects, asked: askedOf(each, result).map(stated) };
    });
}
