import { awsNameOf } from '../../../mesh/plan/directory.ts';
import { type Entry, isOfKind } from '../../../mesh/plan/entry.ts';
import { meshTargetsOf } from '../../../model/config/mesh-targets.ts';
import { counted } from '../../../model/text/printable.ts';
import { virtualNodeAttribute } from '../../../pods/plan/desired/source-attributes.ts';
import { bounded, byText, maxRows } from '../bounds.ts';
import { type ClusterFacts, keyText, type ReportFacts } from '../facts.ts';
import type { Level, MeshView, ObjectRow, Vertex, VertexKind } from '../report.ts';
import { connectionsOf, nameOf } from './graph.ts';

const vertexKinds: ReadonlySet<string> = new Set([
  ...['VirtualGateway', 'VirtualService', 'VirtualRouter', 'VirtualNode'],
]);

/** Each mesh of a cluster as a graph. */
export function meshViews(
  facts: ReportFacts,
  cluster: ClusterFacts,
  rows: readonly ObjectRow[],
): readonly MeshView[] {
  const { directory, config } = cluster;
  if (directory === undefined) return [];
  const levels = new Map(rows.map((row) => [`${row.kind} ${row.namespace}/${row.name}`, row.level]));
  const isShown = ({ id }: Entry) => (facts.scope.namespace ?? id.namespace) === id.namespace;
  const byMesh = Map.groupBy(directory.entries.filter(isShown), (entry) => {
    const place = directory.placeOf(entry);
    return 'reason' in place ? '' : place.meshName;
  });
  byMesh.delete('');
  return [...byMesh]
    .map(([name, entries]): MeshView => {
      const { edges, routes } = connectionsOf(directory, entries);
      const vertices = bounded(
        verticesOf(facts, cluster, entries, (id) => levels.get(id) ?? 'ok'),
        maxRows.vertices,
      );
      const ids = new Set(vertices.rows.map(({ id }) => id));
      return {
        ...{ cluster: config.name, name, vertices },
        targets: meshTargetsOf(config).map((target) => target.name),
        edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
        routes: bounded(routes.toSorted(byAt), maxRows.routes),
      };
    })
    .filter(({ vertices }) => vertices.total > 0)
    .toSorted(byText(({ name }) => name));
}

/** The routes of a router keep their order, which is that in which they are tried. */
const byAt = byText(({ at }: MeshView['routes']['rows'][number]) => at);

function verticesOf(
  facts: ReportFacts,
  cluster: ClusterFacts,
  entries: readonly Entry[],
  levelOf: (id: string) => Level,
): readonly Vertex[] {
  return entries
    .filter(({ id }) => vertexKinds.has(id.kind))
    .map((entry): Vertex => {
      const id = nameOf(entry);
      const detail = detailOf(facts, cluster, entry);
      const { namespace, name } = entry.id;
      const kind = entry.id.kind as VertexKind;
      return { id, kind, namespace, name, level: levelOf(id), ...(detail && { detail }) };
    })
    .toSorted(byText(({ namespace, name, kind }) => `${namespace} ${name} ${kind}`));
}

/** Where a virtual node's instances are. */
function detailOf(facts: ReportFacts, { config }: ClusterFacts, entry: Entry): string | undefined {
  if (!isOfKind(entry, 'VirtualNode')) return undefined;
  const { dns, awsCloudMap } = entry.content.spec.serviceDiscovery ?? {};
  if (dns) return `dns ${dns.hostname}`;
  if (!awsCloudMap) return undefined;
  const service = facts.services.get(keyText(facts.serviceKeyOf(config, awsCloudMap)));
  if (service?.instances === undefined) return undefined;
  const node = awsNameOf(entry);
  const own = [...service.instances.values()].filter(
    ({ attributes }) => attributes[virtualNodeAttribute] === node,
  );
  const healthy = own.filter(({ health }) => health !== 'UNHEALTHY').length;
  if (own.length === 0) return 'no instance';
  if (healthy < own.length) return `${healthy} of ${own.length} healthy`;
  return counted(own.length, 'instance');
}
