import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { serviceEntries } from '../../shared/model/config/service-entries.ts';
import { entryFindingKinds } from '../../shared/service-entries/plan/entry-plan.ts';
import { entryFor, instancesOf, ip, serviceOf } from '../service-entries/plan/fixtures.ts';
import { root } from './pages.ts';

const page = readFileSync(join(root, 'docs/mesh/service-entries.md'), 'utf8');
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => parse(text));

function section(heading: string): string {
  const [, rest = ''] = page.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0] ?? '';
}

function firstColumn(text: string): readonly string[] {
  return [...text.matchAll(/^\| `?([^|`]+?)`? \|/gm)].map(([, cell = '']) => cell).slice(1);
}

describe('docs/mesh/service-entries.md', () => {
  it('docs/mesh/service-entries.md shows the ServiceEntry of the walkthrough as it is written', () => {
    const namespace = {
      ...{ id: 'ns-1', name: 'my-namespace', type: 'HTTP' as const },
      ...{ account: '111122223333', region: 'us-west-2' },
    };
    const service = serviceOf('getmesh-external-service', instancesOf(ip('52.192.72.89')), { namespace });
    const { name, namespace: its, labels, annotations, spec } = entryFor(service);
    const shown = examples.find(({ kind }) => kind === 'ServiceEntry');
    expect(shown).toEqual({
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
      metadata: { name, namespace: its, labels, annotations },
      spec,
    });
  });

  it('docs/mesh/service-entries.md lists every option with its default', () => {
    const defaults: Readonly<Record<string, unknown>> = serviceEntries.parse({});
    const options = Object.keys(serviceEntries.def.shape);
    const rows = [...section('Options').matchAll(/^\| `(\w+)(?:\[\])?` \| .* \| (?:`([^`]+)`|all) \|$/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(options.sort());
    for (const [, name = '', shown] of rows)
      if (shown !== undefined) expect([name, parse(shown)]).toEqual([name, defaults[name]]);
  });

  it('docs/mesh/service-entries.md has valid examples of clusters.yml', () => {
    const sections = examples.flatMap((example) => {
      if ('clusters' in example) return [example];
      return 'serviceEntries' in example ? [{ clusters: [{ name: 'production', ...example }] }] : [];
    });
    expect(sections).toHaveLength(2);
    for (const file of sections) expect(clustersFile.safeParse(file).error).toBeUndefined();
  });

  it('docs/mesh/service-entries.md explains every kind of finding, and no other', () => {
    expect([...firstColumn(section('Findings'))].sort()).toEqual([...entryFindingKinds].sort());
  });
});
