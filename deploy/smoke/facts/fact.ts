import type { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { Namespace } from '../aws/cloud-map.ts';
import type { Polling } from '../poll.ts';
import type { Seen, Smoke } from '../smoke.ts';

/** Something that AWS documents, or does not, and that this system relies on or allows for. */
export interface Fact {
  readonly name: string;
  readonly text: string;
  /** Absent: not seen, neither way. */
  readonly holds?: boolean | undefined;
  /** What was seen. */
  readonly evidence: string;
}

/** What the facts are seen in: a service of the test's own, without any pod. */
export interface Ground {
  readonly smoke: Smoke;
  readonly seen: Seen;
  readonly namespace: Namespace;
  readonly client: ServiceDiscoveryClient;
  readonly serviceId: string;
  readonly polling: Polling;
}

/** A fact whose check fails for another reason than its subject is not seen. */
export async function fact(
  name: string,
  text: string,
  check: () => Promise<readonly [holds: boolean | undefined, evidence: string]>,
): Promise<Fact> {
  try {
    const [holds, evidence] = await check();
    return { name, text, evidence, ...(holds !== undefined && { holds }) };
  } catch (error) {
    return { name, text, evidence: (error as Error).message };
  }
}

/** The error of a call, if it is one of this name. */
export async function errorNamed<T extends Error>(
  name: string,
  call: () => Promise<unknown>,
): Promise<T | undefined> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error && error.name === name) return error as T;
    throw error;
  }
  return undefined;
}
