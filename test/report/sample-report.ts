import type { Report } from '../../shared/report/plan/report.ts';

/** What a name or a message may contain: tags, quotes, a script, text from right to left, very long words. */
export const hostile = {
  tag: '<img src=x onerror="globalThis.hacked=1">',
  script: '</script><script>globalThis.hacked=1</script>',
  quotes: `"'\`><svg onload=globalThis.hacked=1>`,
  rtl: 'عربة-التسوق\u202Egnp.exe',
  long: 'w'.repeat(300),
  url: 'javascript:globalThis.hacked=1',
  template: `$\{globalThis.hacked=1}{{1+1}}`,
} as const;

const nowMs = Date.UTC(2026, 10, 28, 2, 14);
const at = '2026-11-28T02:14:05.000Z';
const command = `npm run explain -- pod 'shop/${hostile.quotes}'`;

/** A bad night: something in every part of the page, with hostile names wherever a cluster or Cloud Map gives one. */
export const sampleReport: Report = {
  generatedAt: '2026-11-28T02:15:00.000Z',
  place: 'stage production in eu-central-1',
  scope: {},
  verdict: {
    level: 'problem',
    sentence: `3 problems: pod shop/${hostile.tag} of cluster production is not registered (TenancyRefused), and 2 more.`,
    issues: {
      total: 14,
      rows: [
        { level: 'problem', section: 'pods', text: `pod shop/${hostile.script} is not registered` },
        { level: 'problem', section: 'services', text: `service shop.local/${hostile.rtl}: it is full` },
        { level: 'attention', section: 'drift', text: hostile.long },
      ],
    },
  },
  clusters: [
    {
      name: 'production',
      level: 'problem',
      relay: { state: 'silent', lastSeenAt: at },
      sweep: {
        ...{ at, everyMinutes: 5, isLate: true, source: 'relay', findings: 3 },
        ...{ refusedDeletions: 1, oversized: 2 },
        incomplete: `the API server cannot be read (${hostile.tag})`,
      },
      pods: { registered: 12, failing: 3, waiting: 1, notReady: 2, drained: 5, notSelected: 4 },
      drainedSince: at,
      mesh: [{ target: 'app-mesh', applied: 4, total: 5 }],
      meshReconciledAt: at,
      serviceEntries: { at, services: 3, findings: 1 },
    },
    {
      ...{ name: 'staging', level: 'ok', relay: { state: 'never' }, mesh: [] },
      pods: { registered: 0, failing: 0, waiting: 0, notReady: 0, drained: 0, notSelected: 0 },
    },
  ],
  services: {
    total: 3,
    rows: [
      {
        ...{ id: 'own shop.local/cart', namespaceName: 'shop.local', serviceName: hostile.rtl },
        ...{ serviceId: 'srv-1', kind: 'private DNS', clusters: ['production'], level: 'problem' },
        notes: [`none of its 2 instances is healthy ${hostile.script}`],
        healthCheck: true,
        counts: { healthy: 0, unhealthy: 2, foreign: 1 },
        instances: {
          total: 40,
          rows: [
            {
              ...{ instanceId: '10.0.0.1', health: 'UNHEALTHY', state: 'registered', owner: 'ours' },
              ...{ ownerReason: '', pod: `shop/${hostile.tag}`, cluster: 'production' },
              attributes: [
                ['app', hostile.script],
                [hostile.quotes, hostile.long],
              ],
            },
            {
              ...{ instanceId: hostile.quotes, state: 'deregistering', owner: 'leftover', attributes: [] },
              ownerReason: hostile.tag,
            },
          ],
        },
        command,
      },
      {
        ...{ id: 'own shop.local/front', namespaceName: 'shop.local', serviceName: 'front' },
        ...{ clusters: ['production'], level: 'ok', notes: [], healthCheck: false, command },
        counts: { healthy: 0, unhealthy: 0, foreign: 0 },
        instances: { total: 0, rows: [] },
      },
    ],
  },
  pods: {
    total: 900,
    rows: [
      {
        ...{ cluster: 'production', namespace: 'shop', name: hostile.tag, state: 'failing' },
        ...{ cause: 'TenancyRefused', reason: hostile.script, advice: `Add ${hostile.template}`, command },
      },
      {
        ...{ cluster: 'production', namespace: 'shop', name: hostile.rtl, state: 'notReady' },
        ...{ cause: 'ContainersNotReady', reason: hostile.long, advice: hostile.url, command },
      },
      {
        ...{ cluster: 'production', namespace: 'shop', name: 'new-1', state: 'waiting', command },
        ...{ cause: 'PropagationPending', reason: 'not shown yet', advice: 'Wait half a minute' },
      },
      {
        ...{ cluster: 'production', namespace: 'kube-system', name: 'coredns-1', state: 'notSelected' },
        ...{ cause: 'NoVirtualNode', reason: 'nothing selects it', advice: 'Nothing', command },
      },
    ],
  },
  podGroups: [
    { state: 'failing', cause: 'TenancyRefused', count: 3 },
    { state: 'notReady', cause: 'ContainersNotReady', count: 897 },
  ],
  meshes: [
    {
      ...{ cluster: 'production', name: 'shop', targets: ['app-mesh', 'istio'] },
      vertices: {
        total: 6,
        rows: [
          vertex('VirtualGateway', 'ingress', 'ok'),
          vertex('VirtualService', hostile.rtl, 'attention'),
          vertex('VirtualRouter', hostile.tag, 'ok'),
          vertex('VirtualNode', hostile.long, 'problem', '1 of 2 healthy'),
          vertex('VirtualNode', 'cart-v2', 'ok', hostile.script),
        ],
      },
      edges: [
        edge('VirtualGateway', 'ingress', 'VirtualService', hostile.rtl, 'gateway route'),
        edge('VirtualService', hostile.rtl, 'VirtualRouter', hostile.tag, 'provider'),
        edge('VirtualRouter', hostile.tag, 'VirtualNode', hostile.long, 'route', 87.5),
        edge('VirtualRouter', hostile.tag, 'VirtualNode', 'cart-v2', 'route', 0),
        edge('VirtualNode', 'cart-v2', 'VirtualService', hostile.rtl, 'backend'),
      ],
      routes: {
        total: 1,
        rows: [
          {
            ...{ at: `VirtualRouter shop/${hostile.tag}`, name: 'all', protocol: 'http' },
            match: `path /${hostile.script}*`,
            targets: [{ name: 'VirtualNode shop/cart-v2', percent: 87.5 }],
          },
        ],
      },
    },
  ],
  objects: {
    total: 2,
    rows: [
      {
        ...{ cluster: 'production', kind: 'VirtualNode', namespace: 'shop', name: hostile.long, command },
        level: 'problem',
        conditions: [
          { target: 'app-mesh', status: 'False', reason: 'Refused', message: hostile.script },
          { target: 'Cloud Map', status: 'True', reason: 'AllRegistered', message: '' },
        ],
      },
      {
        ...{ cluster: 'production', kind: 'Mesh', namespace: '', name: 'shop', level: 'ok', command },
        conditions: [],
      },
    ],
  },
  journeys: {
    total: 40,
    rows: [
      {
        ...{ cluster: 'production', pod: `shop/${hostile.tag}`, service: `shop.local/${hostile.rtl}` },
        ...{ instanceId: '10.0.0.1', correlationId: hostile.quotes, readyAtMs: nowMs - 3_000 },
        ...{ observedAtMs: nowMs - 2_400, receivedAtMs: nowMs - 2_100, calledAtMs: nowMs - 2_000 },
      },
      {
        ...{ cluster: 'production', pod: 'shop/old-1', service: 'shop.local/front', instanceId: '10.0.0.2' },
        ...{ correlationId: 'id-2', observedAtMs: nowMs, receivedAtMs: nowMs - 5, calledAtMs: nowMs + 90 },
      },
    ],
  },
  drift: [
    {
      ...{
        cluster: 'production',
        at,
        source: 'relay',
        durationMs: 1234,
        incomplete: hostile.tag,
        repairs: 2,
      },
      counts: [['InstanceMissing', 3]],
      findings: {
        total: 3,
        rows: [
          {
            ...{ cluster: 'production', kind: 'InstanceMissing', about: `pod shop/${hostile.quotes}` },
            ...{ detail: hostile.script, command },
          },
        ],
      },
    },
  ],
  refusals: {
    total: 1,
    rows: [
      {
        ...{ cluster: 'production', about: `pod shop/${hostile.tag}`, what: 'TenancyRefused' },
        ...{ reason: hostile.script, advice: hostile.quotes, command },
      },
    ],
  },
  deadLetterQueues: [
    { queue: 'eks-mesh-sync-production-pods-dead-letters.fifo', messages: 2 },
    { queue: 'eks-mesh-sync-production-undelivered-events', messages: 0 },
  ],
  deadLetters: {
    total: 1,
    rows: [{ cluster: 'production', about: 'Pod shop/bad', at, reason: hostile.script, command }],
  },
  readFailures: [{ what: 'the claims on shop.local/cart', code: 'AccessDenied', message: hostile.tag }],
};

type Vertex = Report['meshes'][number]['vertices']['rows'][number];

function vertex(kind: Vertex['kind'], name: string, level: Vertex['level'], detail?: string): Vertex {
  return {
    id: `${kind} shop/${name}`,
    ...{ kind, namespace: 'shop', name, level },
    ...(detail !== undefined && { detail }),
  };
}

type Edge = Report['meshes'][number]['edges'][number];

function edge(
  fromKind: Vertex['kind'],
  from: string,
  toKind: Vertex['kind'],
  to: string,
  kind: Edge['kind'],
  weight?: number,
): Edge {
  return {
    ...{ from: `${fromKind} shop/${from}`, to: `${toKind} shop/${to}`, kind },
    labels: weight === undefined ? [] : [`${weight} %`],
    ...(weight !== undefined && { weight }),
  };
}
