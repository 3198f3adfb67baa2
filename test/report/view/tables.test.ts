import { describe, expect, it } from 'vitest';
import type { Report, Section } from '../../../shared/report/plan/report.ts';
import { sectionsOf } from '../../../shared/report/view/sections.ts';
import { aReport, bounded, htmlOf, linesOf } from './harness.ts';

const at = '2026-11-28T02:14:05.250Z';
const calledAtMs = Date.parse(at);
const command = 'explain it';
const of = { cluster: 'c', namespace: 'n', name: 'x' };
const instance = {
  ...({ instanceId: 'i', state: 'registered', owner: 'ours', ownerReason: '' } as const),
  attributes: [['a', 'b']] as const,
};
const node = { id: 'VirtualNode n/x', kind: 'VirtualNode', namespace: 'n', name: 'x', level: 'ok' } as const;

/** A report with a row in each table. */
const changes: Partial<Report> = {
  clusters: [
    {
      ...{ name: 'c', level: 'ok', relay: { state: 'never' }, mesh: [] },
      pods: { registered: 0, failing: 0, waiting: 0, notReady: 0, drained: 0, notSelected: 0 },
    },
  ],
  services: bounded(
    [
      {
        ...{ id: 's', namespaceName: 'ns', serviceName: 'svc', clusters: ['c'], level: 'ok', notes: [] },
        ...{ healthCheck: false, counts: { healthy: 1, unhealthy: 0, foreign: 0 }, command },
        instances: bounded([instance]),
      },
    ],
    2,
  ),
  pods: bounded([{ ...of, state: 'failing', cause: 'Cause', reason: 'r', advice: 'a', command }]),
  meshes: [
    {
      ...{ cluster: 'c', name: 'm', targets: [], vertices: bounded([node]), edges: [] },
      routes: bounded([{ at: 'at', name: 'r', protocol: 'http', match: 'm', targets: [] }]),
    },
  ],
  objects: bounded([{ ...of, kind: 'VirtualNode', level: 'ok', command, conditions: [] }]),
  journeys: bounded([
    {
      ...{ cluster: 'c', pod: 'n/x', service: 'svc', instanceId: 'i', correlationId: 'id', calledAtMs },
      ...{ observedAtMs: calledAtMs - 2, receivedAtMs: calledAtMs - 1 },
    },
  ]),
  drift: [
    {
      ...{ cluster: 'c', at, source: 'relay', durationMs: 1, repairs: 0, counts: [['Kind', 1]] },
      findings: bounded([{ cluster: 'c', kind: 'Kind', about: 'about', detail: 'd' }]),
    },
  ],
  refusals: bounded([{ cluster: 'c', about: 'about', what: 'what', reason: 'r' }]),
  deadLetters: bounded([{ cluster: 'c', about: 'about', at, reason: 'r' }]),
  alarms: [
    { name: 'one', state: 'OK', since: at, value: 7 },
    { name: 'two', state: 'ALARM', since: at, runbook: 'page.html#two' },
  ],
};
const matches = (id: Section, pattern: RegExp) =>
  [...htmlOf(id, changes).matchAll(pattern)].map(([, text]) => text);

describe('the sections of a page', () => {
  it('have their ids and titles in order, alarms only where there are any', () => {
    const titles = sectionsOf(aReport(changes)).map(({ id, title }) => `${id}: ${title}`);
    expect(titles).toEqual([
      'summary: Summary',
      'clusters: Clusters',
      'services: Services',
      'pods: Pods that are not registered',
      'mesh: Mesh',
      'journeys: From pod to Cloud Map',
      'drift: Drift',
      'refusals: Refusals',
      'dead-letters: Dead letters',
      'alarms: Alarms',
    ]);
    expect(sectionsOf(aReport()).map(({ id, title }) => `${id}: ${title}`)).toEqual(titles.slice(0, -1));
  });
});

