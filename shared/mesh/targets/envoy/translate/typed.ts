/** A message of Envoy's API, or a part of one. */
export type Fields = Readonly<Record<string, unknown>>;

/** A message in a field of type `Any`. `type` is without the prefix that all have. */
export function typed(type: string, fields: Fields = {}): Fields {
  return { '@type': `type.googleapis.com/${type}`, ...fields };
}

/** A filter, an access log or a transport socket, with its configuration. */
export function extension(name: string, type: string, fields: Fields = {}): Fields {
  return { name, typed_config: typed(type, fields) };
}
