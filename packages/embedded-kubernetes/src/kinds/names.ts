import { isObject } from '../model/json.ts';
import type { ObjectMeta } from '../model/objects.ts';
import { type FieldFault, invalidValue, required, tooLong } from '../model/status.ts';

/** Name rules of apimachinery's validation package, with its messages. */
interface NameForm {
  readonly pattern: RegExp;
  readonly maximum: number;
  readonly message: string;
}

const subdomain: NameForm = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  maximum: 253,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};
export const label: NameForm = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  maximum: 63,
  message:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};
const rfc1035Label: NameForm = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  maximum: 63,
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};
const pathSegment: NameForm = {
  pattern: /^(?!\.\.?$)[^/%]+$/,
  maximum: 253,
  message: "may not contain '/' or '%'",
};
const qualifiedPart: NameForm = {
  pattern: /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
  maximum: 63,
  message:
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
};
const labelValue: NameForm = {
  pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  maximum: 63,
  message:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
};

export const nameForms = { subdomain, label, 'rfc1035-label': rfc1035Label, 'path-segment': pathSegment };

export function nameFaults(value: unknown, form: NameForm, field: string): FieldFault[] {
  if (typeof value !== 'string' || value === '') return [required(field, 'name or generateName is required')];
  if (value.length > form.maximum)
    return [invalidValue(field, value, `must be no more than ${form.maximum} characters`)];
  return form.pattern.test(value) ? [] : [invalidValue(field, value, form.message)];
}

function qualifiedNameFaults(key: string, field: string): FieldFault[] {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return [invalidValue(field, key, 'a qualified name must have at most one /')];
  const faults = parts.length === 2 ? formFaults(parts[0] ?? '', subdomain, field, key) : [];
  return [...faults, ...formFaults(name, qualifiedPart, field, key)];
}

function formFaults(text: string, form: NameForm, field: string, shown: string): FieldFault[] {
  if (text.length > form.maximum)
    return [invalidValue(field, shown, `must be no more than ${form.maximum} characters`)];
  return form.pattern.test(text) ? [] : [invalidValue(field, shown, form.message)];
}

export function labelFaults(labels: unknown, field: string): FieldFault[] {
  if (!isObject(labels)) return [];
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameFaults(key, field),
    ...formFaults(String(value), labelValue, field, String(value)),
  ]);
}

const maxAnnotations = 256 * 1024;

/** Faults of an object's metadata, except its name. */
export function metadataFaults(metadata: ObjectMeta): FieldFault[] {
  const annotations = Object.entries(metadata.annotations ?? {});
  const size = annotations.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return [
    ...labelFaults(metadata.labels, 'metadata.labels'),
    ...annotations.flatMap(([key]) => qualifiedNameFaults(key.toLowerCase(), 'metadata.annotations')),
    ...(size > maxAnnotations ? [tooLong('metadata.annotations', maxAnnotations)] : []),
    ...(metadata.ownerReferences ?? []).flatMap(ownerFaults),
  ];
}

function ownerFaults(
  owner: { apiVersion?: string; kind?: string; name?: string; uid?: string },
  index: number,
) {
  return (['apiVersion', 'kind', 'name', 'uid'] as const)
    .filter((field) => !owner[field])
    .map((field) => required(`metadata.ownerReferences[${index}].${field}`));
}
