import { resourceOf } from '../kinds/kind.ts';
import { ApiError } from '../model/status.ts';
import type { ResourceRequest, Verb } from './request.ts';

/** The requests that a fault applies to: those that match all given fields. */
export interface FaultRule {
  readonly verb?: Verb | readonly Verb[];
  /** Such as `pods` or `virtualnodes.appmesh.k8s.aws`. */
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The number of requests it applies to; by default all until it is removed. */
  readonly times?: number;
  /** Delays the response; alone or with an error. */
  readonly delayMs?: number;
  readonly error?: {
    /** Such as 429, 500, 503. */
    readonly code: number;
    readonly message?: string;
    readonly retryAfterSeconds?: number;
  };
  /** Closes the connection without a response. */
  readonly drop?: boolean;
}

interface ActiveRule {
  readonly rule: FaultRule;
  left: number;
}

const reasons: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The faults set by tests; they apply to HTTP requests, never to the controllers in the process. */
export class FaultRules {
  readonly #rules = new Set<ActiveRule>();

  /** Sets a fault. Returns a function that removes it. */
  inject(rule: FaultRule): () => void {
    const active: ActiveRule = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.add(active);
    return () => this.#rules.delete(active);
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The faults that apply to this request; consumes one use of each. */
  take(request: ResourceRequest): FaultRule[] {
    const hit = [...this.#rules].filter(({ rule }) => concerns(rule, request));
    for (const active of hit) {
      active.left -= 1;
      if (active.left <= 0) this.#rules.delete(active);
    }
    return hit.map(({ rule }) => rule);
  }
}

function concerns(rule: FaultRule, request: ResourceRequest): boolean {
  const resource = resourceOf({ group: request.group, plural: request.resource });
  const verbs = rule.verb === undefined ? undefined : [rule.verb].flat();
  return (
    (verbs === undefined || verbs.includes(request.verb)) &&
    (rule.resource ?? resource) === resource &&
    (rule.subresource ?? request.subresource) === request.subresource &&
    (rule.namespace ?? request.namespace) === request.namespace &&
    (rule.name ?? request.name) === request.name
  );
}

export function faultError({ error }: FaultRule): ApiError | undefined {
  if (!error) return undefined;
  const { code, retryAfterSeconds, message = `fault injected: ${code}` } = error;
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  return new ApiError(code, reasons[code] ?? '', message, details);
}
