import type { ObjectName } from '../../model/records/mesh-claim.ts';
import type { ConditionReason } from '../../model/records/mesh-status.ts';
import type { Difference } from './resource.ts';

/** Collects what a mesh target cannot express while an object is translated. */
export class Report {
  readonly differences: Difference[] = [];
  private readonly object: ObjectName | undefined;

  /** `object`: whose fields the paths name, if not the source object's. */
  constructor(object?: ObjectName) {
    this.object = object;
  }

  refuse(path: string, message: string, instead: string): void {
    this.add({ path, effect: 'refused', message, instead });
  }

  /** `reason`: that of the object's condition; `Applied` without one. */
  differ(path: string, message: string, instead: string, reason?: ConditionReason): void {
    this.add({ path, effect: 'differs', message, instead, ...(reason && { reason }) });
  }

  private add(difference: Difference): void {
    this.differences.push(this.object ? { object: this.object, ...difference } : difference);
  }
}
