import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import type { Entry } from '../../../plan/entry.ts';
import type { References } from '../../../plan/references/references.ts';
import type { ObjectReference, Referable } from '../../../plan/references/resolver.ts';
import type { Difference } from '../../../plan/resource.ts';
import { Report } from './report.ts';

interface Needed {
  readonly kind: Referable;
  readonly reference: ObjectReference;
  readonly path: string;
}

/** What is found while an object is planned: its references, and fields that cannot be expressed, also of objects that it refers to. */
export class Findings {
  readonly needed: Needed[] = [];
  private readonly owner: Entry;
  private readonly reports = new Map<string, Report>();

  constructor(owner: Entry) {
    this.owner = owner;
  }

  reportOf({ id }: Entry): Report {
    const key = objectNameText(id);
    const known = this.reports.get(key);
    if (known !== undefined) return known;
    const report = new Report(key === objectNameText(this.owner.id) ? undefined : id);
    this.reports.set(key, report);
    return report;
  }

  /** `from`: the object with the reference. */
  need(kind: Referable, { name, namespace }: ObjectReference, from: Entry, path: string): void {
    const isOwn = from === this.owner;
    const where = isOwn ? path : `${objectNameText(from.id)} ${path}`;
    this.needed.push({ kind, reference: { name, namespace: namespace ?? from.id.namespace }, path: where });
  }

  get differences(): readonly Difference[] {
    return [...this.reports.values()].flatMap(({ differences }) => differences);
  }

  get isRefused(): boolean {
    return [...this.reports.values()].some(({ isRefused }) => isRefused);
  }

  /** Reports references that cannot be resolved. */
  resolveIn(references: References): void {
    for (const { kind, reference, path } of this.needed) references.nameOf(kind, reference, path);
  }
}
