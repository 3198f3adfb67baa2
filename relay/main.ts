import { SyncError } from '../shared/model/errors.ts';
import { gcScheduler } from './heap.ts';
import { createLogger, errorText } from './logger.ts';
import { type CommandOptions, helpText, parseOptions } from './options.ts';
import { startRelay } from './relay.ts';
import { eventBridgeClient } from './send/event-bridge-client.ts';

/** Exit statuses: 0 after SIGTERM or SIGINT, 1 if the relay must be restarted, 2 for invalid options. */
async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'number') return options;
  const logger = createLogger(options.logLevel);
  const eventBridge = eventBridgeClient(process.env);
  const relay = startRelay({ ...options, eventBridge, logger, afterObject: gcScheduler() });
  const stop = async () => {
    logger.info('stopping');
    const unsent = await relay.stop();
    if (unsent > 0)
      logger.warn('stopped with unsent events; the next start lists the cluster and sends its state again', {
        unsent,
      });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  try {
    logger.info('started', {
      cluster: options.cluster,
      eventBus: options.eventBusName,
      port: await relay.listening,
    });
    relay.ready.then(
      () => logger.info('ready'),
      () => undefined,
    );
    await relay.done;
    return 0;
  } catch (error) {
    logger.error('the relay failed and exits; it must be restarted', { error: errorText(error) });
    return 1;
  }
}

function readOptions(): CommandOptions | number {
  try {
    const options = parseOptions(process.argv.slice(2), process.env);
    if (options) return options;
    process.stdout.write(helpText());
    return 0;
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    process.stderr.write(`${error.message}\nTry --help.\n`);
    return 2;
  }
}

// CommonJS, the bundle's format, has no top-level await.
main().then((status) => process.exit(status));
