import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { appMeshControllerRates, defaultRates } from '@eks-mesh-sync/embedded-aws/cloud-map/settings.ts';
import { nodeFlags, withoutOptimizers } from '../../relay/build.ts';
import { simulateRollout } from '../pacing/gated-rollout.ts';
import { bundles } from './bundles/bundle-rows.ts';
import { gates } from './gates/gates.ts';
import { kubeconfig } from './kubeconfig/measure.ts';
import { measureLatency } from './latency.ts';
import { measureEnvoy } from './mesh/envoy.ts';
import { measureMesh } from './mesh/mesh.ts';
import { measureMeshPlanning } from './mesh/mesh-planning.ts';
import { measureMeshRates } from './mesh/mesh-rates.ts';
import { measureServiceEntries, operatorCallsPerMinute } from './mesh/service-entries.ts';
import { measurePacing } from './pacing.ts';
import { measurePlanning } from './planning.ts';
import { measurePodLife } from './pod-life.ts';
import { footprint } from './relay/footprint.ts';
import { measureRelay } from './relay/relay.ts';
import { measureRollout } from './rollout.ts';
import type { Row } from './row.ts';
import { measureSweep } from './sweep.ts';

const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  'pod-life': podLife,
  planning,
  sweep,
  latency,
  gates,
  rollout,
  pacing,
  mesh,
  'mesh-rates': meshRates,
  envoy,
  'service-entries': serviceEntries,
  bundles,
  relay,
};

/** Benches with a table of their own. */
const tables: Readonly<Record<string, () => Promise<string>>> = { footprint, kubeconfig };

async function podLife(): Promise<readonly Row[]> {
  const { calls, withReusedIp, tableCalls, cpuMsPerEvent } = await measurePodLife();
  const text = (some: typeof calls) =>
    Object.entries(some)
      .map(([operation, count]) => `${count} ${operation}`)
      .join(' + ');
  return [
    ["AWS calls for one pod's life, warm", '1 RegisterInstance + 1 DeregisterInstance', text(calls)],
    ['the same with an IP that another pod had a second ago', '-', text(withReusedIp.calls)],
    ["reads and writes of the table for one pod's life", '-', String(tableCalls)],
    ['CPU for one event, without the table and AWS', '-', `${cpuMsPerEvent.toFixed(2)} ms`],
  ];
}

async function planning(): Promise<readonly Row[]> {
  const rows = [1_000, 10_000, 100_000].map((count): Row => {
    const { instances, cpuMs } = measurePlanning(count);
    const goal = count === 100_000 ? 'under 200 ms, linear' : 'linear';
    return [
      `planning a clean sweep of ${instances.toLocaleString('en')} instances`,
      goal,
      `${cpuMs.toFixed(0)} ms CPU`,
    ];
  });
  const megabytes = Math.round(process.memoryUsage.rss() / 1e6);
  return [
    ...rows,
    ['memory with the drift input of 100,000 pods', 'the function has 1,769 MB', `${megabytes} MB`],
  ];
}

async function sweep(): Promise<readonly Row[]> {
  const { pods, instances, calls, durationMs } = await measureSweep();
  const received = Object.entries(calls).map(([operation, count]) => `${count} ${operation}`);
  const goal = `${Math.ceil(pods / 500)} list pods + 1 DiscoverInstances a service, no ListInstances, no writes`;
  return [
    [`calls of a clean sweep of ${pods} pods and ${instances} instances`, goal, received.join(', ')],
    ['time of that sweep, without AWS', '-', `${(durationMs / 1000).toFixed(1)} s`],
  ];
}

async function latency(): Promise<readonly Row[]> {
  const { pods, medianMs, p99Ms } = await measureLatency();
  return [
    [
      'pod ready → RegisterInstance accepted, idle system',
      'median under 100 ms',
      `median ${medianMs.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms (${pods} pods)`,
    ],
  ];
}

/** Without the machine's own time, which is larger than the system's where many functions run on it. */
async function simulatedRollout(): Promise<Row> {
  const [pods, boundSeconds] = [1_000, 18];
  const { registeredSeconds, throttled } = await simulateRollout({ pods });
  return [
    `${pods} pods at once, limits of the MCS controller, 50/s and 100 at once (simulated)`,
    '1.1 of the bound by Cloud Map alone',
    `${registeredSeconds.toFixed(1)} s, ${(registeredSeconds / boundSeconds).toFixed(2)} of the bound; ${throttled} calls throttled`,
  ];
}

