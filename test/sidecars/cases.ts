import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Pod, ProxyObject } from '../../inject/pod.ts';
import { modeKey, prefix } from '../../inject/settings.ts';

/** A pod that is created in a namespace with some objects, and what becomes of it. */
export interface SidecarCase {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly objects: readonly ProxyObject[];
  readonly pod: Pod;
  readonly expected:
    | { readonly outcome: 'injected'; readonly part: object }
    | { readonly outcome: 'refused'; readonly texts: readonly string[] }
    | { readonly outcome: 'unchanged' };
}

interface Written {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly objects: readonly {
    kind: ProxyObject['kind'];
    metadata: { name: string };
    spec: ProxyObject['spec'];
  }[];
  readonly pod: Pod;
  readonly injected?: object;
  readonly refused?: readonly string[];
}

const files = ['selection', 'annotations', 'gateways'];

/** The cases that every implementation of sidecars must pass. */
export const sidecarCases: readonly SidecarCase[] = [...files.flatMap(casesIn), ...malformedCases()];

function casesIn(file: string): readonly SidecarCase[] {
  return (read(file) as readonly Written[]).map(({ name, labels, objects, pod, injected, refused }) => ({
    name,
    labels: labels ?? { [modeKey]: 'enabled' },
    objects: objects.map(({ kind, metadata, spec }) => ({ kind, name: metadata.name, spec })),
    pod,
    expected: injected
      ? { outcome: 'injected', part: injected }
      : refused
        ? { outcome: 'refused', texts: refused }
        : { outcome: 'unchanged' },
  }));
}

function malformedCases(): readonly SidecarCase[] {
  const values = read('malformed') as Readonly<Record<string, readonly string[]>>;
  return Object.entries(values).flatMap(([name, malformed]) =>
    malformed.map((value) => ({
      name: `refuses ${name}: ${JSON.stringify(value)}`,
      labels: { [modeKey]: 'enabled' },
      objects: [{ kind: 'VirtualNode', name: 'all', spec: { podSelector: {} } }],
      pod: {
        metadata: { name: 'app', annotations: { [`${prefix}${name}`]: value } },
        spec: { containers: [{ name: 'app', image: 'app' }] },
      },
      expected: {
        outcome: 'refused',
        texts: [`annotation ${prefix}${name} is "${value.replaceAll('\n', ' ')}"; expected `],
      },
    })),
  );
}

function read(file: string): unknown {
  return parse(readFileSync(new URL(`cases/${file}.yaml`, import.meta.url), 'utf8'));
}
