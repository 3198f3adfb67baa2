import { isObject, listAt } from '../../model/json.ts';
import type { JsonObject } from '../../model/objects.ts';

/** A place of an object that a path such as `webhooks[].rules[].scope` leads to. */
export interface Place {
  readonly parent: JsonObject;
  readonly key: string;
  /** As in messages: `webhooks[0].rules[1].scope`. */
  readonly path: string;
}

/** The places of a path whose parents exist; `x[]` stands for each object in the list x. */
export function placesOf(object: JsonObject, path: string): Place[] {
  const parts = path.split('.');
  const key = parts.pop() ?? '';
  let parents = [{ object, path: '' }];
  for (const part of parts) parents = parents.flatMap((parent) => childrenOf(parent, part));
  return parents.map((parent) => ({ parent: parent.object, key, path: join(parent.path, key) }));
}

interface Parent {
  readonly object: JsonObject;
  readonly path: string;
}

function childrenOf({ object, path }: Parent, part: string): Parent[] {
  const list = /^(.*)\[\]$/.exec(part)?.[1];
  if (list === undefined) {
    const child = object[part];
    return isObject(child) ? [{ object: child, path: join(path, part) }] : [];
  }
  return listAt(object, list).flatMap((child, index) =>
    isObject(child) ? [{ object: child, path: `${join(path, list)}[${index}]` }] : [],
  );
}

const join = (path: string, part: string) => (path === '' ? part : `${path}.${part}`);
