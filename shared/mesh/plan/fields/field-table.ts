/** How a target expresses one field. The docs are generated from these tables, and tests hold the translations to them. */
export interface FieldSupport {
  readonly effect: 'exact' | 'differs' | 'refused';
  /** If not exact: what is not carried over, or how it differs. */
  readonly note?: string;
  /** If not exact: what to do instead. */
  readonly instead?: string;
}

/** By kind and path, with `[]` for any item of a list: `VirtualNode spec.listeners[].tls.mode`. Every field of the seven kinds is in it. */
export type FieldTable = Readonly<Record<string, FieldSupport>>;
