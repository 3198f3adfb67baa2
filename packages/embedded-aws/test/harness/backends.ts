import { startCloud } from '../../src/cloud.ts';
import { motoIsMissing, startMoto } from './moto.ts';
import { contractTopology } from './topology.ts';

/** What moto (5.2) does not do as AWS does; the cases that need it run against the embedded cloud alone. */
export type Gap =
  | 'message group path'
  | 'deduplication outlives deletion'
  | 'deduplication scope'
  | 'invalid characters';

interface Running {
  readonly endpoint: string;
  stop(): void | Promise<void>;
}

/** One suite of cases runs against each of these, so that the embedded cloud cannot drift from an independent fake. */
export interface Backend {
  readonly name: string;
  readonly missing: boolean;
  readonly gaps: readonly Gap[];
  readonly start: () => Promise<Running>;
}

export const embedded: Backend = {
  ...{ name: 'the embedded cloud', missing: false, gaps: [] },
  start: startEmbedded,
};

export const moto: Backend = {
  name: motoIsMissing ? 'moto (skipped: moto_server is not installed)' : 'moto',
  missing: motoIsMissing,
  gaps: [
    'message group path',
    'deduplication outlives deletion',
    'deduplication scope',
    'invalid characters',
  ],
  start: () => startMoto(contractTopology),
};

async function startEmbedded(): Promise<Running> {
  const cloud = await startCloud({ port: 0, topology: contractTopology, handlers: {}, log: () => {} });
  return { endpoint: cloud.url, stop: () => cloud.close() };
}
