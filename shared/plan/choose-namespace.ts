import { isSameDnsName } from '../model/dns-name.ts';

/** What is known of a Cloud Map namespace without reading it. */
export interface ListedNamespace {
  readonly id: string;
  /** As Cloud Map spells it. */
  readonly name: string;
  readonly kind: 'http' | 'private-dns' | 'public-dns';
}

export type Choice<Namespace> =
  | { readonly namespace: Namespace }
  | { readonly absent: true }
  | { readonly refusal: string };

/**
 * The namespace that a name stands for. Names of DNS namespaces are one name whatever their case, so one in another
 * spelling is neither used nor created a second time; names of HTTP namespaces are compared exactly. A public namespace
 * may have the name as well (split-horizon DNS) and counts only where there is no other.
 */
export function chooseNamespace<Namespace extends ListedNamespace>(
  name: string,
  listed: readonly Namespace[],
): Choice<Namespace> {
  const named = listed.filter((namespace) => isNamed(namespace, name));
  const [found] = [...named.filter(({ kind }) => kind !== 'public-dns'), ...named];
  return found === undefined ? { absent: true } : accept(found, name);
}

export function accept<Namespace extends ListedNamespace>(
  namespace: Namespace,
  name: string,
): Choice<Namespace> {
  if (namespace.name === name) return { namespace };
  return { refusal: otherSpelling('namespace', name, namespace.name) };
}

/** Said of a name in a DNS namespace that Cloud Map has in another spelling. */
export function otherSpelling(what: 'namespace' | 'service', asked: string, real: string): string {
  return (
    `Cloud Map ${what} ${asked} is named ${real}; ` +
    `in a DNS namespace names that differ only by case are one name: write ${real}`
  );
}

function isNamed({ kind, name }: ListedNamespace, asked: string): boolean {
  return kind === 'http' ? name === asked : isSameDnsName(name, asked);
}
