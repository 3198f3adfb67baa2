import type { Condition, MeshView, ObjectRow, Report, RouteRow } from '../../plan/report.ts';
import { graphOf } from '../graph/svg.ts';
import { type Html, html } from '../html.ts';
import { badge, domId, foldedCommand, leftOut, name, table } from '../parts.ts';

export function meshSection({ meshes, objects }: Report): Html {
  if (objects.total === 0) return html`<p class="empty">The clusters have no mesh objects.</p>`;
  return html`${meshes.map(mesh)}
<h3>Objects and their conditions</h3>
${leftOut(objects, 'objects', 'A report of one cluster or namespace has the others.')}
${table({
  id: 'object-rows',
  caption: 'Mesh objects and their conditions in each mesh target',
  rows: objects.rows,
  idOf: (row) => `${row.cluster} ${row.kind} ${row.namespace}/${row.name}`,
  columns: [
    {
      title: 'Object',
      cell: (row) =>
        html`${row.kind} ${name(qualified(row))} <span class="meta">of ${name(row.cluster)}</span>`,
    },
    { title: 'State', cell: ({ level }) => badge(level) },
    { title: 'Conditions', cell: ({ conditions }) => conditionsOf(conditions) },
    {
      title: 'Explain',
      cell: (row) =>
        foldedCommand(
          domId('explain', `${row.cluster} ${row.kind} ${row.namespace}/${row.name}`),
          row.command,
        ),
    },
  ],
})}`;
}

function qualified({ namespace, name: own }: ObjectRow): string {
  return namespace === '' ? own : `${namespace}/${own}`;
}

function conditionsOf(conditions: readonly Condition[]): Html {
  if (conditions.length === 0) return html`no mesh target`;
  return html`<ul class="plain">${conditions.map(
    ({ target, status, reason, message }) =>
      html`<li>${name(target)} ${status}, ${reason}${status === 'True' ? '' : html`: <bdi>${message}</bdi>`}</li>`,
  )}</ul>`;
}

function mesh(view: MeshView): Html {
  const { cluster, name: own, targets, routes } = view;
  const title = `Routes of mesh ${own} in cluster ${cluster}`;
  const id = domId('mesh', `${cluster} ${own}`);
  return html`<h3 id="${id}">Mesh ${name(own)} <span class="meta">of cluster ${name(cluster)}${targets.length > 0 ? `, applied to ${targets.join(', ')}` : ', without a mesh target'}</span></h3>
${graphOf(view)}
${
  routes.total === 0
    ? html`<p class="empty">It has no routes.</p>`
    : table({
        id: `${id}-routes`,
        caption: title,
        rows: routes.rows,
        idOf: (row) => `${row.at} ${row.name}`,
        columns: [
          { title: 'At', cell: ({ at }) => name(at) },
          {
            title: 'Route',
            cell: (row) => html`${name(row.name)} <span class="meta">${row.protocol}</span>`,
          },
          { title: 'Takes', cell: ({ match }) => html`<bdi>${match}</bdi>` },
          { title: 'Leads to', cell: targetsOf },
        ],
      })
}${leftOut(routes, 'routes', '')}`;
}

function targetsOf({ targets }: RouteRow): Html {
  const items = targets.map(
    ({ name: own, percent }) =>
      html`<li>${percent === undefined ? '' : `${Number(percent.toFixed(1))} % `}${name(own)}</li>`,
  );
  return html`<ul class="plain">${items}</ul>`;
}
