import { composeServiceEntries } from '../shared/lambda/compose/service-entries.ts';
import { entryHandling } from '../shared/lambda/entry-handling.ts';
import { queueFunction } from '../shared/lambda/middleware.ts';
import { withTelemetry } from '../shared/lambda/telemetry/with-telemetry.ts';

/**
 * Keeps Istio ServiceEntries in sync with Cloud Map. The queue's message group is the cluster: this is the only writer of
 * its entries.
 */
export const handler = queueFunction({
  compose: composeServiceEntries,
  handling: entryHandling,
  instrument: withTelemetry,
});
