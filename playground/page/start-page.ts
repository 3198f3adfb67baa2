import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import type { Report } from '../../shared/report/plan/report.ts';
import { alarmRows } from '../alarms/alarm-rows.ts';
import type { PlaygroundOptions } from '../options.ts';
import { portNamed } from '../port-named.ts';
import type { Report as ReportLine } from '../progress.ts';
import { LiveReport } from './live-report.ts';
import { type PageServer, startPageServer } from './page-server.ts';

/** AWS itself is asked less often than what runs on this machine. */
const everyMs = { embedded: 2_000, aws: 15_000 };

interface Around {
  readonly started: AsyncDisposableStack;
  /** Called when a function may have changed something. */
  readonly invocations: Set<() => void>;
  readonly report: ReportLine;
}

/** Starts the page that shows what the function `report` reads; nothing without a port, or if it would end at once. */
export async function startPage(
  { pagePort, awsEndpoint, exit }: PlaygroundOptions,
  cloud: Pick<EmbeddedCloud, 'functions' | 'cloudWatch'>,
  { started, invocations, report }: Around,
): Promise<PageServer | undefined> {
  if (pagePort === undefined || exit) return undefined;
  const live = new LiveReport({
    read: async () => ({
      ...(await readReport(cloud)),
      alarms: alarmRows(cloud.cloudWatch.alarms.views),
    }),
    everyMs: awsEndpoint === undefined ? everyMs.embedded : everyMs.aws,
  });
  const server = await portNamed('--page-port', pagePort, (port) => startPageServer(port, live));
  const note = () => live.noteChange();
  invocations.add(note);
  started.defer(async () => {
    invocations.delete(note);
    live.close();
    await server.close();
  });
  report(`page at ${server.url}`);
  return server;
}

async function readReport({ functions }: Pick<EmbeddedCloud, 'functions'>): Promise<Report> {
  const lambda = functions.get('report');
  if (lambda === undefined) throw new Error('the playground has no function report');
  const { error, payload } = await lambda.invoke(JSON.stringify({ format: 'json' }));
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return JSON.parse(payload) as Report;
}
