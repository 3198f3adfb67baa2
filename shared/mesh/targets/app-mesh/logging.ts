import type { Logging } from '../../../model/mesh/logging.ts';
import type * as appMesh from './app-mesh-types.ts';
import { oneOf, present, when } from './present.ts';

/** Of a virtual node as of a virtual gateway. An access log that goes nowhere is none. */
export function loggingInput({ accessLog }: Logging): appMesh.Logging {
  const file = when(accessLog?.file, ({ path, format }) => present({ path, format: when(format, oneOf) }));
  return present({ accessLog: when(file, (toFile) => ({ file: toFile })) });
}
