import { describe, expect, it } from 'vitest';
import type { Edge, MeshView, ObjectRow, Vertex } from '../../../shared/report/plan/report.ts';
import { layoutOf, shortened } from '../../../shared/report/view/graph/layout.ts';
import { bounded, htmlOf, linesOf } from './harness.ts';

const row: ObjectRow = {
  ...{
    cluster: 'local',
    kind: 'VirtualNode',
    namespace: 'shop',
    name: 'x',
    level: 'ok',
    command: 'explain it',
  },
  conditions: [],
};
const vertex = (kind: Vertex['kind'], name: string, changes: Partial<Vertex> = {}): Vertex => ({
  ...{ id: `${kind} shop/${name}`, kind, namespace: 'shop', name, level: 'ok' },
  ...changes,
});
const edge = (from: Vertex, to: Vertex, kind: Edge['kind'], weight?: number): Edge => ({
  ...{ from: from.id, to: to.id, kind, labels: weight === undefined ? [] : [`${weight} %`] },
  ...(weight !== undefined && { weight }),
});
const router = vertex('VirtualRouter', 'cart');
const service = vertex('VirtualService', 'cart', { level: 'attention' });
const [v1, v2] = [
  vertex('VirtualNode', 'v1', { detail: '2 instances' }),
  vertex('VirtualNode', 'v2', { level: 'problem' }),
];
const edges = [
  edge(service, router, 'provider'),
  edge(router, v1, 'route', 99),
  edge(router, v2, 'route', 0),
  edge(v1, service, 'backend'),
  edge(vertex('VirtualGateway', 'in'), service, 'gateway route'),
];
const vertices = [vertex('VirtualGateway', 'in'), router, service, v1, v2];
const view: MeshView = {
  ...{ cluster: 'local', name: 'shop', targets: [], vertices: bounded(vertices), edges, routes: bounded([]) },
};
const lines = (changes: Partial<MeshView> = {}, object: Partial<ObjectRow> = {}) =>
  linesOf('mesh', { meshes: [{ ...view, ...changes }], objects: bounded([{ ...row, ...object }]) });
const svg = (changes: Partial<MeshView> = {}) =>
  htmlOf('mesh', { meshes: [{ ...view, ...changes }], objects: bounded([row]) });

describe('the tables of a mesh', () => {
  it('say where the mesh is applied', () => {
    expect(lines()[0]).toBe('Mesh shop of cluster local, without a mesh target');
    expect(lines({ targets: ['istio', 'app-mesh'] })[0]).toBe(
      'Mesh shop of cluster local, applied to istio, app-mesh',
    );
  });

  it('have the routes, or none', () => {
    expect(lines()).toContain('It has no routes.');
    const route = {
      ...{ at: 'VirtualRouter shop/cart', name: 'all', protocol: 'http', match: 'every request' },
      targets: [{ name: 'VirtualNode shop/v1', percent: 200 / 3 }, { name: 'VirtualService shop/cart' }],
    };
    const shown = lines({ routes: bounded([route], 3) });
    expect(shown).not.toContain('It has no routes.');
    const first = shown.indexOf('At | Route | Takes | Leads to');
    expect(shown.slice(first - 1, first + 4)).toEqual([
      ...['Routes of mesh shop in cluster local', 'At | Route | Takes | Leads to'],
      'VirtualRouter shop/cart | all http | every request | 66.7 % VirtualNode shop/v1',
      ...['VirtualService shop/cart', 'The first 1 of 3 routes are shown.'],
    ]);
  });

  it('have the objects with their conditions', () => {
    const conditions = [
      { target: 'istio', status: 'True', reason: 'Applied', message: 'not shown' },
      { target: 'Cloud Map', status: 'False', reason: 'NoPods', message: 'none is ready' },
    ] as const;
    const shown = lines({}, { level: 'attention', conditions });
    expect(shown.slice(shown.indexOf('Object | State | Conditions | Explain'))).toEqual([
      'Object | State | Conditions | Explain',
      'VirtualNode shop/x of local | ! Attention | istio True, Applied',
      ...['Cloud Map False, NoPods: none is ready', '| Explain', 'explain it'],
    ]);
    expect(lines({}, { kind: 'Mesh', namespace: '' }).join('\n')).toContain(
      'Mesh x of local | ✓ OK | no mesh target',
    );
    const some = linesOf('mesh', { objects: bounded([row], 2) });
    expect(some.join('\n')).toContain(
      'The first 1 of 2 objects are shown. A report of one cluster or namespace',
    );
  });
});

