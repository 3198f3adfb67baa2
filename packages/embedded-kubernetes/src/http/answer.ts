import type { JsonObject } from '../model/objects.ts';

export interface Answer {
  readonly code: number;
  readonly body: JsonObject;
  readonly warnings?: readonly string[];
}
