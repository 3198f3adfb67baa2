import { isOfKind } from '../../../shared/mesh/plan/entry.ts';
import { orderedRoutes } from '../../../shared/mesh/routing/routes.ts';
import type { ExplainSubject } from '../../../shared/model/commands/explain-command.ts';
import type { LocalPods } from '../local-pods.ts';
import { countText } from './commands.ts';
import { meshDirectory } from './mesh-directory.ts';
import { commandsIn } from './pods-text.ts';

/** Commands that change weights and show it. They work as printed. */
export function podSteps(pods: LocalPods, kubectl: string): readonly string[] {
  const counts = commandsIn(pods)
    .filter(({ isDivided }) => isDivided)
    .map(countText);
  return counts.length === 0 ? [] : [...counts, ...weightSteps(pods, kubectl), ...counts.slice(0, 1)];
}

type RequestSubject = Extract<ExplainSubject, { request: unknown }>['request'];

/** Of the requests that are shown, one with several targets, as `explain` takes it. */
export function requestToExplain(pods: LocalPods): RequestSubject | undefined {
  const requests = commandsIn(pods).flatMap((command) => {
    const { from, host, port, path, headers, isDivided } = command;
    if (from === undefined) return [];
    const request = { from, host, port, path, ...(Object.keys(headers).length > 0 && { headers }) };
    return [{ request, isDivided }];
  });
  return (requests.find(({ isDivided }) => isDivided) ?? requests[0])?.request;
}

/**
 * For each router that divides requests: its first weight becomes 9. It is a patch: after `kubectl apply` of the output of
 * `kubectl get`, which has a resourceVersion, `kubectl apply` of the manifest file fails.
 */
function weightSteps({ store }: LocalPods, kubectl: string): readonly string[] {
  if (store === undefined) return [];
  return meshDirectory(store).entries.flatMap((entry) => {
    if (!isOfKind(entry, 'VirtualRouter')) return [];
    const divided = orderedRoutes(entry.content.spec).find(({ targets }) => targets.length > 1);
    if (divided === undefined) return [];
    const { index, protocol } = divided;
    const path = `/spec/routes/${index}/${protocol}Route/action/weightedTargets/0/weight`;
    const patch = JSON.stringify([{ op: 'replace', path, value: 9 }]);
    const object = `virtualrouter.appmesh.k8s.aws/${entry.id.name} -n ${entry.id.namespace}`;
    return [`${kubectl} patch ${object} --type=json -p '${patch}'`];
  });
}
