import type { RouterRoute } from '../../../../routing/routes.ts';
import { retriesOf } from '../../../../routing/timing.ts';
import { durationText } from '../duration.ts';
import { extension, type Fields } from '../typed.ts';

const maxRetries = 4_294_967_295;

/** As App Mesh wrote it: another host for each try, if there is one. */
const otherHosts = {
  retry_host_predicate: [
    extension(
      'envoy.retry_host_predicates.previous_hosts',
      'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
    ),
  ],
  host_selection_retry_max_attempts: 5,
};

/** Envoy's RetryPolicy; undefined if nothing is retried. */
export function retryPolicyOf(policy: RouterRoute['retryPolicy']): Fields | undefined {
  const { attempts, perTryMs, conditions, codes } = retriesOf(policy);
  if (attempts === 0) return undefined;
  return {
    retry_on: [...conditions, ...(codes.length > 0 ? ['retriable-status-codes'] : [])].join(),
    ...(codes.length > 0 && { retriable_status_codes: codes }),
    num_retries: Math.min(attempts, maxRetries),
    ...(perTryMs !== undefined && { per_try_timeout: durationText(perTryMs) }),
    ...otherHosts,
  };
}
