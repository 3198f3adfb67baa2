import type { ApplicationConfig, ApplicationReply } from './protocol.ts';
import { ApplicationServers } from './servers.ts';

/** The process of a pod's containers. Its parent sends what it answers; it ends with its parent. */
const servers = new ApplicationServers();

process.on('message', (config: ApplicationConfig) => {
  servers.configure(config).then(
    () => reply({ fault: undefined }),
    (error: unknown) => reply({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when its pods end.
process.on('SIGINT', () => undefined);

function reply(message: ApplicationReply): void {
  process.send?.(message);
}