async function rollout(): Promise<readonly Row[]> {
  const rows: Row[] = [await simulatedRollout()];
  const limits = [
    ['MCS controller, 50/s and 100 at once', defaultRates, 1_000, 1],
    ['MCS controller, 50/s and 100 at once; 300 pods shortly before', defaultRates, 1_000, 300],
    ['App Mesh controller, 4/s and 80 at once', appMeshControllerRates, 200, 1],
  ] as const;
  for (const [whose, rates, pods, before] of limits) {
    const { seconds, boundSeconds, throttled, tableRequests } = await measureRollout(rates, pods, before);
    const requests = Object.values(tableRequests).reduce((sum, count) => sum + count, 0) / pods;
    const ratio = (seconds / boundSeconds).toFixed(2);
    const goal = `bound by Cloud Map alone: ${boundSeconds.toFixed(1)} s`;
    rows.push([
      `${pods} pods at once, limits of the ${whose}`,
      goal,
      `${seconds.toFixed(1)} s, ${ratio} of the bound; ${throttled} calls throttled; ${requests.toFixed(1)} requests of the table a pod`,
    ]);
  }
  return rows;
}

async function pacing(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const limits = [
    ['MCS controller', defaultRates],
    ['App Mesh controller', appMeshControllerRates],
  ] as const;
  for (const [whose, rates] of limits)
    for (const isPaced of [false, true]) {
      const figures = await measurePacing(rates, 1_000, isPaced);
      const { medianMs, p99Ms, maxMs, seconds, boundSeconds, throttled, maxReceipts, deadLetters } = figures;
      rows.push([
        `1000 pods at once, single pods of another cluster meanwhile, limits of the ${whose}, ${isPaced ? 'paced' : 'repeated by the queue alone'} (simulated)`,
        `another cluster under 2 s; bound by Cloud Map alone: ${boundSeconds.toFixed(1)} s`,
        `another cluster: median ${medianMs.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, longest ${maxMs.toFixed(0)} ms; ${seconds.toFixed(1)} s; ${throttled} calls throttled; ${maxReceipts} receipts at most, ${deadLetters} pods dead-lettered`,
      ]);
    }
  return rows;
}

async function mesh(): Promise<readonly Row[]> {
  return [...(await meshChanges()), ...[200, 800].map(meshPlanning)];
}

async function meshChanges(): Promise<readonly Row[]> {
  const goals: Readonly<Record<string, string>> = {
    'an unchanged resync': 'no call',
    'one changed weight': '1 UpdateRoute',
  };
  return (await measureMesh()).map(({ what, calls, reads, writes, cpuMs, seconds }): Row => {
    const received = Object.entries(calls).map(([operation, count]) => `${count} ${operation}`);
    return [
      `mesh of 200 virtual nodes, 200 routers with 5 routes, 200 services: ${what}`,
      goals[what] ?? '-',
      `${received.join(', ') || 'no call'}; ${reads} items read, ${writes} written; ${(cpuMs / 1000).toFixed(2)} s CPU, ${seconds.toFixed(2)} s with an App Mesh and a table in memory`,
    ];
  });
}

function meshPlanning(count: number): Row {
  const { resources, firstMs, unchangedMs, goneMs } = measureMeshPlanning(count);
  return [
    `planning a mesh of ${resources.toLocaleString('en')} resources, from its objects on`,
    count === 200 ? 'under 200 ms, linear' : 'linear',
    `${firstMs.toFixed(0)} ms CPU when none is there, ${unchangedMs.toFixed(0)} ms when all are, ${goneMs.toFixed(0)} ms when all are to go`,
  ];
}

/** What the App Mesh controller, which has no limiter, takes against an App Mesh without limits. */
const controllerSeconds = 8;

async function meshRates(): Promise<readonly Row[]> {
  const limit = { perSecond: 8, burst: 5 };
  const cases = [
    { what: 'no limit', goal: `the App Mesh controller: about ${controllerSeconds} s` },
    { what: 'limits of 8/s and 5 at once', limit, goal: '1.1 of the bound' },
    { what: 'the same limits', limit, clusters: 3, goal: '1.1 of the bound, no storm' },
  ];
  const rows: Row[] = [];
  for (const { what, goal, limit, clusters = 1 } of cases) {
    const { resources, seconds, boundSeconds, calls, throttled, runs } = await measureMeshRates({
      limit,
      clusters,
    });
    const ratio = boundSeconds > 0 ? `, ${(seconds / boundSeconds).toFixed(2)} of the bound` : '';
    rows.push([
      `${resources} App Mesh resources of ${clusters === 1 ? '1 cluster' : `${clusters} clusters`} at once, ${what}`,
      goal,
      `${seconds.toFixed(1)} s${ratio}; ${throttled} of ${calls} calls throttled; ${runs} ${runs === 1 ? 'run' : 'runs'}`,
    ]);
  }
  return rows;
}

