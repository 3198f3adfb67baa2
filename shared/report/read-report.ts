import { ReadAttempts } from '../explain/reads.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import type { ReportDependencies } from '../ports/report-ports.ts';
import type { ReportScope } from './plan/facts.ts';
import { planReport } from './plan/plan-report.ts';
import type { Report } from './plan/report.ts';
import { readClusterFacts } from './read-cluster-facts.ts';
import { readServiceFacts } from './read-service-facts.ts';

/** Reads the state of the clusters from the table and from Cloud Map. Writes nothing; reports each read failure and continues. */
export async function readReport(deps: ReportDependencies, scope: ReportScope = {}): Promise<Report> {
  const reads = new ReadAttempts();
  const configs = scope.cluster === undefined ? deps.clusters : [deps.cluster(scope.cluster)];
  const clusters = [];
  for (const config of configs) clusters.push(await readClusterFacts(deps, reads, config, scope));
  const deadLetterQueues = await reads.attempt('the number of dead letters', () =>
    deps.deadLetterQueues.counts(),
  );
  const services = await readServiceFacts(deps, reads, clusters, scope);
  return planReport({
    nowMs: deps.clock.now(),
    place: deps.place,
    scope,
    clusterNames: deps.clusters.map(({ name }) => name),
    clusters: clusters.map(({ facts }) => facts),
    services,
    deadLetterQueues: deadLetterQueues ?? [],
    serviceKeyOf,
    readFailures: reads.readFailures,
  });
}
