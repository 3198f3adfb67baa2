/** What a person sees who follows a runbook: the cause, in what the commands of "First check" print. */
export interface Walk {
  /** Of the alarm and the page. */
  readonly id: string;
  readonly cause: readonly RegExp[];
}

/** Walked through one after the other. */
type Chain = readonly Walk[];

/** For each playground the chains that are walked through at the same time: their faults have nothing to do with each other. */
export const walks: readonly (readonly Chain[])[] = [
  [
    [{ id: 'drift-not-shrinking', cause: [/\+ .*\/colorapp/, /Why: .*servicediscovery:RegisterInstance/] }],
    [
      {
        id: 'deletions-refused',
        cause: [/! VirtualService .*\/colorapp\n.*\n +refused: the cluster has no kind VirtualService/],
      },
    ],
    [
      { id: 'dead-letters', cause: [/Pod shop\/broken from cluster local: change/] },
      {
        id: 'forged-events',
        cause: [
          /sent as eks-mesh-sync\/staging: expected the source eks-mesh-sync\/local: a relay may send only/,
        ],
      },
    ],
  ],
  [
    [
      {
        id: 'queue-age',
        cause: [/"ApproximateNumberOfMessages": "[1-9]\d*"/, /local-pods\.fifo\s+Disabled/],
      },
    ],
    [
      {
        id: 'service-nearly-full',
        cause: [/"service": "howto-k8s-cloudmap\.pvt\.aws\.local\/front",\s+"instances": 9\d\d/],
      },
    ],
  ],
  [
    [
      {
        id: 'relay-silent',
        cause: [/sending events is paused.*AccessDenied/, /Plan for cluster local/],
      },
    ],
    [
      { id: 'sweep-not-running', cause: [/^\d+$/m, /sweep-local\s.*DISABLED/] },
      { id: 'function-errors', cause: [/Runtime exited/] },
    ],
  ],
  [[{ id: 'throttling', cause: [/^\d{10}\s+[1-9]/m, /"ApproximateNumberOfMessages": "\d+"/] }]],
  [[{ id: 'registration-lag', cause: [/received after \d+ ms more/, /^\d{10}\s+(?:[3-9]\d{3}|\d{5,})/m] }]],
];
