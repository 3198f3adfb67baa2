import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type DefinitionFolder, definitionsOf } from '../../../playground/definitions/definitions.ts';
import { envoyVersions } from '../../../shared/mesh/targets/envoy/plan/kinds.ts';
import { resourceNamed, versions } from '../../../shared/mesh/targets/gateway-api/plan/object-name.ts';
import { type IstioKind, istioVersions, resourceOf } from '../../../shared/mesh/targets/istio/plan/kinds.ts';

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const access: Record<string, { group: string; rules: Rule[] }> = parse(
  read('relay/chart/functions-access.yaml'),
);
const template = read('relay/chart/templates/functions.yaml');

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
  };
}

const folders: readonly DefinitionFolder[] = ['istio', 'gateway-api', 'aws-gateway-api-controller'];
const plurals = new Map<string, string>([
  ['/Service', 'services'],
  ['/ConfigMap', 'configmaps'],
  ['/Pod', 'pods'],
  ...folders
    .flatMap((folder) => definitionsOf(folder) as Definition[])
    .map(({ spec: { group, names } }): [string, string] => [`${group}/${names.kind}`, names.plural]),
]);

/** `verb group/plural`, as RBAC names them. */
function allowedBy(value: string): string[] {
  return (access[value]?.rules ?? []).flatMap(({ apiGroups = [], resources = [], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
    ),
  );
}

const writing = ['get', 'list', 'create', 'patch', 'delete'];

function needed(kinds: readonly (readonly [group: string, kind: string])[], verbs = writing): string[] {
  return kinds.flatMap(([group, kind]) => {
    const plural = plurals.get(`${group}/${kind}`);
    expect([kind, plural]).toEqual([kind, expect.any(String)]);
    return verbs.map((verb) => `${verb} ${group}/${plural}`);
  });
}

const istioKinds = Object.keys(istioVersions) as IstioKind[];
const gatewayApiKinds = Object.keys(versions).map(
  (kind) => [resourceNamed(kind, '', '').group, kind] as const,
);

describe('the permissions of the functions in a cluster', () => {
  it('the chart grants the mesh target gateway-api the kinds that it writes, and nothing else', () => {
    expect(allowedBy('mesh.gatewayApi').sort()).toEqual(needed(gatewayApiKinds).sort());
  });

  it('the chart grants the mesh target istio the kinds that it writes, and nothing else', () => {
    const kinds = istioKinds.map(
      (kind) => [resourceOf({ kind, namespace: '', name: '' }).group, kind] as const,
    );
    expect(allowedBy('mesh.istio').sort()).toEqual(needed(kinds).sort());
  });

  it('the chart grants the mesh target envoy ConfigMaps, Services and the list of pods, and a patch of pods by a value of its own', () => {
    const expected = [
      ...needed(Object.keys(envoyVersions).map((kind) => ['', kind] as const)),
      ...needed([['', 'Pod']], ['list']),
    ];
    expect(allowedBy('mesh.envoy').sort()).toEqual(expected.sort());
    expect(allowedBy('mesh.envoyRefreshPods')).toEqual(needed([['', 'Pod']], ['patch']));
  });

  it('the chart grants sync-service-entries ServiceEntries, and the names of Services', () => {
    const expected = [
      ...needed([['networking.istio.io', 'ServiceEntry']]),
      ...needed([['', 'Service']], ['list']),
    ];
    expect(allowedBy('serviceEntries').sort()).toEqual(expected.sort());
  });

  it.each(Object.keys(access))('the chart value %s grants the discovery of its kinds, too', (value) => {
    const paths = access[value]?.rules.flatMap(({ nonResourceURLs = [] }) => nonResourceURLs) ?? [];
    const groups = new Set(access[value]?.rules.flatMap(({ apiGroups = [] }) => apiGroups));
    const expected = [...groups].map((group) => (group === '' ? '/api/v1' : `/apis/${group}/*`));
    expect([...paths].sort()).toEqual(['/apis', ...expected].sort());
  });

  it('the chart grants each kind of access by a value of its own, off by default', () => {
    const values = parse(read('relay/chart/values.yaml'));
    expect(values).toMatchObject({
      mesh: { istio: false, gatewayApi: false, envoy: false, envoyRefreshPods: false },
      serviceEntries: false,
    });
    expect(Object.keys(access)).toEqual([
      'mesh.istio',
      'mesh.gatewayApi',
      'mesh.envoy',
      'mesh.envoyRefreshPods',
      'serviceEntries',
    ]);
    for (const value of Object.keys(access)) expect(template).toContain(`"${value}" .Values.${value}`);
  });

  it('docs/deployment.md names the Kubernetes groups to which the chart grants access', () => {
    const groups = Object.values(access).map(({ group }) => group);
    const page = read('docs/deployment.md');
    for (const group of groups) expect(page).toContain(`\`${group}\``);
    const roles = parseAllDocuments(read('deploy/cluster-access.yml')).map(
      (document) => document.toJS().metadata.name,
    );
    expect(roles).toContain('eks-mesh-sync-mesh');
  });
});