describe('the graph of a mesh', () => {
  const groupOf = (id: string) =>
    new RegExp(`<g [^>]*data-mark="${id}[^"]*">[\\s\\S]*?</g>`).exec(svg())?.[0] ?? '';
  const classesOf = (kind: string) =>
    new RegExp(`class="(edge ${kind}[^"]*)"(?: stroke-width="([^"]*)")?`).exec(svg())?.slice(1);

  it('says in words what it shows', () => {
    expect(svg()).toContain(
      'aria-label="Graph of mesh shop in cluster local: 1 virtual gateway, 1 virtual service, 1 virtual router, 2 virtual nodes. The routes',
    );
  });

  it('is not drawn without objects, and says how many were left out', () => {
    expect(svg({ vertices: bounded([]), edges: [] })).not.toContain('<svg');
    expect(svg({ vertices: bounded(vertices, 80) })).toContain(
      'The first 5 of 80 objects are shown. A report of one namespace',
    );
  });

  it('has an object with its shape, its name and its kind', () => {
    const drawn = svg({ vertices: bounded([v1]), edges: [] });
    expect(drawn).toContain(
      `<section class="scroll graph" aria-label="Graph of mesh shop in cluster local" tabindex="0">
<svg id="graph--local.w.shop" role="img" aria-label="Graph of mesh shop in cluster local: 1 virtual node. The routes and conditions are in the tables below." width="200" height="70" viewBox="0 0 200 70">
<defs><marker id="graph--local.w.shop-arrow" viewBox="0 0 8 8" refX="0.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="arrow" d="M0,0.5 L7.5,4 L0,7.5 z"/></marker></defs>

<g id="graph--local.w.shop--VirtualNode.w.shop.1b.v1" class="vertex ok" data-mark="VirtualNode shop/v1 2 instances">
<title>VirtualNode shop/v1, 2 instances</title>
<rect x="8" y="8" width="184" height="54" rx="8"/>
<text class="vertex-name" x="100" y="32">v1</text>
<text class="vertex-kind" x="100" y="50">VirtualNode · 2 instances</text>
</g>


</svg></section>
<p class="legend">Lines: a number is the share of the requests of a route, and a thicker line a larger share; a dashed line leads from a virtual node to a backend that it may call.</p>`,
    );
  });

  it('has a line with its labels', () => {
    const line = { ...edge(router, v2, 'route', 50), labels: ['50 %', '5 %'] };
    const drawn = svg({ vertices: bounded([router, v2]), edges: [line] });
    expect(drawn.split('\n').filter((text) => /<path id|edge-label/.test(text))).toEqual([
      '<path id="graph--local.w.shop--VirtualRouter.w.shop.1b.cart.w.route.w.VirtualNode.w.shop.1b.v2" class="edge route" stroke-width="2.5" d="M134,35 Q190.8,35 240.6,35" marker-end="url(#graph--local.w.shop-arrow)"/>',
      '<g class="edge-label"><rect x="157" y="26" width="67.6" height="18"/><text x="190.8" y="39">50 %, 5 %</text></g>',
    ]);
  });

  it('has a line in curves through the middles between its points, which ends before the arrow', () => {
    const drawn = svg({
      vertices: bounded([service, router, v2]),
      edges: [edge(service, router, 'provider'), edge(router, v2, 'provider'), edge(service, v2, 'backend')],
    });
    const [, path] = /class="edge backend" d="([^"]*)"/.exec(drawn) ?? [];
    expect(path).toBe('M141,18.3 Q164,12.5 207,12.5 Q250,12.5 293,12.5 Q336,12.5 352.2,16.9');
  });

  it('has the shape of each kind, and the sign of each level', () => {
    expect(groupOf('VirtualNode shop/v1')).toMatch(
      /class="vertex ok"[\s\S]*rx="8"[\s\S]*>v1<[\s\S]*>VirtualNode · 2 instances</,
    );
    expect(groupOf('VirtualNode shop/v1')).toContain('<title>VirtualNode shop/v1, 2 instances</title>');
    expect(groupOf('VirtualNode shop/v2')).toMatch(/class="vertex problem"[\s\S]*>✕ v2<[\s\S]*>VirtualNode</);
    expect(groupOf('VirtualNode shop/v2')).toContain('<title>VirtualNode shop/v2</title>');
    expect(groupOf('VirtualService shop/cart')).toMatch(
      /class="vertex attention"[\s\S]*rx="27"[\s\S]*>! cart</,
    );
    expect(groupOf('VirtualRouter shop/cart')).toContain('rx="2"');
  });

  it('has lines by their kind, whose width is their share', () => {
    expect(classesOf('route')).toEqual(['edge route', '4']);
    expect(classesOf('route unused')).toEqual(['edge route unused', '1']);
    expect(classesOf('gateway-route')).toEqual(['edge gateway-route', undefined]);
    expect(classesOf('backend')).toEqual(['edge backend', undefined]);
    expect([...svg().matchAll(/<g class="edge-label">.*?>([^<]*)<\/text>/g)].map(([, text]) => text)).toEqual(
      [...['99 %', '0 %']],
    );
  });

  it('has each label in the middle of its ground', () => {
    const labels = [
      ...svg().matchAll(
        /edge-label"><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"\/><text x="([\d.]+)" y="([\d.]+)"/g,
      ),
    ];
    expect(labels).toHaveLength(2);
    for (const [, ...numbers] of labels) {
      const [x = 0, y = 0, width = 0, height = 0, textX, textY = 0] = numbers.map(Number);
      expect(x + width / 2).toBeCloseTo(textX ?? 0, 0);
      expect(y + height / 2).toBeCloseTo(textY - 4, 0);
      expect(height).toBe(18);
    }
  });

  it('has lines from the edge of an object to an arrow before the edge of the other', () => {
    const { edges: placed } = layoutOf({ vertices, edges });
    const paths = [...svg().matchAll(/ d="M([\d.]+),([\d.]+)[^"]*?([\d.]+),([\d.]+)" marker-end/g)];
    expect(paths).toHaveLength(edges.length);
    paths.forEach(([, ...numbers], index) => {
      const [startX = 0, startY = 0, endX = 0, endY = 0] = numbers.map(Number);
      const points = placed[index]?.points ?? [];
      const [start, end] = [points[0], points.at(-1)];
      expect(Math.hypot(startX - (start?.x ?? 0), startY - (start?.y ?? 0))).toBeLessThan(0.1);
      expect(Math.hypot(endX - (end?.x ?? 0), endY - (end?.y ?? 0))).toBeCloseTo(7, 0);
    });
  });
});

