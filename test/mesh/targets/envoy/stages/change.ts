import { namedIn } from '../../../../../shared/mesh/targets/envoy/stages/named-in.ts';
import { proxyStateOf } from '../../../../../shared/mesh/targets/envoy/stages/proxy-state.ts';
import type { Change } from '../../../../../shared/mesh/targets/envoy/stages/readiness.ts';
import { filesOf, type SmallProxy } from './proxy-files.ts';

/** `unsettled`: keys that were added a moment ago; `removable`: that nothing has named for long enough. */
export interface Given {
  readonly was?: Partial<SmallProxy>;
  readonly want?: Partial<SmallProxy>;
  readonly unsettled?: readonly string[];
  readonly removable?: readonly string[];
}

export const both = { a: '1s', b: '1s' };

export function changeOf({ was = {}, want = {}, unsettled = [], removable = [] }: Given): Change {
  const stateOf = (proxy: Partial<SmallProxy>) =>
    proxyStateOf(filesOf({ clusters: both, tables: {}, listeners: {}, ...proxy }));
  const before = stateOf(was);
  return {
    ...{ was: before, want: stateOf(want), opened: namedIn([...before.listeners.values()]).files },
    settled: {
      has: (key) => !unsettled.includes(key),
      isRetired: () => true,
      mayRemove: (key) => removable.includes(key),
    },
  };
}
