import type { Logging } from '../../../../model/mesh/logging.ts';
import type * as appMesh from './app-mesh-types.ts';
import { oneOf, present, when } from './present.ts';

/** For virtual nodes and virtual gateways. An access log without a destination is left out. */
export function loggingInput({ accessLog }: Logging): appMesh.Logging {
  const file = when(accessLog?.file, ({ path, format }) => present({ path, format: when(format, oneOf) }));
  return present({ accessLog: when(file, (toFile) => ({ file: toFile })) });
}
