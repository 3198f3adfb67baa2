import { isEqual, listAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject } from '../../model/objects.ts';
import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { untolerated } from '../scheduling/taints.ts';

const component = 'taint-eviction-controller';

/**
 * Deletes the pods of a node that do not tolerate its taints NoExecute. Those of a lost node are the node lifecycle
 * controller's; a toleration with tolerationSeconds counts as one for ever.
 */
export function startTaintEviction(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue = new WorkQueue(plane.timers, (key) => {
    const node = plane.store.get('nodes', key);
    if (!node) return;
    const tainted = withoutLost(node);
    for (const pod of plane.store.list('pods')) {
      const isHere = stringAt(pod, 'spec', 'nodeName') === node.metadata.name && !isTerminating(pod);
      if (!isHere || !untolerated(pod.spec, tainted, ['NoExecute'])) continue;
      const { namespace, name } = pod.metadata;
      const message = `Marking for deletion Pod ${namespace}/${name}`;
      plane.recorder.record(pod, 'Normal', 'TaintManagerEviction', message, component);
      api.delete(pod);
    }
  });
  plane.store.subscribe('nodes', ({ type, key, object, previous }) => {
    const isSame = isEqual(listAt(object, 'spec', 'taints'), listAt(previous, 'spec', 'taints'));
    if (type !== 'DELETED' && !isSame) queue.add(key);
  });
}

function withoutLost(node: KubernetesObject): KubernetesObject {
  const taints = listAt(node, 'spec', 'taints').filter(
    (taint) => !/^node\.kubernetes\.io\/(unreachable|not-ready)$/.test(stringAt(taint, 'key')),
  );
  return { ...node, spec: { taints } };
}