async function envoy(): Promise<readonly Row[]> {
  const goals: Readonly<Record<string, string>> = {
    'an unchanged resync': 'no request',
    'one changed weight': 'only ConfigMaps of those who call the service',
    'a full verification': 'lists only',
  };
  const { figures, largestConfigMapBytes, toAll } = await measureEnvoy();
  const mesh = 'Envoys of 200 virtual nodes, 200 routers with 5 routes, 200 services';
  return [
    ...figures.map(({ what, requests, cpuMs, seconds }): Row => {
      const sent = Object.entries(requests).map(([request, count]) => `${count} ${request}`);
      const text = `${sent.join(', ') || 'no request'}; ${(cpuMs / 1000).toFixed(2)} s CPU, ${seconds.toFixed(2)} s with an API server and a table in memory`;
      return [`${mesh}: ${what}`, goals[what] ?? '-', text];
    }),
    [`${mesh}: the largest ConfigMap`, 'under 1 MiB', `${(largestConfigMapBytes / 1000).toFixed(1)} kB`],
    [
      `the same if each virtual node calls all 200 services`,
      'under 1 MiB',
      `${(toAll.largestConfigMapBytes / 1000).toFixed(0)} kB the largest ConfigMap; ${(toAll.cpuMs / 1000).toFixed(1)} s CPU from the objects to the files`,
    ],
  ];
}

async function serviceEntries(): Promise<readonly Row[]> {
  const goals: Readonly<Record<string, string>> = {
    'a clean comparison': 'lists and revisions only, no write',
    'one changed service, notified': '1 DiscoverInstances, 1 write',
  };
  const [services, instances] = [1_000, 20];
  const text = (calls: Readonly<Record<string, number>>) =>
    Object.entries(calls)
      .map(([operation, count]) => `${count} ${operation}`)
      .join(', ');
  const rows = (await measureServiceEntries(services, instances)).map(
    ({ what, calls, seconds }): Row => [
      `ServiceEntries of ${services} services with ${instances} instances: ${what}`,
      goals[what] ?? '-',
      `${text(calls)}; ${seconds.toFixed(2)} s with a Cloud Map and a table in memory`,
    ],
  );
  const operator = text(operatorCallsPerMinute(services));
  return [...rows, ['the Istio Cloud Map operator in a minute, computed from its code', '-', operator]];
}

async function relay(): Promise<readonly Row[]> {
  const optimized = nodeFlags.filter((flag) => !withoutOptimizers.includes(flag));
  const interpreted = [...nodeFlags, '--no-sparkplug'];
  const rows: Row[] = [];
  for (const [what, goal, load] of [
    ['200 changes a second, as shipped', 'under 100 MB in all, under 20 % of a core', { perSecond: 200 }],
    ["200 changes a second, with V8's optimizing compilers", '-', { perSecond: 200, flags: optimized }],
    ['200 changes a second, without any compiler', '-', { perSecond: 200, flags: interpreted }],
    ['1,000 changes a second, as shipped', 'nothing lost', { perSecond: 1_000 }],
  ] as const) {
    const { pods, listedMegabytes, busyMegabytes, peakMegabytes, ...figures } = await measureRelay(load);
    const memory = [listedMegabytes, busyMegabytes, peakMegabytes].map((each) => each.toFixed(0));
    rows.push([
      `relay, ${pods} pods, ${what}`,
      goal,
      `${memory[0]} MB listed, ${memory[1]} MB after the changes, ${memory[2]} MB at most; ${figures.changesPerSecond} a second at ${figures.cpuPercent} % of a core; on the bus after ${figures.medianMs.toFixed(0)} ms in the median, ${figures.p99Ms.toFixed(0)} ms p99; ${figures.lost} of ${figures.changes} lost`,
    ]);
  }
  return rows;
}

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const names = [...Object.keys(benches), ...Object.keys(tables)];
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`bench ${unknown} is unknown; expected ${names.join(', ')}`);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  console.log(`Measured on ${machine}`);
  const selected = positionals.length > 0 ? positionals : names;
  const inRows = selected.filter((name) => name in benches);
  if (inRows.length > 0) console.log('\n| what | goal | measured |\n|---|---|---|');
  for (const name of inRows)
    for (const row of (await benches[name]?.()) ?? []) console.log(`| ${row.join(' | ')} |`);
  for (const name of selected) if (name in tables) console.log(`\n${await tables[name]?.()}`);
}

await main();
