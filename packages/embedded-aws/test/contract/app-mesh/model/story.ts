import {
  gatewayRouteSpec,
  gatewaySpec,
  nodeSpec,
  providedByRouter,
  routerSpec,
  routeSpec,
} from '../specs.ts';

/** Answers one call, also one that ends in an error. */
export type Call = (operation: string, input: object) => Promise<Record<string, unknown>>;

const meshName = 'm';
const logging = {
  accessLog: { file: { path: '/dev/stdout', format: { json: [{ key: 'k', value: 'v' }] } } },
};
const invertedHeader = { name: 'h', match: { range: { start: 1, end: 2 } }, invert: true };
const largeRoute = {
  http2Route: {
    match: { prefix: '/', headers: [invertedHeader], method: 'GET' },
    action: {
      weightedTargets: [
        { virtualNode: 'blue', weight: 0 },
        { virtualNode: 'green', weight: 100 },
      ],
    },
    timeout: { perRequest: { unit: 's', value: 1 } },
  },
  priority: 0,
};

/** Title of the kind, its names, and two specs. In this order all can be made, in the reverse deleted. */
const resources: readonly (readonly [title: string, names: object, spec: object, other: object])[] = [
  ['Mesh', { meshName }, {}, { egressFilter: { type: 'ALLOW_ALL' } }],
  ['VirtualNode', { meshName, virtualNodeName: 'blue' }, nodeSpec(), nodeSpec({ logging })],
  ['VirtualNode', { meshName, virtualNodeName: 'green' }, {}, nodeSpec()],
  ['VirtualRouter', { meshName, virtualRouterName: 'r' }, {}, routerSpec],
  ['Route', { meshName, virtualRouterName: 'r', routeName: 'all' }, routeSpec({ blue: 1 }), largeRoute],
  ['VirtualService', { meshName, virtualServiceName: 's.example' }, {}, providedByRouter('r')],
  ['VirtualGateway', { meshName, virtualGatewayName: 'g' }, gatewaySpec, gatewaySpec],
  [
    'GatewayRoute',
    { meshName, virtualGatewayName: 'g', gatewayRouteName: 'all' },
    gatewayRouteSpec('s.example'),
    gatewayRouteSpec('s.example', '/a'),
  ],
];

/** Calls every operation with success, and most with errors as well. Nothing may be in use once it was released. */
export async function callEverything(call: Call): Promise<void> {
  for (const resource of resources) await make(call, ...resource);
  await use(call);
  for (const [title, names] of resources) await call(`Delete${title}`, names);
  for (const [title, names] of resources.slice(0, -1).toReversed()) await call(`Delete${title}`, names);
  for (const [title, names] of resources) await call(`Delete${title}`, names);
}

/** Each also in ways that AWS refuses: twice, with nonsense, and under a mesh that is not there or not shared. */
async function make(call: Call, title: string, names: object, spec: object, other: object): Promise<void> {
  const tags = [{ key: 'k', value: 'v' }];
  await call(`Update${title}`, { ...names, spec });
  await call(`Create${title}`, { ...names, spec, tags, clientToken: 'a' });
  await call(`Create${title}`, { ...names, spec: other, clientToken: 'a' });
  await call(`Create${title}`, { ...names, spec: { nonsense: 1 } });
  await call(`Update${title}`, { ...names, spec: other, clientToken: 'b' });
  await call(`Update${title}`, { ...names, spec, clientToken: 'b' });
  await call(`Describe${title}`, names);
  await call(`Describe${title}`, { ...names, meshName: 'nonesuch' });
  await call(`Describe${title}`, { ...names, meshOwner: '111111111111' });
  await call(title === 'Mesh' ? 'ListMeshes' : `List${title}s`, title === 'Mesh' ? {} : scopeOf(names));
}

/** The names without the last one. */
function scopeOf(names: object): object {
  return Object.fromEntries(Object.entries(names).slice(0, -1));
}

async function use(call: Call): Promise<void> {
  const { metadata } = await call('DescribeMesh', { meshName });
  const resourceArn = (metadata as { arn: string }).arn;
  await call('TagResource', { resourceArn, tags: [{ key: 'l', value: '' }] });
  await call('ListTagsForResource', { resourceArn, limit: 1 });
  await call('UntagResource', { resourceArn, tagKeys: ['l'] });
  await call('ListTagsForResource', { resourceArn: 'arn:nonesuch' });
  await call('ListVirtualNodes', { meshName, limit: 1 });
  await call('ListVirtualNodes', { meshName, limit: 0 });
}
