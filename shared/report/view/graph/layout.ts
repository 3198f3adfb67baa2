import { Graph, layout } from '@dagrejs/dagre';
import type { Edge, MeshView, Vertex } from '../../plan/report.ts';

export interface PlacedVertex {
  readonly vertex: Vertex;
  /** Of its centre. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: Edge;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** The centre and the size of its label. */
  readonly label: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly vertices: readonly PlacedVertex[];
  readonly edges: readonly PlacedEdge[];
}

const vertexHeight = 54;
/** An estimate: there is no font here to measure with. */
const characterWidth = 7.6;
const smallCharacterWidth = 6.4;

/** From left to right: who calls, what is called, who answers. The same graph has the same layout. */
export function layoutOf({
  vertices,
  edges,
}: Pick<MeshView, 'edges'> & { vertices: readonly Vertex[] }): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 22, edgesep: 14, ranksep: 46, marginx: 8, marginy: 8 });
  for (const vertex of vertices) graph.setNode(vertex.id, { width: widthOf(vertex), height: vertexHeight });
  for (const edge of edges) graph.setEdge(edge.from, edge.to, labelSize(edge));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    ...{ width: Math.ceil(width), height: Math.ceil(height) },
    vertices: vertices.map((vertex) => ({ vertex, ...boxOf(graph.node(vertex.id)) })),
    edges: edges.map((edge) => {
      const { points = [], x = 0, y = 0 } = graph.edge(edge.from, edge.to);
      return { edge, points, label: { x, y, ...labelSize(edge) } };
    }),
  };
}

function boxOf({ x = 0, y = 0, width, height }: { x?: number; y?: number; width: number; height: number }) {
  return { x, y, width, height };
}

function widthOf({ name, kind, detail = '' }: Vertex): number {
  const [title, subtitle] = [
    shortened(name).length * characterWidth,
    `${kind} · ${detail}`.length * smallCharacterWidth,
  ];
  return Math.round(Math.max(120, title + 40, subtitle + 24));
}

function labelSize({ labels }: Edge) {
  const text = labels.join(', ');
  return text === ''
    ? { width: 0, height: 0 }
    : { width: text.length * smallCharacterWidth + 10, height: 18, labelpos: 'c' };
}

/** A name as it fits, with its beginning and its end. */
export function shortened(name: string): string {
  const characters = [...name];
  const [max, end] = [30, 10];
  if (characters.length <= max) return name;
  return `${characters.slice(0, max - end - 1).join('')}…${characters.slice(-end).join('')}`;
}
