import { kubectlCommand } from '../../../model/commands/commands.ts';
import { meshResourceName } from '../../../model/kubernetes.ts';
import type { Cause, InvalidNode, PodFacts } from '../explained.ts';
import { inOneLine } from '../text.ts';

/** It was never valid; otherwise its last valid configuration would be in effect. */
export function invalidNode({ key, place }: PodFacts, { name, fault }: InvalidNode): Cause {
  const edit = kubectlCommand(place, ['edit', '-n', key.namespace, meshResourceName('VirtualNode'), name]);
  return {
    kind: 'InvalidVirtualNode',
    reason: `no valid VirtualNode selects the pod, and the spec of VirtualNode ${name} is invalid: ${inOneLine(fault)}`,
    advice: `If it is the one of this pod, correct these fields: ${edit}`,
  };
}
