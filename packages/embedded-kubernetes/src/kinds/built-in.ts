import { accessKinds } from './access/kinds.ts';
import { coreKinds } from './core/kinds.ts';
import { deviceKinds } from './devices/kinds.ts';
import { extensionKinds } from './extension/kinds.ts';
import type { Kind } from './kind.ts';
import { networkKinds } from './network/kinds.ts';
import { podKinds } from './pods/kinds.ts';
import { policyKinds } from './policy/kinds.ts';
import { storageKinds } from './storage/kinds.ts';
import { workloadKinds } from './workloads/kinds.ts';

/** The kinds that every embedded cluster serves: those that Kubernetes 1.36 serves by default. */
export const builtInKinds: readonly Kind[] = [
  ...podKinds,
  ...coreKinds,
  ...networkKinds,
  ...storageKinds,
  ...workloadKinds,
  ...policyKinds,
  ...accessKinds,
  ...extensionKinds,
  ...deviceKinds,
];

/** The kinds whose objects are stored and shown, on which nothing acts here. */
export const passiveKinds: readonly Kind[] = builtInKinds.filter(({ passive }) => passive === true);
