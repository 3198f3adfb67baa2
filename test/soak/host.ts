import { startPlayground } from '../../playground/playground.ts';
import { Disturber } from './faults.ts';

/**
 * The process that is disturbed: a playground of its own, with operations of Cloud Map that take AWS's 1 to 3 s. Its
 * parent says by messages when it is disturbed; all else goes through kubectl and aws.
 */
export type ToHost = 'disturb' | 'calm' | 'close' | 'close and keep the log';
export type FromHost =
  | { readonly type: 'started'; readonly aws: string; readonly kubernetes: string; readonly log: string }
  | { readonly type: 'calm'; readonly counts: Readonly<Record<string, number>> };

const seed = Number(process.argv[2]);
const playground = await startPlayground(
  {
    exit: false,
    manifests: [],
    awsPort: 0,
    kubernetesPort: 0,
    kubeconfig: undefined,
    awsEndpoint: undefined,
  },
  () => undefined,
);
const { cloudMap } = playground.faults;
if (cloudMap === undefined) throw new Error('the playground has no Cloud Map');
Object.assign(cloudMap.settings.latenciesMs, { REGISTER_INSTANCE: 1_500, DEREGISTER_INSTANCE: 1_500 });
await playground.relayReady;
const disturber = new Disturber(playground, seed);

process.on('message', async (message: ToHost) => {
  if (message === 'disturb') disturber.on();
  if (message === 'calm') {
    disturber.off();
    send({ type: 'calm', counts: Object.fromEntries(disturber.counts) });
  }
  if (message === 'close' || message === 'close and keep the log') {
    await playground.close({ keepLog: message !== 'close' });
    process.exit(0);
  }
});
// Without its parent nobody would end it.
process.on('disconnect', () => process.exit(1));
send({
  type: 'started',
  aws: playground.awsUrl,
  kubernetes: playground.kubernetesUrl,
  log: playground.logFile,
});

function send(message: FromHost): void {
  process.send?.(message);
}
