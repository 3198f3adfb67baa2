import { type ObjectName, objectNameText } from '../../../model/records/mesh-claim.ts';
import type { Problem } from '../../plan/problem.ts';
import type { EnvoyRun } from './envoy-run.ts';
import { carriersIn } from './plan/carriers.ts';
import { stageProblem } from './stage-problem.ts';

/**
 * Why a virtual service, router or gateway route is not in all proxies yet: files that have it are not written to the end, and
 * those that were have another generation of it.
 */
export function waitingIn({ run, directory }: EnvoyRun, object: ObjectName, generation = 0): Problem | null {
  const name = objectNameText(object);
  const keys = carriersIn(directory).get(name) ?? [];
  const open = keys
    .flatMap((key) => run.claims.get(key) ?? [])
    .filter(
      ({ phase, carried, refused }) => phase === 'claimed' && !refused && carried?.[name] !== generation,
    );
  const [first] = open;
  if (first === undefined) return null;
  const { message } = first.stage
    ? stageProblem(first.stage, run.deps.clock.now())
    : { message: `${first.key} has not been applied yet` };
  const more = open.length > 1 ? `; likewise ${open.length - 1} more` : '';
  return { reason: 'Pending', message: `${message}${more}` };
}
