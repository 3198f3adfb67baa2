import { isEqual } from '../model/json.ts';
import { type FieldFault, invalidValue, notSupported } from '../model/status.ts';

/** Faults that many kinds share, with the texts of pkg/apis/…/validation. */
export function optionFaults(value: unknown, options: readonly string[], path: string): FieldFault[] {
  return value === undefined || options.includes(String(value)) ? [] : [notSupported(path, value, options)];
}

export function portFaults(port: unknown, path: string): FieldFault[] {
  const isPort = typeof port === 'number' && port >= 1 && port <= 65535;
  return isPort ? [] : [invalidValue(path, port, 'must be between 1 and 65535, inclusive')];
}

export function negativeFaults(value: unknown, path: string): FieldFault[] {
  const isNegative = typeof value === 'number' && value < 0;
  return isNegative ? [invalidValue(path, value, 'must be greater than or equal to 0')] : [];
}

export function immutableFaults(value: unknown, old: unknown, path: string): FieldFault[] {
  return isEqual(value, old) ? [] : [invalidValue(path, value ?? null, 'field is immutable')];
}
