import type { ObjectName } from '../../../../model/records/mesh-claim.ts';
import type { Difference } from '../../../plan/resource.ts';

/** What is not carried over, and what to do instead. */
export type Limit = readonly [message: string, instead: string];

/** Collects the fields that cannot be expressed. */
export class Report {
  readonly differences: Difference[] = [];
  private readonly object: ObjectName | undefined;

  /** `object`: whose fields they are, if not the source object's. */
  constructor(object?: ObjectName) {
    this.object = object;
  }

  refuse(path: string, limit: Limit): void {
    this.add('refused', path, limit);
  }

  differ(path: string, limit: Limit): void {
    this.add('differs', path, limit);
  }

  get isRefused(): boolean {
    return this.differences.some(({ effect }) => effect === 'refused');
  }

  private add(effect: Difference['effect'], path: string, [message, instead]: Limit): void {
    const { object } = this;
    this.differences.push({ ...(object && { object }), path, effect, message, instead });
  }
}
