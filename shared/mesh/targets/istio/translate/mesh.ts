import type { EntryOf } from '../../../plan/entry.ts';
import { Report } from '../../../plan/report.ts';
import { suffixed } from './names.ts';
import { reportFamily } from './node/node-report.ts';
import type { Outcome } from './outcome.ts';

/** App Mesh lets every node call AWS, also if it drops all else that is no backend: see sidecar.ts. */
const aws = {
  hosts: ['*.amazonaws.com'],
  location: 'MESH_EXTERNAL',
  resolution: 'NONE',
  ports: [
    { number: 443, name: 'tls-443', protocol: 'TLS' },
    { number: 80, name: 'http-80', protocol: 'HTTP' },
  ],
};

export function meshOutcome({ id, content: { spec } }: EntryOf<'Mesh'>, rootNamespace: string): Outcome {
  const report = new Report();
  reportFamily(spec.meshServiceDiscovery?.ipPreference, 'spec.meshServiceDiscovery', report);
  if (spec.meshOwner)
    report.differ('spec.meshOwner', 'Istio has no accounts', 'an Istio mesh of several clusters');
  const name = suffixed(id.name, 'amazonaws');
  const isOpen = spec.egressFilter?.type === 'ALLOW_ALL';
  return {
    wanted: isOpen ? [] : [{ kind: 'ServiceEntry', namespace: rootNamespace, name, spec: aws }],
    differences: report.differences,
  };
}
