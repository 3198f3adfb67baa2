import { exactlyOne, type Fault, must } from './rule.ts';

interface HttpMatch {
  readonly prefix?: string | undefined;
  readonly path?: { readonly exact?: string | undefined; readonly regex?: string | undefined } | undefined;
}

/** The rules for prefix and path in the match of an HTTP route or HTTP gateway route. */
export function pathFaults({ prefix, path }: HttpMatch): readonly Fault[] {
  return [
    ...must(startsWithSlash(prefix), ['prefix'], 'must start with /'),
    ...must(startsWithSlash(path?.exact), ['path', 'exact'], 'must start with /'),
    ...(path === undefined ? [] : exactlyOne(path, ['exact', 'regex'], ['path'])),
  ];
}

export function startsWithSlash(text: string | undefined): boolean {
  return text === undefined || text.startsWith('/');
}
