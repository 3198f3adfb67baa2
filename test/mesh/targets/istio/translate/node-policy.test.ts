import { describe, expect, it } from 'vitest';
import { aMesh, aNamespace, aNode, aService, backends } from '../../../harness/manifests.ts';
import { translated } from '../translated.ts';

const base = [aNamespace(), aMesh()];
const outlierDetection = {
  ...{ maxServerErrors: 3, maxEjectionPercent: 20 },
  ...{ interval: { unit: 's', value: 5 }, baseEjectionDuration: { unit: 's', value: 6 } },
};
const idle = { tcp: { idle: { unit: 's', value: 7 } } };
const tls = (mode: string) => ({
  tls: { mode, certificate: { file: { certificateChain: '/a.pem', privateKey: '/a.key' } } },
});
const listening = (port: number, more: object = {}) => ({ portMapping: { port, protocol: 'tcp' }, ...more });
const at = (hostname: string, ...listeners: readonly object[]) => ({
  serviceDiscovery: { dns: { hostname } },
  listeners,
});
const pool = { connectionPool: { tcp: { idleTimeout: '7s' } } };

describe('the settings of a virtual node whose Service is in another namespace', () => {
  it.each<readonly [more: object, expected: readonly string[]]>([
    [{}, []],
    [{ timeout: { tcp: {} } }, []],
    [{ timeout: idle }, ['differs spec.listeners[0].timeout.tcp.idle']],
    [tls('DISABLED'), []],
    [tls('STRICT'), ['refused spec.listeners[0].tls']],
    [
      { outlierDetection },
      [
        'differs spec.listeners[0].outlierDetection.maxEjectionPercent',
        'differs spec.listeners[0].outlierDetection',
      ],
    ],
  ])('%j: %j', (more, expected) => {
    const { differences, specs } = translated(
      ...base,
      aNode('blue', at('blue.other.svc.cluster.local', listening(80, more))),
    );
    // The idle timeout differs for two reasons.
    expect([...new Set(differences['VirtualNode/apps/blue'] ?? [])]).toEqual(expected);
    expect(Object.keys(specs).filter((key) => key.startsWith('DestinationRule'))).toEqual([]);
  });
});

describe('the settings of virtual nodes with one Service', () => {
  it('are in one rule, of the first by name, by port', () => {
    const { specs } = translated(
      ...base,
      aNode('b', at('one.apps.svc.cluster.local', listening(80, { timeout: idle }))),
      aNode(
        'a',
        at(
          'one.apps.svc.cluster.local',
          listening(9000, { timeout: idle }),
          listening(443, { timeout: idle }),
        ),
      ),
      aNode('c', at('two.apps.svc.cluster.local', listening(80))),
    );
    const rules = Object.entries(specs).filter(([key]) => key.startsWith('DestinationRule'));
    const port = (number: number) => ({ port: { number }, ...pool });
    expect(rules).toEqual([
      [
        'DestinationRule/apps/a',
        {
          host: 'one.apps.svc.cluster.local',
          trafficPolicy: { portLevelSettings: [port(80), port(443), port(9000)] },
        },
      ],
    ]);
  });
});

describe('the rules of a client that demands TLS', () => {
  const policy = {
    clientPolicy: { tls: { validation: { trust: { file: { certificateChain: '/ca.pem' } } } } },
  };
  const rulesOf = (namespace: string, more: object, demanded: object = policy) => {
    const { specs } = translated(
      ...[...base, aNamespace('web'), aNode('blue', at('blue.apps.svc.cluster.local', listening(80, more)))],
      aService('blue', 'node/blue'),
      aNode(
        'front',
        {
          ...at(`front.${namespace}.svc.cluster.local`, listening(80)),
          podSelector: { matchLabels: { app: 'front' } },
          backends: [
            { virtualService: { virtualServiceRef: { name: 'blue', namespace: 'apps' }, ...demanded } },
          ],
        },
        namespace,
      ),
    );
    return Object.keys(specs).filter((key) => key.startsWith('DestinationRule') && key.includes('front'));
  };

  it.each<readonly [namespace: string, more: object, suffixes: readonly string[]]>([
    ['apps', {}, ['client']],
    ['apps', { timeout: idle }, ['client']],
    ['web', {}, ['client']],
    ['web', { timeout: idle }, ['client', 'others']],
  ])('in namespace %s of a node with %j are %j', (namespace, more, suffixes) => {
    const rules = rulesOf(namespace, more);
    expect(rules.map((key) => key.split('-').at(-1))).toEqual(suffixes);
    expect(rules.every((key) => key.startsWith(`DestinationRule/${namespace}/`))).toBe(true);
  });

  it.each([
    [{}],
    [{ clientPolicy: {} }],
    [{ clientPolicy: { tls: { ...policy.clientPolicy.tls, enforce: false } } }],
    [{ clientPolicy: { tls: { ...policy.clientPolicy.tls, ports: [81] } } }],
  ])('are none with %j', (demanded) => {
    expect(rulesOf('web', { timeout: idle }, demanded)).toEqual([]);
  });

  it('are none without virtual services', () => {
    expect(
      translated(...base, aNode('front', backends())).specs['DestinationRule/apps/front'],
    ).toBeUndefined();
  });
});
