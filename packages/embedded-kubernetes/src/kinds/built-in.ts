import { ageColumn, field, nameColumn, printerOf, text } from './columns.ts';
import { coreKinds } from './core/kinds.ts';
import { builtIn } from './described.ts';
import type { Kind } from './kind.ts';
import { networkKinds } from './network/kinds.ts';
import { podKinds } from './pods/kinds.ts';
import { storageKinds } from './storage/kinds.ts';
import { workloadKinds } from './workloads/kinds.ts';

const leasePrinter = printerOf(nameColumn, text('Holder', field('spec.holderIdentity')), ageColumn);

/** The kinds that every embedded cluster serves. */
export const builtInKinds: readonly Kind[] = [
  ...podKinds,
  ...coreKinds,
  ...networkKinds,
  ...storageKinds,
  ...workloadKinds,
  builtIn({ group: 'coordination.k8s.io', kind: 'Lease', plural: 'leases', printer: leasePrinter }),
];

/** The kinds whose objects are stored and shown, on which nothing acts here. */
export const passiveKinds: readonly Kind[] = builtInKinds.filter(({ passive }) => passive === true);
