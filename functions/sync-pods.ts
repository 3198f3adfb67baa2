import { composePods } from '../shared/lambda/compose/pods.ts';
import { queueFunction } from '../shared/lambda/middleware.ts';
import { podHandling } from '../shared/lambda/pod-handling.ts';
import { withCloudMapTelemetry } from '../shared/lambda/telemetry/with-telemetry.ts';

/** Keeps Cloud Map in sync with pods. The queue's message group is the pod: this is its only writer. */
export const handler = queueFunction({
  compose: composePods,
  handling: podHandling,
  instrument: withCloudMapTelemetry,
});
