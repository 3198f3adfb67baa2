import type { Edge, Level, MeshView, VertexKind } from '../../plan/report.ts';
import { attribute, type Html, html } from '../html.ts';
import { domId, leftOut, number } from '../parts.ts';
import { layoutOf, type PlacedEdge, type PlacedVertex, shortened } from './layout.ts';

/** A mesh as a graph, in a region of its own that scrolls. All that it shows is in the tables below it, too. */
export function graphOf(view: MeshView): Html {
  const { cluster, name, vertices, edges } = view;
  if (vertices.rows.length === 0) return html``;
  const { width, height, ...placed } = layoutOf({ vertices: vertices.rows, edges });
  const id = domId('graph', `${cluster} ${name}`);
  const title = `Graph of mesh ${name} in cluster ${cluster}`;
  return html`${leftOut(vertices, 'objects', 'A report of one namespace has a graph of the others.')}
<section class="scroll graph" aria-label="${title}" tabindex="0">
<svg id="${id}" role="img" aria-label="${title}: ${summaryOf(view)}. The routes and conditions are in the tables below." width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<defs><marker id="${id}-arrow" viewBox="0 0 8 8" refX="0.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="arrow" d="M0,0.5 L7.5,4 L0,7.5 z"/></marker></defs>
${placed.edges.map((edge) => drawnEdge(id, edge))}
${placed.vertices.map((vertex) => drawnVertex(id, vertex))}
${placed.edges.map(drawnLabel)}
</svg></section>
<p class="legend">Lines: a number is the share of the requests of a route, and a thicker line a larger share; a dashed line leads from a virtual node to a backend that it may call.</p>`;
}

const plurals: Readonly<Record<VertexKind, string>> = {
  VirtualGateway: 'virtual gateways',
  VirtualService: 'virtual services',
  VirtualRouter: 'virtual routers',
  VirtualNode: 'virtual nodes',
};

function summaryOf({ vertices: { rows } }: MeshView): string {
  const kinds = Map.groupBy(rows, ({ kind }) => kind);
  return Object.entries(plurals)
    .flatMap(([kind, plural]) => {
      const count = kinds.get(kind as VertexKind)?.length ?? 0;
      return count === 0 ? [] : `${number(count)} ${count === 1 ? plural.slice(0, -1) : plural}`;
    })
    .join(', ');
}

const signs: Readonly<Record<Level, string>> = { ok: '', attention: '! ', problem: '✕ ' };

function drawnVertex(graph: string, { vertex, x, y, width, height }: PlacedVertex): Html {
  const { id, kind, namespace, name, level, detail } = vertex;
  const radius = kind === 'VirtualService' ? height / 2 : kind === 'VirtualNode' ? 8 : 2;
  const [left, top] = [round(x - width / 2), round(y - height / 2)];
  return html`<g id="${domId(graph, id)}" class="vertex ${level}" data-mark="${kind} ${namespace}/${name} ${detail}">
<title>${kind} ${namespace}/${name}${detail ? `, ${detail}` : ''}</title>
<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="${radius}"/>
<text class="vertex-name" x="${round(x)}" y="${round(y - 3)}">${signs[level]}${shortened(name)}</text>
<text class="vertex-kind" x="${round(x)}" y="${round(y + 15)}">${kind}${detail ? ` · ${detail}` : ''}</text>
</g>\n`;
}

function drawnEdge(graph: string, { edge, points }: PlacedEdge): Html {
  const isUnused = edge.weight === 0;
  const width = edge.weight === undefined ? undefined : round(1 + edge.weight / 33);
  const kind = edge.kind.replace(' ', '-');
  return html`<path id="${domId(graph, edgeText(edge))}" class="edge ${kind}${isUnused ? ' unused' : ''}"${attribute('stroke-width', width)} d="${pathOf(points)}" marker-end="url(#${graph}-arrow)"/>\n`;
}

function drawnLabel({ edge: { labels }, label: { x, y, width, height } }: PlacedEdge): Html {
  if (labels.length === 0) return html``;
  return html`<g class="edge-label"><rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${height}"/><text x="${round(x)}" y="${round(y + 4)}">${labels.join(', ')}</text></g>\n`;
}

function edgeText({ from, to, kind }: Edge): string {
  return `${from} ${kind} ${to}`;
}

/** Through the middles of the segments, with the points between them as control points. */
function pathOf(points: PlacedEdge['points']): string {
  const [first, ...others] = points;
  const end = others.pop();
  if (first === undefined || end === undefined) return '';
  const last = beforeArrow(others.at(-1) ?? first, end);
  const curves = others.map((point, index) => {
    const next = others[index + 1] ?? last;
    const isLast = index === others.length - 1;
    const [x, y] = isLast ? [last.x, last.y] : [(point.x + next.x) / 2, (point.y + next.y) / 2];
    return ` Q${round(point.x)},${round(point.y)} ${round(x)},${round(y)}`;
  });
  const line = others.length === 0 ? ` L${round(last.x)},${round(last.y)}` : '';
  return `M${round(first.x)},${round(first.y)}${curves.join('')}${line}`;
}

type Point = PlacedEdge['points'][number];

/** Where the line ends and its arrow begins. */
function beforeArrow(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.max(0, 1 - arrowLength / length);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

const arrowLength = 7;

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