describe('the tables of a page', () => {
  it.each<[Section, readonly string[]]>([
    ['clusters', ['cluster--c']],
    [
      'services',
      [...['service--s', 'service--s-instances', 'service--s-instances--i'], 'service--s-attributes--i'],
    ],
    ['pods', ['pod-rows', 'pod-rows--c.w.n.1b.x']],
    [
      'mesh',
      [
        ...['mesh--c.w.m', 'graph--c.w.m', 'graph--c.w.m-arrow', 'graph--c.w.m--VirtualNode.w.n.1b.x'],
        ...['mesh--c.w.m-routes', 'mesh--c.w.m-routes--at.w.r', 'object-rows'],
        ...['object-rows--c.w.VirtualNode.w.n.1b.x', 'explain--c.w.VirtualNode.w.n.1b.x'],
      ],
    ],
    ['journeys', ['journey-rows', 'journey-rows--c.w.n.1b.x.w.svc.w.i']],
    ['drift', ['drift--c', 'drift--c-rows', 'drift--c-rows--Kind.w.about.w.d']],
    ['refusals', ['refusal-rows', 'refusal-rows--c.w.about.w.what.w.r']],
    [
      'dead-letters',
      ['dead-letter-rows', `dead-letter-rows--c.w.about.w.2026-11-28T02.1m.14.1m.05.1a.250Z.w.r`],
    ],
    ['alarms', ['alarm-rows', 'alarm-rows--one', 'alarm-rows--two']],
  ])('of %s have ids by what they are about', (section, ids) => {
    expect(matches(section, / id="([^"]*)"/g)).toEqual(ids);
  });

  it.each<[Section, string, readonly string[]]>([
    ['services', 'Instances of ns/svc', ['Instance', 'State', 'Pod', 'Owner', 'Attributes']],
    ['pods', 'Pods that are not registered, and why', ['Pod', 'State', 'Why', 'To do']],
    [
      'journeys',
      'The way of changes from the pod to Cloud Map, in milliseconds',
      [
        ...['Pod', 'Called at', 'Ready → observed', '→ received', '→ called', 'Total'],
        ...['Registered after', 'Correlation id'],
      ],
    ],
    ['alarms', 'Alarms, those that have started first', ['Alarm', 'State', 'Since', 'Value', 'Runbook']],
  ])('of %s have a caption and titles', (section, caption, titles) => {
    expect(matches(section, /<caption class="hidden">([^<]*)</g)).toEqual([caption]);
    expect(matches(section, /<th [^>]*>([^<]*)</g)).toEqual(titles);
    expect(matches(section, /<section class="scroll" aria-label="([^"]*)"/g)).toEqual([caption]);
  });

  it('of mesh objects have a caption', () => {
    expect(matches('mesh', /<caption class="hidden">([^<]*)</g)).toEqual([
      ...['Routes of mesh m in cluster c', 'Mesh objects and their conditions in each mesh target'],
    ]);
  });

  it('say which services are left out', () => {
    expect(linesOf('services', changes)[0]).toBe(
      'The first 1 of 2 services are shown. A report of one cluster or namespace has the others.',
    );
  });

  it('have numbers on the right, sorted as numbers', () => {
    const html = htmlOf('alarms', changes);
    expect(html).toContain('<th scope="col" class="number">Value</th>');
    expect(html).toContain('<td data-title="Value" data-order="7" class="number">7</td>');
    expect(html).toContain(
      '<td data-title="Value" data-order="-1" class="number"><span class="meta">none</span>',
    );
    expect(html).toContain('<th scope="col">State</th>');
    expect(html).toContain('<td data-title="Runbook"></td>');
    expect(html).toContain('<a href="/page.html#two"><code>page.html#two</code></a>');
  });
});

describe('the sizes of the dead-letter queues', () => {
  it('are above the messages, and also there without one', () => {
    const deadLetterQueues = [
      { queue: 'a.fifo', messages: 1 },
      { queue: 'b.fifo', messages: 1200 },
    ];
    const sizes = ['a.fifo: 1 message', 'b.fifo: 1,200 messages'];
    expect(linesOf('dead-letters', { deadLetterQueues }).slice(1)).toEqual(sizes);
    expect(linesOf('dead-letters', { ...changes, deadLetterQueues }).slice(0, 2)).toEqual(sizes);
    expect(htmlOf('dead-letters')).not.toContain('<dl>');
  });
});
