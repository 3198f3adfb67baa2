import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { injected } from '../../inject/injection.ts';
import type { ProxyObject } from '../../inject/pod.ts';
import { prefix } from '../../inject/settings.ts';
import { onAnyPod, onPodOf } from '../../inject/without-effect.ts';

/** Each annotation that the App Mesh controller read or wrote, with a value that is none of its defaults. */
const annotations: Readonly<Record<string, string>> = {
  sidecarInjectorWebhook: 'disabled',
  ports: '9999',
  egressIgnoredIPs: '192.0.2.1',
  egressIgnoredPorts: '25',
  cpuRequest: '77m',
  memoryRequest: '77Mi',
  cpuLimit: '77m',
  memoryLimit: '77Mi',
  ipv6: 'disabled',
  appmeshCNI: 'enabled',
  proxyEgressPort: '25001',
  proxyIngressPort: '25000',
  ignoredUID: '7331',
  ignoredGID: '7331',
  secretMounts: 'certificates:/certificates',
  volumeMounts: 'app:/app',
  sidecarEnv: 'A=1',
  sidecarEnvJson: '[{"A": "1"}]',
  sds: 'disabled',
  preview: 'enabled',
  virtualGatewaySkipImageOverride: 'enabled',
  xrayAgentConfigMount: 'xray:/etc/xray',
};

const spec = {
  podSelector: {},
  listeners: [
    {
      portMapping: { port: 8080, protocol: 'http' },
      tls: { mode: 'STRICT', certificate: { sds: { secretName: 'spiffe://shop/blue' } } },
    },
  ],
};

function injection(kind: ProxyObject['kind'], added: Readonly<Record<string, string>>) {
  const namespace = { name: 'shop', labels: { [`${prefix}sidecarInjectorWebhook`]: 'enabled' } };
  const containers = [{ name: kind === 'VirtualNode' ? 'app' : 'envoy', image: 'app' }];
  const pod = { metadata: { name: 'blue', annotations: added }, spec: { containers } };
  return injected(pod, namespace, [{ kind, name: 'blue', spec } as ProxyObject]);
}

/** Whether the pod gets something else. */
function isEffective(kind: ProxyObject['kind'], name: string, value: string): boolean {
  const [before, after] = [injection(kind, {}), injection(kind, { [`${prefix}${name}`]: value })];
  if (before.outcome !== 'injected' || after.outcome !== 'injected') return true;
  return JSON.stringify(before.pod.spec) !== JSON.stringify(after.pod.spec);
}

function notesOf(kind: ProxyObject['kind'], name: string, value: string): readonly string[] {
  const result = injection(kind, { [`${prefix}${name}`]: value });
  return result.outcome === 'injected' ? result.notes : [];
}

describe.each(['VirtualNode', 'VirtualGateway'] as const)('on a pod of a %s', (kind) => {
  it.each(Object.entries(annotations))('%s: %s has an effect, or is noted to have none', (name, value) => {
    const notes = notesOf(kind, name, value);
    expect(notes.length).toBe(isEffective(kind, name, value) ? 0 : 1);
    for (const note of notes) expect(note).toMatch(`annotation ${prefix}${name} does nothing: `);
  });

  it('what is done anyway is not noted', () => {
    const same = [...onAnyPod, ...onPodOf[kind]].filter(([, unless]) => unless !== '');
    for (const [name, unless] of same) expect(notesOf(kind, name, unless)).toEqual([]);
  });
});

it('deploy/sidecars.yaml warns of the same annotations, in the same words', () => {
  const { items } = parse(readFileSync('deploy/sidecars.yaml', 'utf8'), { maxAliasCount: -1 });
  const policy = items.find(
    ({ kind, metadata }: { kind: string; metadata: { name: string } }) =>
      kind === 'ValidatingAdmissionPolicy' && metadata.name === 'eks-mesh-sync-annotations',
  );
  const { expression } = policy.spec.variables.find(({ name }: { name: string }) => name === 'withoutEffect');
  const rows = [...expression.matchAll(/\['(\w+)', '(\w*)', '([^']+)'\]/g)].map(([, ...row]) => row);
  expect(rows).toEqual([...onAnyPod, ...onPodOf.VirtualNode, ...onPodOf.VirtualGateway]);
});