describe('the layout of a graph', () => {
  it('goes from left to right', () => {
    const { vertices: placed } = layoutOf({ vertices, edges });
    const xOf = ({ id }: Vertex) => placed.find((each) => each.vertex.id === id)?.x ?? Number.NaN;
    expect(xOf(service)).toBeLessThan(xOf(router));
    expect(xOf(router)).toBeLessThan(xOf(v1));
  });

  it('has all objects within its size, and none on another', () => {
    const { vertices: placed, width, height } = layoutOf({ vertices, edges });
    for (const one of placed) {
      expect(one.x - one.width / 2).toBeGreaterThanOrEqual(8);
      expect(one.x + one.width / 2).toBeLessThanOrEqual(width - 8);
      expect(one.y - one.height / 2).toBeGreaterThanOrEqual(8);
      expect(one.y + one.height / 2).toBeLessThanOrEqual(height - 8);
      for (const other of placed.filter((each) => each !== one)) {
        const isApart =
          Math.abs(one.x - other.x) > (one.width + other.width) / 2 ||
          Math.abs(one.y - other.y) > (one.height + other.height) / 2;
        expect(isApart).toBe(true);
      }
    }
  });

  it('has room for the names and the details', () => {
    const widthOf = (name: string, detail?: string) =>
      layoutOf({ vertices: [vertex('VirtualNode', name, detail === undefined ? {} : { detail })], edges: [] })
        .vertices[0]?.width;
    expect(widthOf('x')).toBe(120);
    expect(widthOf('a'.repeat(20))).toBe(192);
    expect(widthOf('a'.repeat(30))).toBe(widthOf('a'.repeat(100)));
    expect(widthOf('x', 'd'.repeat(20))).toBe(242);
  });

  it('shortens a long name in its middle', () => {
    expect(shortened('a'.repeat(30))).toBe('a'.repeat(30));
    expect(shortened(`${'a'.repeat(19)}bc${'z'.repeat(10)}`)).toBe(`${'a'.repeat(19)}…${'z'.repeat(10)}`);
    expect(shortened('😀'.repeat(31))).toBe(`${'😀'.repeat(19)}…${'😀'.repeat(10)}`);
  });
});
