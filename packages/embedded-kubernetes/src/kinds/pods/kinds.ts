import { at } from '../../model/json.ts';
import { builtIn, textAt } from '../described.ts';
import type { Kind } from '../kind.ts';
import { setPodDefaults } from './defaults.ts';
import { podPrinter } from './printer.ts';
import { validatePod } from './validation.ts';

export const podKinds: readonly Kind[] = [
  builtIn({
    kind: 'Pod',
    plural: 'pods',
    shortNames: ['po'],
    categories: ['all'],
    subresources: [
      'attach',
      'ephemeralcontainers',
      'eviction',
      'exec',
      'log',
      'portforward',
      'proxy',
      'status',
    ],
    printer: podPrinter,
    setDefaults: setPodDefaults,
    validate: validatePod,
    selectableFields: {
      'spec.nodeName': textAt('spec', 'nodeName'),
      'spec.restartPolicy': textAt('spec', 'restartPolicy'),
      'spec.schedulerName': textAt('spec', 'schedulerName'),
      'spec.serviceAccountName': textAt('spec', 'serviceAccountName'),
      'spec.hostNetwork': (pod) => String(at(pod, 'spec', 'hostNetwork') === true),
      'status.phase': textAt('status', 'phase'),
      'status.podIP': textAt('status', 'podIP'),
    },
  }),
];
